"""What explains why the code is as it is: it cites files that are there, and is cited by headings that are there."""

from __future__ import annotations

import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest

from cotab_kit.layout import source_root

ROOT = source_root() or Path()
INTERNALS = sorted((ROOT / "docs" / "internals").glob("*.md"))
CITATION = re.compile(r"\bdocs/[\w./-]+\.md(?:#[\w-]+)?")
NAMED = re.compile(r"`((?:[\w.-]+/)*[\w.-]+\.(?:py|js|mjs|d\.ts|html|toml|json))`")
OURS = ("pylib", "webresource", "tests", "deploy", "examples", "build.py", "pyproject.toml")
# Named in explanations, but not ours: parts of Pyodide, PyScript and of solutions, and what a build makes.
FOREIGN = re.compile(
    r"pyodide(\.asm)?\.m?js|core\.js|interpreters\.js|zstddec\.mjs"
    r"|solution\.xml|environmentvariablevalues\.json|build\.json|\w+\.html"
)


@cache
def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", *OURS], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607
    return listed.stdout.split()


def anchors(page: Path) -> set[str]:
    """The headings of a page, as GitHub makes anchors of them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_citation_in_the_code_leads_to_a_heading_that_is_there() -> None:
    found = 0
    for name in tracked():
        if not name.endswith((".py", ".js", ".mjs", ".ts", ".toml")):
            continue
        for cited in CITATION.findall((ROOT / name).read_text("utf-8")):
            page, _, anchor = cited.partition("#")
            assert (ROOT / page).is_file(), f"{name} cites {cited}"
            assert not anchor or anchor in anchors(ROOT / page), f"{name} cites {cited}"
            found += 1
    assert found > 20


@pytest.mark.parametrize("page", INTERNALS, ids=lambda page: page.name)
def test_every_file_that_is_named_is_there(page: Path) -> None:
    names = {name for name in NAMED.findall(page.read_text("utf-8")) if not FOREIGN.fullmatch(name)}
    assert names
    known = ["/" + name for name in tracked()]
    assert [name for name in sorted(names) if not any(path.endswith("/" + name) for path in known)] == []


def test_the_picture_of_the_levels_is_what_the_contracts_say() -> None:
    picture = (ROOT / "docs" / "internals" / "architecture.md").read_text("utf-8")
    drawn = re.findall(r'\w\d(?:\["([^"]+)"\]|\[([^\]]+)\])', picture)
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = [layer for contract in contracts if contract["type"] == "layers" for layer in contract["layers"]]
    assert [quoted or plain for quoted, plain in drawn] == [layer for layer in layers if layer != "__main__"]
