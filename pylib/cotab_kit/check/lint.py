"""Microsoft's published rules for web resources, run on the scripts that are shipped (lint.mjs).

Certification wants a reason for whatever is found and stays. The kit's own scripts have theirs here; an author writes
theirs into [appsource.justifications].
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cotab_kit.tools.cache import Cache

if TYPE_CHECKING:
    from cotab_kit.tools.node import Node

LINTER = Path(__file__).with_name("lint.mjs")
PLUGIN = "@microsoft/power-apps/"

# The folders of what an author ships.
AUTHORS = ("assets/", "npm/")

# Why the kit's own scripts do what a rule finds.
REASONS = {
    f"{PLUGIN}avoid-window-top": (
        "Omnichannel's contract for co-browse and screen sharing asks for it: the connected and ended events are"
        " dispatched on window.top. Access is guarded, so that a window of another origin does no harm."
    ),
    "no-eval": (
        "Part of the Python interpreter (Pyodide) and of PyScript, which run the provider's own, packaged code. Nothing"
        " that comes from a conversation or from the network is evaluated."
    ),
    "no-debugger": (
        "Part of the Python interpreter (Pyodide), in a function for debugging it; without open developer tools the"
        " statement has no effect."
    ),
}


@dataclass(frozen=True)
class Hit:
    """A violation of a rule in a script, by its name as a web resource."""

    file: str
    line: int
    column: int
    rule: str
    message: str


def lint(node: Node, scripts: Mapping[str, str], cache: Path) -> list[Hit]:
    """Run the rules on scripts, given by name; kept in `cache` until a script changes. Raises ToolError."""
    inputs = {"scripts": dict(scripts), "rules": LINTER, "packages": node.modules.parent / "package-lock.json"}

    def make(out: Path) -> None:
        found = _lint(node, scripts)
        out.write_text(json.dumps([asdict(hit) for name in scripts for hit in found if hit.file == name]), "utf-8")

    return Cache(cache / "lint").get(inputs, make, _read) if scripts else []


def _read(path: Path) -> list[Hit]:
    return [Hit(**hit) for hit in json.loads(path.read_text("utf-8"))]


def _lint(node: Node, scripts: Mapping[str, str]) -> list[Hit]:
    with tempfile.TemporaryDirectory(prefix="cotab lint ") as aside:
        folder, out = Path(aside).resolve() / "scripts", Path(aside) / "found.json"
        for name, text in scripts.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8", newline="\n")
        node.carry_out(LINTER, {"node": str(node.modules.parent), "folder": str(folder), "found": str(out)})
        found: list[dict[str, Any]] = json.loads(out.read_text("utf-8"))
        return [Hit(**{**hit, "file": Path(hit["file"]).relative_to(folder).as_posix()}) for hit in found]


def reason(hit: Hit, justifications: Mapping[str, str]) -> str:
    """Say why something may stay; empty if nobody has said it."""
    if hit.file in justifications:
        return justifications[hit.file]
    return "" if hit.file.startswith(AUTHORS) else REASONS.get(hit.rule, "")


def justifications_page(name: str, hits: list[Hit], justifications: Mapping[str, str]) -> str:
    """Write what certification asks for: each rule that found something, where, and why it stays."""
    lines = [f"# {name}: what Microsoft's checker finds in the scripts, and why it is there", ""]
    grouped: dict[tuple[str, str], list[Hit]] = {}
    for hit in hits:
        grouped.setdefault((hit.rule, reason(hit, justifications)), []).append(hit)
    for (rule, why), places in sorted(grouped.items()):
        files = sorted({hit.file for hit in places})
        counted = [f"{file} ({sum(hit.file == file for hit in places)})" for file in files]
        lines += [f"## {rule}", "", f"In {', '.join(counted)}.", "", why, ""]
    return "\n".join(lines) if hits else f"{lines[0]}\n\nNothing.\n"
