"""The command `docs`."""

from __future__ import annotations

import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Annotated, Any

import typer

from cotab_kit.layout import kit_files, source_root
from cotab_kit.progress import Steps


def docs(
    *,
    show: Annotated[bool, typer.Option("--open/--no-open", help="Open it in a browser.")] = True,
) -> None:
    """Serve the documentation on this machine, with search and a reference of the API, until Ctrl-C."""
    from cotab_kit.build.site import build_site  # noqa: PLC0415 - only this command needs it

    root = source_root()
    folder = build_site(root, root / "dist" / "docs", Steps.for_this_terminal()) if root else kit_files().docs
    with served(folder) as (address, thread):
        print(address)
        with suppress(KeyboardInterrupt):
            if show:
                webbrowser.open(address)
            while thread.is_alive():  # a join without a limit would not see Ctrl-C on Windows
                thread.join(0.5)


class _Quiet(SimpleHTTPRequestHandler):
    # Windows' registry has its own ideas, and no worker runs a script of another type: search is one.
    extensions_map = {  # noqa: RUF012 - the base's is one of the class as well
        **SimpleHTTPRequestHandler.extensions_map,
        ".css": "text/css",
        ".js": "text/javascript",
        ".json": "application/json",
        ".svg": "image/svg+xml",
    }

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - http.server's
        """Say nothing of requests."""


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, Thread]]:
    """Serve a folder to this machine alone, on a free port, until the block ends: the address, and what serves it."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever, name="cotab-docs", daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/", thread
        finally:
            server.shutdown()
            thread.join()
