"""A script in Node that answers each line of JSON with another: the browser's modules, tried without a browser."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cotab_kit.build.tandem import web_sources
from cotab_kit.layout import Workspace, kit_files, source_root
from cotab_kit.progress import Steps
from cotab_kit.tools.node import ensure_node

Ask = Callable[[object], Any]


@contextmanager
def answering(driver: str, module: str) -> Iterator[Ask]:
    """Run a driver of this folder with a module of pylib/tandem/web."""
    node = ensure_node(Workspace(source_root() or Path()), kit_files(), Steps.for_this_terminal(), dev=True)
    command: list[str | Path] = [node.exe, "--no-warnings", Path(__file__).with_name(driver), web_sources() / module]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") as running:
        to, back = running.stdin, running.stdout
        assert to is not None
        assert back is not None

        def ask(question: object) -> Any:  # noqa: ANN401 - JSON
            to.write(json.dumps(question) + "\n")
            to.flush()
            return json.loads(back.readline())

        yield ask
        to.close()
