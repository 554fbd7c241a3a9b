// The messages of protocol tandem.1, as the relay forwards them. All coordinates are CSS pixels of the customer's viewport,
// unless `unit` says that they are fractions of a shared screen. `id` is rrweb's id of a node.

/** What a Joiner of frames.js puts together. A key message needs none before it. */
export interface Message {
  kind: number;
  key: boolean;
  content: Uint8Array<ArrayBuffer>;
}

export type Mode = "cobrowse" | "screenshare";
export type EndReason = "agent" | "customer" | "expired" | "lost" | "replaced";
export type Tool = "pointer" | "drawing" | "control" | null;
export type Unit = "fraction";
export type Refusal = "masked" | "blocked" | "password" | "file" | "no_consent" | "gone" | "invalid";

/**
 * What the agent may do on the customer's page; `n` counts up and comes back in `done` or `refused`. `type`: `text` becomes
 * the whole content of the field. `key`: a KeyboardEvent's key, for the node or for what has the focus; a single sign is
 * put in at the cursor. `double`: what is still missing of two clicks, and the double click. `select`: `value` is an
 * option's. `check`: `value` is a boolean. `scroll`: by x and y, as a wheel gives them, whatever scrolls around the node.
 * Everything but `scroll`, `navigate`, `back`, `forward` and `reload` is refused on what is masked.
 */
export interface Act {
  t: "act";
  n: number;
  do:
    | "click"
    | "double"
    | "hover"
    | "type"
    | "key"
    | "select"
    | "check"
    | "scroll"
    | "navigate"
    | "back"
    | "forward"
    | "reload";
  id?: number;
  x?: number;
  y?: number;
  text?: string;
  key?: string;
  value?: string | boolean;
  url?: string;
}

export type FromRelay =
  | {
      t: "welcome";
      role: "agent" | "customer";
      session: string;
      mode: Mode;
      agent: string;
      state: "waiting" | "joined" | "live" | "ended";
      peer: boolean;
      grace: number;
      control: boolean;
      ice: RTCIceServer[];
    }
  | { t: "peer"; here: boolean }
  | { t: "ended"; reason: EndReason }
  | { t: "error"; code: string; message: string }
  | { t: "replaced" };

/** A description or a candidate of WebRTC; the customer offers. */
export interface Signal {
  t: "signal";
  data: { description?: RTCSessionDescriptionInit; candidate?: RTCIceCandidateInit | null };
}

export type FromCustomer =
  | { t: "consent"; view: boolean }
  | { t: "control"; allowed: boolean }
  | { t: "page"; width: number; height: number; title: string }
  | { t: "visible"; here: boolean }
  | { t: "covered"; covered: boolean }
  | { t: "refused"; n: number; why: Refusal }
  | { t: "done"; n: number }
  | { t: "pong"; at: number }
  | Signal
  | { t: "share"; on: boolean; surface?: string; width?: number; height?: number; fallback?: boolean }
  | { t: "end" };

export type FromAgent =
  | { t: "resync" }
  | { t: "ask"; what: "control" | "stop_control" }
  | { t: "tool"; tool: Tool }
  | { t: "laser"; x?: number; y?: number; unit?: Unit }
  | { t: "highlight"; id?: number }
  | { t: "draw"; stroke: number; points: [number, number][]; done: boolean; unit?: Unit }
  | Act
  | { t: "ping"; at: number }
  | Signal
  | { t: "end" };
