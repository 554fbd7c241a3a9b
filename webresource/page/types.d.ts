// Types shared by the page's scripts; checked by tsc, never shipped.

/** A binary carried as zstd + base64 (base64 alone, if it is small) in one or more well-formed XML resources (or inline elements). */
export interface Carrier {
  parts: string[];
  /** Its length in bytes, as it is carried (to notice a truncated part) and as it is. */
  packed: number;
  size: number;
  type: string;
  /** Names the content, for Cache Storage. */
  digest: string;
}

/** A file on a pinned public address (runtime "cdn"). */
export interface RemoteFile {
  url: string;
  integrity: string;
}

/** What the build wrote into `<meta name="cotab">`. */
export interface Page {
  build: string;
  /** An escalation mode, or "configuration". */
  mode: string;
  /** The module whose `main` runs the page. */
  main: string;
  /** Texts that only this page has, by language. */
  texts?: Record<string, Record<string, string>>;
  adapter: string;
  provider: string;
  settings: Record<string, unknown>;
  /** The environment variable in which an org has settings of its own; "" without settings. */
  settings_variable: string;
  provider_timeout_seconds: number;
  boot_timeout_seconds: number;
  boot: "pyscript" | "pyodide";
  /** The author's code imports `pyscript`, so plain Pyodide cannot stand in for it. */
  needs_pyscript: boolean;
  runtime: "solution" | "cdn" | "inline";
  events: { connected: string; ended: string };
  scripts: { interpreter: string; pyscript: string };
  lock: string;
  /** Shared libraries by their path in Python's file system; their carriers are named by the last part of it. */
  libraries: string[];
  /** Carriers of Python files as JSON, by the folder they are unpacked into; frozen ones are in the image, if there is one. */
  archives: { carrier: string; folder: string; frozen: boolean }[];
  /** Length of the memory that the image was taken from, in bytes; 0 without an image. */
  memory: number;
  /** The wasm modules by the last part of their names. */
  modules: string[];
  /** Where the main module's exported functions stand in its table. */
  exported_places: number[];
  /** Python's environment. */
  env: Record<string, string>;
  /** The common beginning of the web resources' names. */
  folder: string;
  carriers: Record<string, Carrier>;
  remote: Record<string, RemoteFile>;
}

/** A JavaScript function that forwards to Python until it is closed; afterwards it does nothing. */
export interface Callback {
  call(...values: unknown[]): unknown;
  close(): void;
}

/** What the boot shell offers to the interpreter module and to Python, as `globalThis.cotab`. */
export interface Shell {
  page: Page;
  parts: import("./runtime_files.js").Parts;
  texts: Record<string, string>;
  language: string;
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
  onLeave(handler: () => void): void;
  inTop(...names: string[]): unknown;
  callback(target: ((...values: unknown[]) => unknown) & { destroy?(): void }): Callback;
  /** Reflect's functions; they throw errors only, and the promises among the answers are rejected with errors only. */
  get(target: object, name: string): unknown;
  set(target: object, name: string, value: unknown): boolean;
  construct(type: Function, values: unknown[]): unknown;
  apply(method: Function, self: unknown, values: unknown[]): unknown;
  /** A promise that Python keeps. */
  deferred(): { promise: Promise<unknown>, resolve(value: unknown): void };
  copy(text: string): Promise<boolean>;
  /** import(), which Python has no word for. */
  importModule(url: string): Promise<unknown>;
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
