// @ts-check
// Asks the vendor's service. Python has no sockets in a page; this is its way out.

Object.assign(globalThis, {
  Service: {
    /**
     * @param {string} method
     * @param {string} url
     * @returns {Promise<unknown>} the JSON of the answer; null if the service does not know what was asked for
     */
    async ask(method, url) {
      const answer = await fetch(url, { method });
      if (answer.status === 404) return null;
      if (!answer.ok) throw new Error(`${method} ${url}: status ${answer.status}`);
      return answer.json();
    },
  },
});
