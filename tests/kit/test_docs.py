"""The documentation cannot rot: its Python is executed, its manifests are loaded, its commands exist."""

from __future__ import annotations

import ast
import inspect
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cotab import (
    Agent,
    ConnectionQuality,
    Control,
    EndReason,
    EscalationMode,
    HttpAnswer,
    Invitation,
    JsObject,
    Provider,
    Tab,
    TabContext,
    Tool,
    errors,
)
from cotab._tab.app import App
from cotab._tab.view import Screen, describe
from cotab.testing import FakeBrowser
from cotab_kit.cli.app import app
from cotab_kit.layout import source_root
from cotab_kit.manifest.languages import LANGUAGES
from cotab_kit.manifest.model import Manifest
from cotab_kit.testing import Desktop
from cotab_kit.testing import Tab as BuiltTab

ROOT = source_root() or Path()
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^(?:python build\.py|cotab)(?: ([a-z]+))?((?: --?[a-z-]+)*)", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


@dataclass(frozen=True)
class Block:
    page: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


def blocks(*languages: str) -> list[Block]:
    return [block for page in PAGES for block in _blocks(page) if block.language in languages]


def _blocks(page: Path) -> Iterator[Block]:
    text = page.read_text("utf-8")
    for match in FENCE.finditer(text):
        yield Block(page, text.count("\n", 0, match.start()) + 1, match[1], match[2])


@pytest.mark.parametrize("block", blocks("python"), ids=str)
def test_the_python_in_the_documentation_runs(block: Block) -> None:
    exec(compile(block.text, str(block), "exec"), {"__name__": "documentation"})  # noqa: S102 - our own text


@pytest.mark.parametrize("block", blocks("toml"), ids=str)
def test_the_manifests_in_the_documentation_are_manifests(block: Block) -> None:
    content = tomllib.loads(block.text)
    if "publisher" in content:
        Manifest.model_validate(content)
    else:
        assert set(content["page"]) <= set(Manifest.model_fields["page"].annotation.model_fields)  # type: ignore[union-attr]


@pytest.mark.parametrize("block", blocks("json"), ids=str)
def test_the_json_in_the_documentation_is_json(block: Block) -> None:
    json.loads(block.text)


def commands() -> list[tuple[str, str, str]]:
    return [
        (str(block), match[1] or "build", match[2])
        for block in blocks("", "console")
        for match in COMMAND.finditer(block.text)
    ]


@pytest.mark.parametrize(("where", "command", "options"), commands())
def test_the_commands_in_the_documentation_exist_with_their_options(where: str, command: str, options: str) -> None:
    answer = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200", "NO_COLOR": "1"})
    assert answer.exit_code == 0, f"{where}: {answer.output}"
    for option in options.split():
        assert option in answer.output, f"{where}: {command} has no {option}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text("utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", ["internals/fast-start.md", "security.md", "accessibility.md"])
def test_every_test_that_is_named_is_there(page: str) -> None:
    text, file = (ROOT / "docs" / page).read_text("utf-8"), ""
    assert "MISSING" not in text
    named = re.findall(r"([\w/]+\.py)?::(test_\w+)", text)
    assert named
    for path, test in named:
        file = path or file
        assert f"def {test}(" in (ROOT / "tests" / file).read_text("utf-8"), f"{file}::{test}"


def test_every_block_is_of_a_kind_that_is_tested() -> None:
    assert {block.language for page in PAGES for block in _blocks(page)} <= {
        "",
        "console",
        "json",
        "mermaid",
        "python",
        "toml",
        "text",
    }


def test_the_adapter_in_the_readme_is_the_example_and_stays_short() -> None:
    adapter = (ROOT / "examples" / "minimal" / "main.py").read_text("utf-8")
    assert adapter in (ROOT / "README.md").read_text("utf-8")
    assert len(adapter.splitlines()) < 60
    ast.parse(adapter)


def test_every_language_is_documented() -> None:
    text = (ROOT / "docs" / "manifest.md").read_text("utf-8")
    assert {int(lcid): tag for lcid, tag in re.findall(r"(\d{4}) (\w\w-[\w-]+)", text)} == LANGUAGES


def words(page: str) -> set[str]:
    """What stands in the tables and as code on a page of docs/."""
    text = (ROOT / "docs" / page).read_text("utf-8")
    quoted = "".join(re.findall(r"`[^`\n]+`", text))
    return set(re.findall(r"[\w-]+", quoted))


def test_everything_a_test_can_use_is_documented() -> None:
    browser = FakeBrowser()
    App(browser)._listen()
    described = describe(Screen(state="failed", error=errors.CotabError("")), browser.texts)
    keywords = inspect.signature(FakeBrowser).parameters.keys() | inspect.signature(BuiltTab.open).parameters.keys()
    verbs = {name for kind in (BuiltTab, Desktop) for name in vars(kind) if not name.startswith("_")}
    documented = words("testing.md")
    assert {*browser.clicks, *described} - documented == set()
    assert (keywords | verbs) - documented - {"self"} == set()


def test_everything_of_the_contract_is_documented() -> None:
    values = [value.name for kind in (ConnectionQuality, EndReason, Tool, EscalationMode) for value in kind]
    fields = [*Invitation.model_fields, *TabContext.model_fields, *Agent.model_fields, *Tab.__dataclass_fields__]
    kinds = (Provider, Tab, JsObject, HttpAnswer, Control)
    methods = [name for kind in kinds for name in vars(kind)]
    public = {name for name in (*fields, *methods) if not name.startswith("_")}
    documented = words("authors.md")
    assert {*values, *public, *errors.__all__} - documented == set()


def test_every_code_an_agent_can_see_is_documented() -> None:
    texts = (ROOT / "webresource" / "page" / "strings" / "en-US.json").read_text("utf-8")
    documented = (ROOT / "docs" / "administrators.md").read_text("utf-8")
    for code in re.findall(r'"error\.([A-Z_]+)\.what"', texts):
        assert code in documented, code
