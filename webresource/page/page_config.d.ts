// Generated from pylib/cotab_kit/build/page_config.py by `python -m cotab_kit.build.page_types`.

/** A carrier of Python files as JSON, and the folder they are unpacked into. */
export interface Archive {
  carrier: string;
  folder: string;
  in_snapshot: boolean;
}

/** A binary as zstd + base64 (base64 alone, if it is small) in one or more well-formed XML resources or elements.
 *
 * `packed` is its length in bytes as it is carried, to notice a truncated part, and `size` as it is. `digest` names
 * the content, for Cache Storage. */
export interface Carrier {
  parts: string[];
  packed: number;
  size: number;
  type: string;
  digest: string;
}

/** The names of the events that the page dispatches on the top window. */
export interface Events {
  connected: string;
  ended: string;
}

/** A file on a pinned public address (runtime "cdn"). */
export interface RemoteFile {
  url: string;
  integrity: string;
}

/** The content of `<meta name="cotab">`. */
export interface Page {
  /** An escalation mode, or "configuration". */
  mode: string;
  /** The provider's name. */
  provider: string;
  /** The author's class, as `module:Class`. */
  adapter: string;
  /** The common beginning of the web resources' names; no other provider has the same. */
  folder: string;
  /** The author's settings. */
  settings: Record<string, unknown>;
  /** The environment variable for settings of an org; empty without settings. */
  settings_variable: string;
  /** How long the adapter may take to answer. */
  provider_timeout_seconds: number;
  /** Whether tabs share a page that outlives them, where that can be. */
  resident: "off" | "auto";
  /** The version of cotab that built the page. */
  cotab_version: string;
  /** Names the build. */
  build: string;
  /** The lines of Python that run the page. */
  main: string;
  /** Texts of this page alone, by language. */
  texts: Record<string, Record<string, string>>;
  /** Who starts Python. */
  boot: "pyscript" | "pyodide";
  /** How long a start may take. */
  boot_timeout_seconds: number;
  /** Whether the author's code imports `pyscript`, so that plain Pyodide cannot do. */
  needs_pyscript: boolean;
  /** Where the runtime comes from. */
  runtime: "solution" | "cdn" | "inline";
  /** The events of the mode; empty names without a mode. */
  events: Events;
  /** Pyodide's lock file: what it was built for, and no packages. */
  lock: string;
  /** Python's environment. */
  env: Record<string, string>;
  /** Shared libraries by their path in Python's file system; the last part of it names their carriers. */
  libraries: string[];
  /** Python's files; some of them are in the snapshot, where there is one. */
  archives: Archive[];
  /** The carrier of the snapshot; empty without one. */
  snapshot: string;
  /** The carrier of what Python may import beside the snapshot; empty without one. */
  late: string;
  /** The length of the memory it was taken from, in bytes; 0 without one. */
  memory: number;
  /** The wasm modules, by the last part of their names. */
  modules: string[];
  /** The carriers of second halves, by the modules that are split. */
  rests: Record<string, string>;
  /** The main module's exported functions, by the places in its table where they stand. */
  exported_places: Record<string, string>;
  /** What comes from web resources, by its name. */
  carriers: Record<string, Carrier>;
  /** What comes from public addresses, by its name. */
  remote: Record<string, RemoteFile>;
}
