"""What an installation without extras can do, and what it says where it cannot: its dependencies alone can be imported.

Which modules are hidden follows from pyproject.toml and the metadata of what is installed here.
"""

from __future__ import annotations

import ast
import importlib.metadata
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from cotab_kit.errors import SetupError
from cotab_kit.layout import source_root
from cotab_kit.tools.wheels import Pin, read_lock

ROOT = source_root() or Path()
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
RELAYS_LOCK = ROOT / "deploy" / "tandem" / "requirements.lock"

# Runs a module as if the modules in its first argument were not installed.
WITHOUT = """
import importlib.machinery, importlib.metadata, json, runpy, sys
modules, distributions = map(set, json.loads(sys.argv.pop(1)))

class Installed(importlib.machinery.PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name.partition(".")[0] in modules else super().find_spec(name, path, target)

    @classmethod
    def find_distributions(cls, context=importlib.metadata.DistributionFinder.Context()):
        return [] if context.name in distributions else super().find_distributions(context)

sys.meta_path[:] = [Installed if finder is importlib.machinery.PathFinder else finder for finder in sys.meta_path]
runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)
"""


def needed(requirements: Iterable[str]) -> set[str]:
    """The distributions that these requirements bring on this machine."""
    found: set[str] = set()
    for text in requirements:
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            found |= {canonicalize_name(requirement.name), *_needed(requirement.name, frozenset(requirement.extras))}
    return found


@cache
def _needed(name: str, extras: frozenset[str]) -> frozenset[str]:
    own = PROJECT["optional-dependencies"]
    if canonicalize_name(name) == "cotab":
        return frozenset(needed(line for extra in extras for line in own[extra]))
    wanted = importlib.metadata.requires(name) or []
    marked = [Requirement(text) for text in wanted]
    chosen = [
        f"{each.name}[{','.join(each.extras)}]" if each.extras else each.name
        for each in marked
        if each.marker is None or any(each.marker.evaluate({"extra": extra}) for extra in extras | {""})
    ]
    return frozenset(needed(chosen))


def hidden(*extras: str) -> tuple[list[str], list[str]]:
    """What is installed here and would not be with these extras: modules, and distributions."""
    there = needed([*PROJECT["dependencies"], *(f"cotab[{extra}]" for extra in extras)])
    brought = {
        module: {canonicalize_name(name) for name in names}
        for module, names in importlib.metadata.packages_distributions().items()
    }
    others = {name for names in brought.values() for name in names} - there
    return sorted(module for module, names in brought.items() if not names & there), sorted(others)


def cotab(*arguments: object, extras: Iterable[str] = (), module: str = "cotab_kit") -> tuple[int, str]:
    command = [sys.executable, "-c", WITHOUT, json.dumps(hidden(*extras)), module, *map(str, arguments)]
    finished = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    return finished.returncode, finished.stdout + finished.stderr


def test_without_extras_no_web_server_and_nothing_to_sign_in_with_is_there() -> None:
    modules, distributions = hidden()
    assert {"starlette", "uvicorn", "httpx", "azure", "playwright", "pytest", "authlib", "watchfiles"} <= set(modules)
    assert {"azure-identity", "websockets"} <= set(distributions)
    assert not {"pydantic", "typer", "jinja2", "rich"} & set(modules)


@pytest.mark.full
@pytest.mark.parametrize("command", [["--help"], ["--version"], ["preview", "--help"], ["install", "--help"]])
def test_without_extras_the_command_line_explains_itself(command: list[str]) -> None:
    code, output = cotab(*command)
    assert code == 0, output


@pytest.mark.full
def test_without_extras_a_project_is_made_built_and_checked(tmp_path: Path) -> None:
    project = tmp_path / "assist"
    for command in (["new", project], ["build", "--project", project], ["check", "--project", project]):
        code, output = cotab(*command)
        assert code == 0, output
    assert (project / "dist" / "build.json").is_file()


ORG = ["--org", "https://contoso.crm.dynamics.com", "--project", "examples/minimal"]


@pytest.mark.parametrize(
    ("command", "extra"),
    [
        (["preview"], "preview"),
        (["install", *ORG], "deploy"),
        (["uninstall", *ORG], "deploy"),
        (["verify", *ORG], "deploy"),
        (["push", "x.js", *ORG], "deploy"),
        (["test", "--project", "examples/minimal"], "test"),
    ],
    ids=lambda part: part if isinstance(part, str) else part[0],
)
def test_a_command_whose_extra_is_missing_names_it(command: list[str], extra: str) -> None:
    code, output = cotab(*command)
    assert code == 1
    assert "Traceback" not in output
    assert re.search(r"Error: .* needs? [\w-]+, which is not installed\n", output)
    assert output.endswith(f"Run: pip install cotab[{extra}]\n")


