// @ts-check
// Asks the backend, in JSON.

/** @param {string} method @param {string} url @param {unknown} [body] */
export async function ask(method, url, body) {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  return { status: response.status, data: response.status === 200 ? await response.json() : null };
}
