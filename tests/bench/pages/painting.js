// What the bench sees of a page in a frame: when its state, and what its adapter draws, has been painted. Told to the top window.

(() => {
  if (window === window.top) return;
  const told = new Set();
  /** A frame has been painted once a task runs that was posted in its animation frame. */
  const tell = (name) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => top.dispatchEvent(new Event(`bench:${name}`));
    port2.postMessage(null);
  });
  const look = () => {
    for (const name of ["state", "stage"]) {
      const text = document.getElementById(name)?.textContent.trim();
      if (!text || text === "…" || told.has(name)) continue; // the dots are the page's before its script has run
      told.add(name);
      tell(name);
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true });
})();
