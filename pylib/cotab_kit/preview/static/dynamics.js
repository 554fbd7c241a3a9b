/**
 * What Dynamics puts on the agent's window, as far as a tab may use it: Microsoft.Omnichannel and Xrm.Utility.
 *
 * Signatures and defaults as documented; the rest of those objects is left out, so that a tab which uses more fails here.
 */

/**
 * @typedef {object} Message
 * @property {string} time
 * @property {unknown} message
 * @property {boolean} toSendBox
 * @property {string | null} conversationId as the caller passed it; null if it did not
 */

/** @typedef {"getConversationId" | "sendMessageToConversation"} Method */

/** A stand-in for Microsoft.Omnichannel. */
export class Omnichannel {
  /** What getConversationId answers: the conversation the agent has open. */
  conversation = "";
  /** @type {Map<string, string>} methods that reject, and with which message */
  rejections = new Map();

  /** @param {(message: Message) => void} report */
  constructor(report) {
    this.report = report;
  }

  /** The object a tab finds at window.top.Microsoft.Omnichannel. */
  get api() {
    return {
      getConversationId: async () => {
        this.refuseIfTold("getConversationId");
        return this.conversation;
      },
      sendMessageToConversation: async (/** @type {unknown} */ message, toSendBox = true, conversationId = null) => {
        this.refuseIfTold("sendMessageToConversation");
        this.report({ time: new Date().toISOString(), message: structuredClone(message), toSendBox, conversationId });
      },
    };
  }

  /** @param {Method} method */
  refuseIfTold(method) {
    const reason = this.rejections.get(method);
    if (reason !== undefined) throw new Error(reason);
  }
}

/**
 * A stand-in for Xrm with the settings of an agent.
 * @param {() => number} language the LCID the agent has chosen
 */
export function xrm(language) {
  const globalContext = {
    getClientUrl: () => location.origin,
    getVersion: () => "9.2.0.0",
    userSettings: {
      get languageId() {
        return language();
      },
      userId: "{6F9619FF-8B86-D011-B42D-00C04FC964FF}",
    },
  };
  return { Utility: { getGlobalContext: () => globalContext } };
}
