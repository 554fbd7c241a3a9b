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
export type Refusal =
  | "masked"
  | "blocked"
  | "password"
  | "file"
  | "native"
  | "clipboard"
  | "customer_input"
  | "disabled"
  | "moved"
  | "undo"
  | "no_consent"
  | "gone"
  | "invalid";

/**
 * What the agent's hand does; `n` counts up and comes back in `done` or `refused`. The customer's page makes of it what
 * their browser would make of a user's own hand.
 *
 * `down`, `move`, `up`: the mouse on the node; `at` is where in it and how large it is there, x and y where in the viewport.
 * While a button is down only x and y count. `wheel`: by dx and dy, on the node or on what lies at x and y.
 * `key`, `release`: a key goes down and up, for what has the focus; `text` is what it writes. `text`, `paste`: text from no
 * key. `choose`: the values of a list, or the one of a field whose picker is the browser's own.
 * `mods` are the modifiers held: s(hift), c(ontrol), a(lt), m(eta); `mac` says that the agent's keys are a Mac's.
 * Everything but `wheel`, `navigate`, `back`, `forward` and `reload` is refused on what is masked.
 */
export interface Act {
  t: "act";
  n: number;
  do:
    | "down"
    | "move"
    | "up"
    | "wheel"
    | "key"
    | "release"
    | "text"
    | "paste"
    | "choose"
    | "navigate"
    | "back"
    | "forward"
    | "reload";
  id?: number;
  x?: number;
  y?: number;
  at?: [x: number, y: number, width: number, height: number];
  button?: number;
  count?: number;
  dx?: number;
  dy?: number;
  mods?: string;
  key?: string;
  code?: string;
  repeat?: boolean;
  mac?: boolean;
  text?: string;
  values?: string[];
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
      /** For an agent: the origins on which customers may be. */
      sites: string[];
    }
  | { t: "peer"; here: boolean }
  | { t: "asked"; state: "asking" | "declined" | "away"; again: boolean }
  | { t: "ended"; reason: EndReason }
  | { t: "error"; code: string; message: string }
  | { t: "replaced" };

/** What the relay says to a page with a chat. `session` is the one that is asked for. */
export type ToVisitor =
  | { t: "welcome"; ticket: string; expires_in: number }
  | { t: "ask"; session: string; agent: string; mode: Mode }
  | { t: "withdraw" }
  | { t: "joined"; session: string; ticket: string; mode: Mode; agent: string };

/** A description or a candidate of WebRTC; the customer offers. */
export interface Signal {
  t: "signal";
  data: { description?: RTCSessionDescriptionInit; candidate?: RTCIceCandidateInit | null };
}

/** What the page shows by the customer's hand: the focus, and whether its ring shows; a field's caret; what is pressed, hovered, or the target of the address. */
export interface Attention {
  t: "attention";
  focus?: number;
  ring?: boolean;
  caret?: [start: number, end: number];
  pressed?: number;
  hovered?: number;
  target?: number;
}

/** What a node shows that is in none of its attributes. */
export interface NodeState {
  value?: string;
  checked?: boolean;
  mixed?: boolean;
  /** The radio buttons of a form that exclude each other. */
  group?: string;
  /** Options. */
  chosen?: number[];
  /** Pseudo-classes that nothing in a mirror has by itself. */
  states?: string[];
  /** What a script has put into a slot. */
  assigned?: number[];
  /** Of what a video plays, in pixels. */
  size?: [width: number, height: number];
  /** Of the document of a frame. */
  scroll?: [x: number, y: number];
  /** Of the page's own: what scrollbars take of its window. */
  bars?: [right: number, bottom: number];
}

export type Layered = [id: number, kind: "popover" | "modal" | "full"];

/** An event among rrweb's, after the one that it is about: what has changed. The whole top layer, from the bottom up. */
export interface PageState {
  nodes?: [id: number, state: NodeState][];
  top?: Layered[];
  /** A number for the frame of another origin that says it. */
  of?: number;
}

/** With a snapshot: what the customer's system answers to media queries, physical pixels for each CSS pixel, and the pixels
    that a scrollbar takes. */
export interface Preferences {
  answers: Record<string, string[]>;
  resolution: number;
  bar: number;
}

export interface Page {
  t: "page";
  width: number;
  height: number;
  title: string;
  address: string;
}

/** What a picture's name stands for, by its SHA-256 in hexadecimal; without one the agent gets a label of its size instead. Of
    "colors" it is the colors of the customer's system, by their names in CSS. */
export interface Asset {
  t: "asset";
  name: string;
  colors?: Record<string, string>;
  hash?: string;
  width?: number;
  height?: number;
}

/**
 * The viewer lacks a picture, which these nodes show under a name or address. With a hash the relay answers by chunks of an
 * asset, if it has it; else the customer does.
 */
export interface Want {
  t: "want";
  name: string;
  ids: number[];
  hash?: string;
}

/** An event among rrweb's: what a canvas or video shows by now, as a picture so many pixels wide, which is wanted by its hash. */
export interface Shown {
  id: number;
  hash: string;
  width: number;
}

export type FromCustomer =
  | { t: "consent"; view: boolean; origins?: string[] }
  | { t: "control"; allowed: boolean }
  | Page
  | { t: "visible"; here: boolean }
  | { t: "covered"; covered: boolean }
  | { t: "refused"; n: number; why: Refusal }
  | { t: "done"; n: number }
  | Attention
  | Asset
  | { t: "pong"; at: number }
  | Signal
  | { t: "share"; on: boolean; surface?: string; width?: number; height?: number; fallback?: boolean; unable?: boolean }
  | { t: "end" };

export type FromAgent =
  | Want
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
