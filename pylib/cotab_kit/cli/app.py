"""The command line of build.py and of the `cotab` console script: a module for each command.

Whatever goes wrong is shown as a message and a hint; a traceback means a defect of the kit.
"""

from __future__ import annotations

import io
import platform
import sys
from typing import Annotated, NoReturn

import typer
from rich.markup import escape

from cotab import __version__
from cotab_kit.cli.bench import bench
from cotab_kit.cli.build import build_project
from cotab_kit.cli.check import check
from cotab_kit.cli.clean import clean
from cotab_kit.cli.docs import docs
from cotab_kit.cli.lock import lock
from cotab_kit.cli.new import new
from cotab_kit.cli.org import inspect, install, push, uninstall, verify
from cotab_kit.cli.preview import preview
from cotab_kit.cli.replay import replay
from cotab_kit.cli.test import test
from cotab_kit.errors import KitError
from cotab_kit.progress import Steps, harmless

HELP = """Write the agent's side of a co-browse or screen-sharing product in Python, as an app tab in Dynamics 365.

Begin with `new`, look at it with `preview`, ship what `build` makes. Without --project a command works on the provider
project in the current folder; in a checkout of cotab, on the one in webresource/.
"""

# As Markdown, since rich's own markup takes the name of a table, [page.npm], for a style.
app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help=HELP,
)

LONG = 248  # characters: Windows makes no folder with a longer path, and no file from 260 on, unless it was told to

app.command(name="build")(build_project)
for command in (test, check, preview, replay, bench, new, lock, docs, clean, install, uninstall, verify, inspect, push):
    app.command()(command)


def _print_version(*, wanted: bool) -> None:
    if wanted:
        print(f"cotab {__version__}")
        raise typer.Exit


@app.callback()
def options(
    *,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version of cotab.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""


def main() -> None:
    """Run the command line and exit with its code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a console of Windows may not know every letter
    try:
        app()
    except KitError as error:
        _refuse(str(error), error.hint)
    except OSError as error:
        _refuse(str(error), _remedy(error))


def _remedy(error: OSError) -> str:
    longest = max(len(str(name or "")) for name in (error.filename, error.filename2))
    if platform.system() == "Windows" and longest >= LONG:
        return f"The path has {longest} characters. Move the project to a shorter one, or enable long paths in Windows."
    return "See whether that file or folder may be used, and whether the disk has room."


def _refuse(message: str, hint: str) -> NoReturn:
    console = Steps.for_this_terminal().console
    console.print(f"[bold red]Error:[/] {escape(harmless(message))}", soft_wrap=True)
    if hint:
        console.print(escape(hint), soft_wrap=True)
    sys.exit(1)
