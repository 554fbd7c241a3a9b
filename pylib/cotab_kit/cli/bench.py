"""The command `bench`: run a benchmark of tests/bench, which only a checkout of cotab has."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cotab_kit.cli.extras import extra
from cotab_kit.errors import SetupError
from cotab_kit.layout import source_root


class Bench(StrEnum):
    """The benchmarks; each is a module of tests/bench."""

    STARTS = "starts"
    TANDEM_RELAY = "tandem-relay"
    TANDEM_MIRROR = "tandem-mirror"
    LOCAL_ORG = "local-org"


SAMPLED = (Bench.STARTS, Bench.TANDEM_MIRROR)


def bench(
    what: Annotated[Bench, typer.Argument(help="Starts of a tab, Tandem, or a local org.")] = Bench.STARTS,
    figures: Annotated[
        Path | None, typer.Option("--json", help="Write the figures into this file.", show_default=False)
    ] = None,
    samples: Annotated[
        int | None,
        typer.Option(help="Starts or joins of each kind (`starts`, `tandem-mirror`).", min=1, show_default=False),
    ] = None,
    chart: Annotated[
        Path | None, typer.Option(help="Write the chart (SVG) into this file.", show_default=False)
    ] = None,
) -> None:
    """Measure, in a checkout of cotab: how long a tab takes to start beside stock Python; Tandem; a local org."""
    chosen = {"--json": figures, "--samples": samples if what in SAMPLED else None, "--chart": chart}
    arguments = [str(part) for option, value in chosen.items() if value is not None for part in (option, value)]
    raise typer.Exit(run_bench(what, arguments))


def run_bench(what: str, arguments: Sequence[str]) -> int:
    """Run a benchmark of tests/bench, "tandem-relay" say; the exit code is its own. Raises SetupError elsewhere."""
    source = source_root()
    if source is None:
        raise SetupError("The benchmark is part of cotab's source checkout", hint="Run it there: python build.py bench")
    with extra("test"):
        from cotab_kit.cli.run_tests import require_test_tools  # noqa: PLC0415 - no other command needs pytest

    require_test_tools()
    script = source / "tests" / "bench" / f"{what.replace('-', '_')}.py"
    return subprocess.run([sys.executable, script, *arguments], check=False).returncode
