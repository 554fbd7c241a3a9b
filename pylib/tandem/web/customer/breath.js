// @ts-check
// Tasks that take long are done in pieces, between which the page gets its turn.

/** Let the page do what it has put off; timers of a page that is not seen are late. @returns {Promise<void>} */
export const breath = () => (document.hidden ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve)));