def test_what_another_extra_brings_is_not_enough_to_sign_in() -> None:
    code, output = cotab("verify", *ORG, extras=["preview"])
    assert code == 1
    assert "needs azure-identity" in output


@pytest.mark.full
@pytest.mark.parametrize(
    ("extra", "module"), [("preview", "cotab_kit.cli.preview"), ("deploy", "cotab_kit.deploy.commands")]
)
def test_an_extra_brings_everything_that_its_commands_import(extra: str, module: str) -> None:
    code, output = cotab(extras=[extra], module=module)
    assert code == 0, output


@pytest.mark.full
def test_the_plugin_is_imported_with_what_the_extra_for_tests_brings() -> None:
    code, output = cotab(extras=["test"], module="cotab_kit.testing.trial")
    assert code == 0, output
    code, output = cotab(extras=["test"], module="cotab_kit.testing.desktop")
    assert code == 0, output


def test_the_relay_says_which_extra_it_needs() -> None:
    assert cotab("--help", module="tandem") == (
        1,
        "tandem: No module named 'uvicorn'. Run: pip install cotab[tandem]\n",
    )
    code, output = cotab(module="tandem.preview")
    assert code == 1
    assert output.endswith("Run: pip install cotab[tandem]\n")
    assert cotab("--help", extras=["tandem"], module="tandem")[0] == 0


def test_a_defect_of_the_kit_is_not_taken_for_an_extra() -> None:
    from cotab_kit.cli.extras import extra  # noqa: PLC0415 - what is tested

    with pytest.raises(ModuleNotFoundError, match=r"cotab_kit\.nonsense"), extra("preview"):
        raise ModuleNotFoundError("No module named 'cotab_kit.nonsense'", name="cotab_kit.nonsense")
    with pytest.raises(SetupError, match="needs uvicorn"), extra("preview"):
        raise ModuleNotFoundError("No module named 'uvicorn'", name="uvicorn")


def pins(lock: Path) -> dict[str, Pin]:
    text = re.sub(r" ; [^\\\n]*", " ", lock.read_text("utf-8"))  # markers; the page's locks have none
    return {pin.name: pin for pin in read_lock(text, str(lock))}


def imported_by_the_relay() -> Iterator[str]:
    for path in (ROOT / "pylib" / "tandem").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module.partition(".")[0]


def test_the_relays_lock_has_all_that_the_relay_imports_and_what_that_needs() -> None:
    brought = importlib.metadata.packages_distributions()
    others = set(imported_by_the_relay()) - sys.stdlib_module_names - {"tandem"}
    assert {"starlette", "uvicorn", "nats", "authlib"} <= others
    wanted = {canonicalize_name(name) for module in others for name in brought[module]}
    locked = set(pins(RELAYS_LOCK))
    assert wanted - locked == set()
    assert needed(["cotab[tandem]"]) - {"cotab"} - locked == set()


def test_the_relays_lock_has_nothing_else_and_the_files_of_the_checkouts_lock() -> None:
    locked, all_pins = pins(RELAYS_LOCK), pins(ROOT / "requirements.lock")
    assert {name: pin for name, pin in locked.items() if all_pins.get(name) != pin} == {}
    assert not {"pytest", "playwright", "azure-identity", "jinja2", "watchfiles", "mypy"} & set(locked)
    assert len(locked) < len(all_pins) / 2
    assert "://" not in RELAYS_LOCK.read_text("utf-8")


def test_the_image_installs_the_relays_lock_and_gets_no_other_file_of_the_checkout() -> None:
    dockerfile = (ROOT / "deploy" / "tandem" / "Dockerfile").read_text("utf-8")
    copied = {line.split()[1] for line in dockerfile.splitlines() if line.startswith("COPY ")}
    bill = "dist/tandem-relay.cdx.json"
    assert copied == {"deploy/tandem/requirements.lock", "pylib/tandem", "dist/tandem", bill}
    kept = (ROOT / "deploy" / "tandem" / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    assert {line.removeprefix("!") for line in kept if line.startswith("!")} == copied
    assert "--require-hashes --no-deps -r requirements.lock" in dockerfile
