"""Find what cannot work in a page in the author's Python, without running it.

What a name means is read from the imports, whatever it is called in the file: `from time import sleep as nap`. Code
that runs only elsewhere is passed over: below `if TYPE_CHECKING:`, `if __name__ == "__main__":` and `if sys.platform !=
"emscripten":`, imports that may fail below `try:`, and every line with the comment `# noqa: cotab`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from cotab._limits import ENDLESS, NO_MODULE, NOT_AWAITED, WAIT, Limit, limit_of
from cotab_kit.check.names import FUNCTIONS, Function, Names

IGNORED = "noqa: cotab"

# Objects of several threads, the methods by which they wait, and the argument that lets them not wait.
WAITING = {
    **dict.fromkeys(("queue.Queue", "queue.LifoQueue", "queue.PriorityQueue", "queue.SimpleQueue"), ("get", "join")),
    **dict.fromkeys(("threading.Event", "threading.Condition", "threading.Barrier"), ("wait", "wait_for")),
    **dict.fromkeys(("threading.Semaphore", "threading.BoundedSemaphore"), ("acquire",)),
}
ENDLESS_ITERATORS = ("itertools.count", "itertools.cycle")
LEAVING = (ast.Return, ast.Raise, ast.Yield, ast.YieldFrom, ast.Await, ast.AsyncFor, ast.AsyncWith)
LOOPS = (ast.While, ast.For, ast.AsyncFor)
POLLING = {"is_set", "done", "empty", "locked", "is_alive", "cancelled"}


@dataclass(frozen=True)
class Use:
    """Something that cannot work: the line, the name or the words of the code, and why."""

    line: int
    what: str
    limit: Limit


def uses(source: str, is_there: Callable[[str], bool]) -> list[Use]:
    """Find everything in a module that cannot work in a page; `is_there` knows its modules. Raises SyntaxError."""
    tree = ast.parse(source)
    silenced = {number for number, line in enumerate(source.splitlines(), 1) if IGNORED in line}
    finder = _Finder(Names(tree), is_there)
    finder.visit(tree)
    found = {(use.line, use.what): use for use in finder.found if use.line not in silenced}
    return sorted(found.values(), key=lambda use: use.line)


class _Finder(ast.NodeVisitor):
    """A walk through a module."""

    def __init__(self, names: Names, is_there: Callable[[str], bool]) -> None:
        self._names, self._is_there = names, is_there
        self.found: list[Use] = []

    def visit_Try(self, node: ast.Try) -> None:
        """Walk through code that is prepared for a module that is missing."""
        before = self._is_there
        if any("Import" in _caught(handler) or "ModuleNotFound" in _caught(handler) for handler in node.handlers):
            self._is_there = lambda _: True
        self._walk(node.body)
        self._is_there = before
        self._walk([*node.handlers, *node.orelse, *node.finalbody])

    def visit_If(self, node: ast.If) -> None:
        """Walk through what a page runs."""
        runs, otherwise = _in_the_page(node.test)
        self._walk([*(node.body if runs else ()), *(node.orelse if otherwise else ())])
        self.visit(node.test)

    def visit_FunctionDef(self, node: Function) -> None:
        """Walk through a function; what it says of types is not run."""
        self._walk([*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)])
        with self._names.inside(node):
            self._walk(node.body)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        """Walk through a coroutine function in the same way."""
        self.visit_FunctionDef(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Walk through a class, in which methods know each other as members of self."""
        self._walk([*node.decorator_list, *node.bases])
        with self._names.inside(node):
            self._walk(node.body)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """Walk through a function without a name."""
        with self._names.inside(node):
            self.visit(node.body)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """Pass over the type."""
        self._walk([node.target, *([node.value] if node.value else ())])

    def visit_Import(self, node: ast.Import) -> None:
        """Find modules that no page can use."""
        for alias in node.names:
            self._module(alias.name, node.lineno)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Find modules that no page can use."""
        if node.module and not node.level:
            self._module(node.module, node.lineno)

    def visit_Name(self, node: ast.Name) -> None:
        """Find names of what cannot work."""
        self._name(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """Find names with dots; the whole name counts, not its beginning too."""
        if not self._name(node):
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        """Find calls that wait for another thread, and imports by a literal name."""
        target = node.func
        if isinstance(target, ast.Attribute) and not _does_not_wait(node):
            made = self._names.made(target.value)
            if target.attr in WAITING.get(made, ()):
                self._add(node, f"{made}.{target.attr}()", WAIT)
        if self._names.full(target) in ("importlib.import_module", "__import__") and node.args:
            (first, *_) = node.args
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                self._module(first.value, node.lineno)
        self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        """Find coroutines that nobody awaits."""
        if isinstance(node.value, ast.Call) and (name := self._names.coroutine(node.value.func)):
            self._add(node, f"{name}()", NOT_AWAITED)
        self.generic_visit(node)

    def visit_While(self, node: ast.While) -> None:
        """Find loops that never end."""
        is_forever = isinstance(node.test, ast.Constant) and bool(node.test.value)
        if (is_forever and not _can_leave(node.body)) or (not is_forever and _only_polls(node)):
            self._add(node, f"while {ast.unparse(node.test)}", ENDLESS)
        self.generic_visit(node)

    def visit_For(self, node: ast.For) -> None:
        """Find loops over what never ends."""
        called = self._names.full(node.iter.func) if isinstance(node.iter, ast.Call) else ""
        if called in ENDLESS_ITERATORS and not _can_leave(node.body):
            self._add(node, f"for ... in {called}()", ENDLESS)
        self.generic_visit(node)

    def _walk(self, nodes: Sequence[ast.AST]) -> None:
        for node in nodes:
            self.visit(node)

    def _module(self, name: str, line: int) -> None:
        package = name.partition(".")[0]
        if not self._is_there(package):
            self.found.append(Use(line, package, limit_of(package) or NO_MODULE))

    def _name(self, node: ast.Name | ast.Attribute) -> bool:
        """Take note of a name that cannot work; return whether it is one."""
        if not isinstance(node.ctx, ast.Load):
            return False
        name = self._names.full(node)
        limit = limit_of(name) if name else None
        if limit is None and isinstance(node, ast.Attribute):
            name, limit = node.attr, limit_of(f".{node.attr}")
        if limit is None or name in _WITHOUT_HARM or _is_word(name) or name.partition(".")[0] in limit.modules:
            return False
        self._add(node, name, limit)
        return True

    def _add(self, node: ast.stmt | ast.expr, what: str, limit: Limit) -> None:
        self.found.append(Use(node.lineno, what, limit))


# Parts of modules that stand in the table as a whole.
_WITHOUT_HARM = {
    *("subprocess", "multiprocessing", "pdb", "bdb", "selectors", "pty", "webbrowser", "fileinput", "smtplib"),
    *("concurrent.futures.thread", "concurrent.futures.process", "http.server", "socketserver"),
    *("ftplib", "poplib", "imaplib"),
}


def _is_word(name: str) -> bool:
    """Return whether it names an exception or a constant of a module, which does no harm by itself."""
    last = name.rpartition(".")[2]
    return "." in name and (last.isupper() or last.endswith(("Error", "Expired", "Exception")))


def _caught(handler: ast.ExceptHandler) -> str:
    """Write what an `except` catches; a bare one catches missing modules too."""
    return ast.unparse(handler.type) if handler.type else "ImportError"


def _in_the_page(test: ast.expr) -> tuple[bool, bool]:
    """Return whether a page runs what stands below an `if`, and what stands below its `else`."""
    written = ast.unparse(test)
    if written in ("TYPE_CHECKING", "typing.TYPE_CHECKING", "__name__ == '__main__'"):
        return False, True
    if written.startswith("sys.platform") and "'emscripten'" in written:
        return ("!=" not in written, "!=" in written)
    return True, True


def _does_not_wait(call: ast.Call) -> bool:
    """Return whether it is told not to wait, as in get(False) or wait(timeout=0)."""
    given = [*call.args, *(word.value for word in call.keywords if word.arg in ("block", "blocking", "timeout"))]
    return any(isinstance(value, ast.Constant) and value.value is not None and not value.value for value in given)


def _can_leave(body: Sequence[ast.stmt]) -> bool:
    """Return whether a loop's body lets others work, or can end the loop."""
    return any(isinstance(node, LEAVING) or _breaks(node, depth) for node, depth in _own(body))


def _breaks(node: ast.AST, depth: int) -> bool:
    return isinstance(node, ast.Break) and depth == 0


def _own(body: Sequence[ast.AST], depth: int = 0) -> Iterator[tuple[ast.AST, int]]:
    """Walk through a loop's body without the functions that it defines; `depth` counts the loops around a node."""
    for node in body:
        yield node, depth
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            continue
        if isinstance(node, LOOPS):
            over = node.test if isinstance(node, ast.While) else node.iter
            yield from _own([over, *node.body], depth + 1)
            yield from _own(node.orelse, depth)
        else:
            yield from _own(list(ast.iter_child_nodes(node)), depth)


def _only_polls(loop: ast.While) -> bool:
    """Return whether a loop only looks at something again and again that nothing changes meanwhile."""
    if not all(isinstance(step, (ast.Pass, ast.Continue)) for step in loop.body):
        return False
    inner = list(ast.walk(loop.test))
    called = [node.func for node in inner if isinstance(node, ast.Call)]
    changes = any(isinstance(node, (ast.NamedExpr, ast.Await)) for node in inner)
    return not changes and all(isinstance(function, ast.Attribute) and function.attr in POLLING for function in called)
