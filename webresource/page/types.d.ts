// Types shared by the page's scripts; checked by tsc, never shipped. What the build writes is in page_config.d.ts.

/** A JavaScript function that forwards to Python until it is closed; afterwards it does nothing. */
export interface Callback {
  call(...values: unknown[]): unknown;
  close(): void;
}

/** What the boot shell offers to the interpreter module and to Python, as `globalThis.cotab`. */
export interface Shell {
  page: import("./page_config.d.ts").Page;
  parts: import("./runtime_files.js").Parts;
  texts: Record<string, string>;
  language: string;
  /** Of the tab's address. */
  query: string;
  /** A member as JSON, for Python. */
  json(name: "page" | "texts"): string;
  topReachable: boolean;
  conversation(): Promise<string | null>;
  /** What an administrator has set in the environment variable, or "". */
  orgSettings(): Promise<string>;
  /** The page has failed or is gone: nothing is to be shown, started or kept any more. */
  failed: boolean;
  start(): Promise<void>;
  dispatch(event: string): void;
  onPageHidden(handler: () => void): void;
  /** Take the session that is kept under this key, from whoever has it; false if it does not let go. */
  claim(key: string): Promise<boolean>;
  /** The resident alone: have each session opened that comes, or have tabs start by themselves. */
  serve(open: (session: import("./resident_session.js").ResidentSession) => void): void;
  refuse(reason: string): void;
  inTop(...names: string[]): unknown;
  /** Who the agent is, as Dynamics says. */
  signedIn(): { id: string, name: string, roles: string[] } | null;
  /** Change elements: what is wanted of each, as JSON. Nothing once the page has failed. */
  update(wanted: string): void;
  onClick(id: string, press: () => void): void;
  /** Where a press of an adapter's own button is told, by its id. */
  presses: EventTarget;
  addControl(id: string, tag: string): void;
  removeControl(id: string): void;
  callback(target: ((...values: unknown[]) => unknown) & { destroy?(): void }): Callback;
  /** Reflect's functions; they throw errors only, and the promises among the answers are rejected with errors only. */
  get(target: object, name: string): unknown;
  set(target: object, name: string, value: unknown): boolean;
  construct(type: Function, ...values: unknown[]): unknown;
  /** Call a method. */
  invoke(target: object, name: string, ...values: unknown[]): unknown;
  /** What it is as data. */
  form(value: unknown): "array" | "object" | "";
  /** What an object is, and the names of its own members. */
  outline(target: object): string[];
  /** A promise that Python keeps. */
  deferred(): { promise: Promise<unknown>, resolve(value: unknown): void };
  copy(text: string): Promise<boolean>;
  /** import(), which Python has no word for. */
  importModule(url: string): Promise<unknown>;
  /** Speak to a window as this one, also for Python that runs in another; and open one. */
  post(target: Window, message: unknown, origin: string): void;
  open(...given: Parameters<Window["open"]>): Window | null;
  /** A line of the log that is not on the console. */
  note(text: string): void;
  /** What the policy has refused so far: a list of `Violation` as JSON. */
  violations(): string;
  print(level: "log" | "warn" | "error", text: string): void;
  /** The tab is up; false if the page has failed already. */
  ready(): boolean;
  fail(code: string, detail?: string): void;
}

/** The part of Pyodide's API that the shell uses. */
export interface Pyodide {
  runPythonAsync(code: string): Promise<unknown>;
  pyimport(name: string): any;
  _api?: { on_fatal?: (error: unknown) => void };
}

declare global {
  var cotab: Shell;
  /** The page's modules where they cannot be imported by address (runtime "inline"). */
  var cotabModules: Record<string, () => Promise<any>> | undefined;
  interface Window {
    Microsoft?: { Omnichannel?: { getConversationId?(): Promise<string> } };
    Xrm?: { Utility?: { getGlobalContext?(): { userSettings?: { languageId?: number } } } };
  }
}
