"""The contract between the build and a page: what the build writes into `<meta name="cotab">`.

The Python of a tab reads it as PageInfo (cotab/context.py), and no tab carries more than that. The type that
JavaScript has of it, webresource/page/page_config.d.ts, is generated: `python -m cotab_kit.build.page_types`.
"""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

from cotab.context import PageInfo


class Carrier(TypedDict):
    """A binary as zstd + base64 (base64 alone, if it is small) in one or more well-formed XML resources or elements.

    `packed` is its length in bytes as it is carried, to notice a truncated part, and `size` as it is. `digest` names
    the content, for Cache Storage.
    """

    parts: list[str]
    packed: int
    size: int
    type: str
    digest: str


class RemoteFile(TypedDict):
    """A file on a pinned public address (runtime "cdn")."""

    url: str
    integrity: str


class Archive(TypedDict):
    """A carrier of Python files as JSON, and the folder they are unpacked into."""

    carrier: str
    folder: str
    in_snapshot: bool


class Events(TypedDict):
    """The names of the events that the page dispatches on the top window."""

    connected: str
    ended: str


class PageConfig(PageInfo):
    """The content of `<meta name="cotab">`."""

    model_config = ConfigDict(extra="forbid")

    cotab_version: str = Field(description="The version of cotab that built the page.")
    build: str = Field(description="Names the build.")
    main: str = Field(description="The lines of Python that run the page.")
    texts: dict[str, dict[str, str]] = Field(description="Texts of this page alone, by language.")
    boot: Literal["pyscript", "pyodide"] = Field(description="Who starts Python.")
    boot_timeout_seconds: float = Field(description="How long a start may take.")
    needs_pyscript: bool = Field(
        description="Whether the author's code imports `pyscript`, so that plain Pyodide cannot do."
    )
    runtime: Literal["solution", "cdn", "inline"] = Field(description="Where the runtime comes from.")
    events: Events = Field(description="The events of the mode; empty names without a mode.")
    lock: str = Field(description="Pyodide's lock file: what it was built for, and no packages.")
    env: dict[str, str] = Field(description="Python's environment.")
    libraries: list[str] = Field(
        description="Shared libraries by their path in Python's file system; the last part of it names their carriers."
    )
    archives: list[Archive] = Field(description="Python's files; some of them are in the snapshot, where there is one.")
    snapshot: str = Field(description="The carrier of the snapshot; empty without one.")
    late: str = Field(description="The carrier of what Python may import beside the snapshot; empty without one.")
    memory: int = Field(description="The length of the memory it was taken from, in bytes; 0 without one.")
    modules: list[str] = Field(description="The wasm modules, by the last part of their names.")
    rests: dict[str, str] = Field(description="The carriers of second halves, by the modules that are split.")
    exported_places: dict[int, str] = Field(
        description="The main module's exported functions, by the places in its table where they stand."
    )
    carriers: dict[str, Carrier] = Field(description="What comes from web resources, by its name.")
    remote: dict[str, RemoteFile] = Field(description="What comes from public addresses, by its name.")
