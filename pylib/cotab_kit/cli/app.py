"""The command line: build.py and the `cotab` console script both end up here. One function per command, all thin.

Whatever goes wrong is said as a message and a hint; a traceback means a defect of the kit.
"""

from __future__ import annotations

import io
import json
import shutil
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.markup import escape

from cotab import __version__
from cotab_kit.build.build import WEB_RESOURCES, build
from cotab_kit.build.report import summary
from cotab_kit.cli.extras import extra
from cotab_kit.cli.org import ProjectOption, register
from cotab_kit.errors import KitError
from cotab_kit.layout import source_root
from cotab_kit.manifest.model import MANIFEST
from cotab_kit.progress import Steps, harmless
from cotab_kit.project.project import Project

HELP = """Write the agent's side of a co-browse or screen-sharing product in Python, as an app tab in Dynamics 365.

Begin with `new`, look at it with `preview`, ship what `build` makes. Without --project a command works on the provider
project in the current folder; in a checkout of cotab, on the one in webresource/.
"""

# What an author does with a new project.
NEXT_STEPS = {"test": "build it and run its tests", "preview": "build it and see it", "build": "make what is shipped"}


class Bench(StrEnum):
    """What can be measured; each is a module of tests/bench."""

    STARTS = "starts"
    TANDEM_RELAY = "tandem-relay"
    TANDEM_MIRROR = "tandem-mirror"


app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=HELP)

register(app)


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
        _refuse(str(error), "See whether that file or folder may be used, and whether the disk has room.")


def _refuse(message: str, hint: str) -> NoReturn:
    console = Steps.for_this_terminal().console
    console.print(f"[bold red]Error:[/] {escape(harmless(message))}", soft_wrap=True)
    if hint:
        console.print(escape(hint), soft_wrap=True)
    sys.exit(1)


def _command_line(command: str, project: Path) -> str:
    """What to type in this folder to run a command on the project."""
    source = source_root()
    program = f"python {_path(source / 'build.py')}" if source else "cotab"
    is_default = Project.at().root == project.resolve()
    return f"{program} {command}" if is_default else f"{program} {command} --project {_path(project)}"


def _path(path: Path) -> str:
    """A path as one types it in this folder."""
    here = Path.cwd()
    text = str(path.relative_to(here) if path.is_relative_to(here) else path)
    return f'"{text}"' if " " in text else text


@app.command(name="build")
def build_command(project: ProjectOption = None) -> None:
    """Build the provider's tab into dist/."""
    steps = Steps.for_this_terminal()
    target = Project.at(project)
    report = build(target, steps)
    print(f"{target.dist / WEB_RESOURCES}: {len(report['files'])} web resources; over the wire")
    for line in summary(report):
        print(f"  {line}")
    for mode, page in report["pages"].items():
        print(f"  {mode}: {page}")
    print(f"  configuration page: <org>/WebResources/{report['configuration']}")
    made = dict.fromkeys(package["name"].partition("/")[0] for package in report["packages"])
    print(f"To install: {', '.join(made)}")
    print(f"See it: {_command_line('preview', target.root)}")


@app.command()
def test(
    project: ProjectOption = None,
    arguments: Annotated[list[str] | None, typer.Argument(help="Passed on to pytest, after --.")] = None,
    *,
    full: Annotated[
        bool, typer.Option("--full", help="In a checkout of cotab: all tests (at most 60 minutes, else 8).")
    ] = False,
    seed: Annotated[
        int | None,
        typer.Option(help="In a checkout of cotab: the seed of what is chosen by chance.", min=0, show_default=False),
    ] = None,
) -> None:
    """Build, run the linters and type checkers (in a checkout of cotab), and the tests."""
    from cotab_kit.cli.test import run_tests  # noqa: PLC0415 - the tests' tools are not needed for anything else

    raise typer.Exit(run_tests(Project.at(project), Steps.for_this_terminal(), arguments or [], full=full, seed=seed))


@app.command()
def check(
    project: ProjectOption = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON, for machines.")] = False,
) -> None:
    """Say everything that is wrong with the manifest, the code and the scripts; the exit code is 1 if something is."""
    from cotab_kit.check.check import check as find  # noqa: PLC0415 - only this command needs it

    findings = find(Project.at(project), Steps.for_this_terminal())
    if as_json:
        print(json.dumps([finding.as_json() for finding in findings], ensure_ascii=False, indent=1))
    else:
        print("\n".join(map(str, findings)) or "Nothing is wrong")
    raise typer.Exit(int(bool(findings)))


@app.command()
def preview(
    project: ProjectOption = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")] = 0,
    *,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in your browser.")] = True,
) -> None:
    """Build, and show the tab in a local Omnichannel that follows your edits; Ctrl-C ends it."""
    with extra("preview"):
        from cotab_kit.cli.preview import show  # noqa: PLC0415 - a server is not needed for anything else

    show(Project.at(project), Steps.for_this_terminal(), port=port, open_browser=open_browser)


@app.command()
def bench(
    what: Annotated[Bench, typer.Argument(help="Starts of a tab, or what Tandem costs.")] = Bench.STARTS,
    figures: Annotated[
        Path | None, typer.Option("--json", help="Write the figures into this file.", show_default=False)
    ] = None,
    samples: Annotated[int, typer.Option(help="Starts of each kind (`starts` alone).", min=1)] = 7,
    chart: Annotated[
        Path | None, typer.Option(help="Write the chart (SVG) into this file.", show_default=False)
    ] = None,
) -> None:
    """Measure, in a checkout of cotab: how long a tab takes to start beside stock Python; what Tandem costs."""
    from cotab_kit.cli.bench import run_bench  # noqa: PLC0415 - not needed for anything else

    chosen = {"--json": figures, "--samples": samples if what is Bench.STARTS else None, "--chart": chart}
    arguments = [str(part) for option, value in chosen.items() if value is not None for part in (option, value)]
    raise typer.Exit(run_bench(what, arguments))


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="Folder to make; its name becomes the provider's.")],
    template: Annotated[
        str, typer.Option(help="What to begin with: minimal, an SDK of yours; tandem, with a relay of its own.")
    ] = "minimal",
) -> None:
    """Make a new provider project that builds and passes its own tests."""
    from cotab_kit.project.scaffold import make_project  # noqa: PLC0415 - only this command needs it

    make_project(folder, template)
    print(f"Made {folder}. Edit main.py and provider.toml there, and then:")
    lines = {_command_line(command, folder): purpose for command, purpose in NEXT_STEPS.items()}
    for line, purpose in lines.items():
        print(f"  {line.ljust(max(map(len, lines)))}   {purpose}")


@app.command()
def clean(project: ProjectOption = None) -> None:
    """Remove what was built, dist/, and the caches, .cotab/, unless they are shared with other projects."""
    target = Project.at(project)
    if not (target.root / MANIFEST).is_file():
        raise KitError(
            f"{target.root} has no {MANIFEST}", hint="Run it in a provider project, or name one with --project."
        )
    own_caches = target.workspace.root in (target.root, target.dist.parent)
    for path in [*target.dist.glob("*"), *([target.workspace.caches] if own_caches else [])]:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name == "README.md" or not path.exists():
            continue
        else:
            path.unlink()
        print(f"Removed {path}")
