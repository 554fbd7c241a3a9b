// Stands for the chat widget of Omnichannel, as far as its API is documented: it is there at once, or once `appear` is called.
"use strict";

window.appear = () => {
  let provider = null;
  const SDK = {
    setContextProvider(given) {
      if (typeof given !== "function") throw new Error("The context provider is no function.");
      provider = given;
    },
    getContextProvider: () => provider,
    startChat: async () => (window.brought = await provider?.()),
    closeChat: () => window.dispatchEvent(new Event("lcw:closeChat")),
  };
  window.original = SDK.setContextProvider;
  window.Microsoft = { Omnichannel: { LiveChatWidget: { SDK } } };
  window.sdk = SDK;
  window.dispatchEvent(new Event("lcw:ready"));
};
if (!location.search.includes("late")) window.appear();
