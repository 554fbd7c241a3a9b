// @ts-check
// The chat widget of Omnichannel. What a chat brings along gets a token, by which its agent can ask the customer. The site's
// own provider of context is called as before, whoever sets it when; what it throws is its own, and a chat never fails by us.

const MAX_VARIABLES = 100;

/** @param {() => string} makeToken @returns {() => void} gives back what was there before */
export function joinChats(makeToken) {
  let on = true;
  /** @type {any} the widget's, once it is there */
  let sdk;
  /** @type {any} its own setter */
  let set;
  /** @type {any} what the site has set, or nothing */
  let own;
  /** @param {any} context */
  const add = (context) => {
    try {
      const all = { ...context };
      if (on && !all.tandem && Object.keys(all).length < MAX_VARIABLES) return { ...all, tandem: { value: makeToken(), isDisplayable: false } };
    } catch (error) {
      console.error(error);
    }
    return context;
  };
  /** @param {any} provider */
  const put = (provider) => {
    own = provider;
    if (!on) return;
    set.call(sdk, (/** @type {any[]} */ ...given) => {
      const context = provider?.(...given);
      return context?.then ? context.then(add) : add(context);
    });
  };
  /** @param {any} given */
  const mine = (given) => {
    set.call(sdk, given);
    put(given);
  };
  const join = () => {
    const found = /** @type {any} */ (window).Microsoft?.Omnichannel?.LiveChatWidget?.SDK;
    if (!on || !found?.setContextProvider || found === sdk) return;
    sdk = found;
    set = sdk.setContextProvider;
    put(sdk.getContextProvider?.());
    sdk.setContextProvider = mine;
  };
  addEventListener("lcw:ready", join);
  join();
  return () => {
    if (on && sdk) {
      if (sdk.setContextProvider === mine) sdk.setContextProvider = set;
      set.call(sdk, own ?? (() => ({})));
    }
    on = false;
  };
}
