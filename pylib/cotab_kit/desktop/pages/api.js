/** Calls to the org's Web API and to the desktop's own routes. What is refused becomes an Error with its message. */

/** @typedef {Record<string, any>} Row */

const WEB_API = "/api/data/v9.2/";

/** @param {string} address @param {RequestInit} options @returns {Promise<any>} the JSON of the answer; null if there is none */
async function call(address, options = {}) {
  const answer = await fetch(address, options);
  const text = await answer.text();
  if (!answer.ok) throw new Error(messageOf(text) ?? `${address} answered ${answer.status}.`);
  return text ? JSON.parse(text) : null;
}

/** @param {string} text */
function messageOf(text) {
  try {
    const body = JSON.parse(text);
    return body.error?.message ?? body.message;
  } catch {
    return undefined;
  }
}

/** @param {string} method @param {unknown} body @returns {RequestInit} */
function json(method, body) {
  const keepalive = true; // what a closing window still says must arrive
  return { method, keepalive, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

/** Read the rows of a table, or those of a query. @param {string} query @returns {Promise<Row[]>} */
export async function rows(query) {
  return (await call(WEB_API + query)).value;
}

/** Read one row. @param {string} row `set(id)` @returns {Promise<Row>} */
export function one(row) {
  return call(WEB_API + row);
}

/** Change a row. @param {string} row `set(id)` @param {Row} values */
export function change(row, values) {
  return call(WEB_API + row, json("PATCH", values));
}

/** Ask the desktop. @param {string} path */
export function ask(path) {
  return call(`/desktop/${path}`);
}

/** Send something to the desktop. @param {string} path @param {unknown} body @param {string} method */
export function send(path, body = {}, method = "POST") {
  return call(`/desktop/${path}`, json(method, body));
}

/** Upload a solution or a data package. @param {Blob} file */
export function upload(file) {
  return call("/desktop/solutions", { method: "POST", headers: { "content-type": "application/zip" }, body: file });
}

/** Remove a solution. @param {string} name */
export function uninstall(name) {
  return call(`/desktop/solutions/${encodeURIComponent(name)}`, { method: "DELETE" });
}

/** Follow what happens on the server, as it happens. @param {(event: Row) => void} report */
export function follow(report) {
  const source = new EventSource("/desktop/events");
  source.addEventListener("message", ({ data }) => report(JSON.parse(data)));
}
