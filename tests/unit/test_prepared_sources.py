"""What every start runs is compiled when the snapshot is made, if Pyodide still compiles as it did."""

from __future__ import annotations

import ast
import sys
from collections.abc import Generator
from types import CodeType, ModuleType, SimpleNamespace
from typing import Any

import pytest

from cotab._snapshot import _prepare


def compile_in_steps(source: str, *, flags: int = 0, **_: object) -> Generator[Any, Any, CodeType]:
    """As Pyodide's function: it yields the syntax tree, and returns the code."""
    tree = yield compile(source, "<exec>", "exec", flags | ast.PyCF_ONLY_AST)
    code: CodeType = compile(tree, "<exec>", "exec", flags)
    return code


@pytest.fixture
def base(monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401 - a module made up here
    module: Any = ModuleType("_pyodide._base")
    module._parse_and_compile_gen = compile_in_steps
    monkeypatch.setitem(sys.modules, "_pyodide", ModuleType("_pyodide"))
    monkeypatch.setitem(sys.modules, "_pyodide._base", module)
    return module


class Runner:
    """Pyodide's CodeRunner, as far as it is used."""

    def __init__(self, base: Any, source: str, flags: int, **options: object) -> None:  # noqa: ANN401 - as above
        self.steps = base._parse_and_compile_gen(source, flags=flags, **options)
        self.tree = next(self.steps)

    def compile(self) -> SimpleNamespace:
        try:
            self.steps.send(self.tree)
        except StopIteration as done:
            return SimpleNamespace(code=done.value)
        raise AssertionError


def test_a_source_is_compiled_beforehand_for_one_use(base: Any) -> None:  # noqa: ANN401 - as above
    base.CodeRunner = lambda source, flags: Runner(base, source, flags, return_mode="last_expr", filename="<exec>")
    _prepare([["1 + 1", 0]])
    options = {"return_mode": "last_expr", "filename": "<exec>"}
    assert next(base._parse_and_compile_gen("1 + 1", **options)) is None
    assert isinstance(next(base._parse_and_compile_gen("1 + 1", **options)), ast.Module)


def test_a_runner_that_compiles_in_another_way_stops_the_build(base: Any) -> None:  # noqa: ANN401 - as above
    base.CodeRunner = lambda source, flags: Runner(base, source, flags, mode="exec")  # no return_mode: another call
    with pytest.raises(ImportError, match="_parse_and_compile_gen"):
        _prepare([["1 + 1", 0]])
