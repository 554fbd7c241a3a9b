"""What names mean in a module: full names by its imports, classes that objects were made of, coroutine functions."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from contextlib import contextmanager

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
Function = ast.FunctionDef | ast.AsyncFunctionDef
Scope = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

# Coroutine functions that are called by name; those of a tab by the end of theirs.
COROUTINES = {"asyncio.sleep", "asyncio.wait", "asyncio.wait_for", "asyncio.to_thread"}
OF_A_TAB = ("sdk.load", "sdk.load_module", "conversation.send", "conversation.attach_note")


class Names:
    """The names of a module, as they are seen from the function that is being walked through."""

    def __init__(self, module: ast.Module) -> None:
        self._scopes: list[tuple[Scope, dict[str, str]]] = [(module, _bound(module))]
        self._coroutines: list[set[str]] = [_coroutines(module)]
        self._made = dict(self._assigned(module))

    @contextmanager
    def inside(self, scope: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Iterator[None]:
        """See names as code in this function or class does."""
        self._scopes.append((scope, _bound(scope)))
        self._coroutines.append(_coroutines(scope))
        try:
            yield
        finally:
            self._scopes.pop()
            self._coroutines.pop()

    def full(self, node: ast.expr) -> str:
        """Return the full name of what an expression names, such as "time.sleep"; "" for what is the module's own."""
        if isinstance(node, ast.Attribute):
            base = self.full(node.value)
            return f"{base}.{node.attr}" if base else ""
        if not isinstance(node, ast.Name):
            return ""
        for scope, bound in reversed(self._scopes):
            is_seen = not isinstance(scope, ast.ClassDef) or scope is self._scopes[-1][0]
            if is_seen and node.id in bound:
                return bound[node.id]
        return node.id if hasattr(builtins, node.id) else ""

    def made(self, node: ast.expr) -> str:
        """Return the full name of the class that an object was made of, as far as the module says so."""
        if isinstance(node, ast.Call):
            return self.full(node.func)
        return self._made.get(ast.unparse(node), "")

    def coroutine(self, function: ast.expr) -> str:
        """Return what a coroutine function is called by; "" if it is none, or is not known."""
        written = ast.unparse(function)
        if self.full(function) in COROUTINES or written.endswith(OF_A_TAB):
            return written
        name = written.removeprefix("self.")
        return written if any(name in known for known in self._coroutines) and "." not in name else ""

    def _assigned(self, module: ast.Module) -> Iterator[tuple[str, str]]:
        """Yield what names and members stand for objects, and of which class: `self.jobs = queue.Queue()`."""
        for node in ast.walk(module):
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, ast.Call):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in targets:
                    yield ast.unparse(target), self.full(node.value.func)


def _bound(scope: Scope) -> dict[str, str]:
    """Collect the names that a scope binds: with their full name by an import, "" by anything else."""
    found: dict[str, str] = {}
    if isinstance(scope, FUNCTIONS):
        given = scope.args
        every = [*given.posonlyargs, *given.args, *given.kwonlyargs, *filter(None, (given.vararg, given.kwarg))]
        found |= dict.fromkeys((each.arg for each in every), "")
    for node in _own(scope):
        if isinstance(node, ast.Import):
            found |= {alias.asname or alias.name.partition(".")[0]: _imported(alias) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = "" if node.level else f"{node.module}."
            found |= {alias.asname or alias.name: f"{module}{alias.name}" if module else "" for alias in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.setdefault(node.id, "")
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found[node.name] = ""
    return found


def _imported(alias: ast.alias) -> str:
    return alias.name if alias.asname else alias.name.partition(".")[0]


def _coroutines(scope: Scope) -> set[str]:
    return {node.name for node in _own(scope) if isinstance(node, ast.AsyncFunctionDef)}


def _own(scope: Scope) -> Iterator[ast.AST]:
    """Walk through a scope without those in it; of a function in it comes no more than that it is there."""
    waiting: list[ast.AST] = list(scope.body) if isinstance(scope.body, list) else [scope.body]
    while waiting:
        node = waiting.pop(0)
        yield node
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            waiting += ast.iter_child_nodes(node)
