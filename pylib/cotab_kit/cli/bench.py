"""The command `bench`: runs a benchmark of tests/bench, which only a checkout of cotab has."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from cotab_kit.cli.test import require_test_tools
from cotab_kit.errors import SetupError
from cotab_kit.layout import source_root


def run_bench(what: str, arguments: Sequence[str]) -> int:
    """Run a benchmark of tests/bench, "tandem-relay" say; the exit code is its own. Raises SetupError elsewhere."""
    source = source_root()
    if source is None:
        raise SetupError("The benchmark is part of cotab's source checkout", hint="Run it there: python build.py bench")
    require_test_tools()
    script = source / "tests" / "bench" / f"{what.replace('-', '_')}.py"
    return subprocess.run([sys.executable, script, *arguments], check=False).returncode
