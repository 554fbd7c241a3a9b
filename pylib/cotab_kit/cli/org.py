"""The commands that talk to an org: install, uninstall, verify, inspect, push. Each imports its code when it runs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cotab_kit.build.build import WEB_RESOURCES, build
from cotab_kit.cli.extras import extra
from cotab_kit.cli.options import ProjectOption
from cotab_kit.deploy.sign_in import SignIn
from cotab_kit.progress import Steps, harmless
from cotab_kit.project.project import Project

if TYPE_CHECKING:
    from cotab_kit.deploy.verify import Item

OrgOption = Annotated[
    str, typer.Option("--org", envvar="COTAB_ORG", help="Address of the org: https://NAME.crm.dynamics.com")
]
SignInOption = Annotated[
    SignIn, typer.Option("--sign-in", help="How to sign in. A client secret is read from the environment.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]
Unmanaged = Annotated[bool, typer.Option("--unmanaged", help="The unmanaged solution, for a development org.")]

Also = Annotated[
    list[str] | None,
    typer.Option("--also", metavar="NAME", help="Delete this too, which looks like ours and is not. More than once."),
]


def install(  # noqa: PLR0913 - the command's options
    org: OrgOption,
    project: ProjectOption = None,
    sign_in: SignInOption = SignIn.BROWSER,
    *,
    unmanaged: Unmanaged = False,
    reset: Annotated[
        bool, typer.Option("--reset", help="Restore what an administrator has edited: order, active or not.")
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="Import a version that is installed already.")] = False,
    also: Also = None,
    dry_run: DryRun = False,
) -> None:
    """Build, and install the provider in an org: the solution, and the rows that it cannot carry."""
    with extra("deploy", "azure-identity"):
        from cotab_kit.deploy import commands  # noqa: PLC0415 - slow to import

    target, url, steps = Project.at(project), commands.org_url(org), Steps.for_this_terminal()
    build(target, steps)
    release = commands.Release.built(target, managed=not unmanaged)
    journal = commands.Journal(_say if dry_run else steps.note, dry_run=dry_run)
    verdict = commands.installing(url, sign_in, release, journal, reset=reset, again=again, also=also or ())
    if verdict is None:
        return
    _print(item for item in verdict.items if item.detail or item.standing is not commands.Standing.THERE)
    if not verdict.complete:
        print(f"{release.name} is not all there, see above; run the command again, which goes on from what is there")
        raise typer.Exit(1)
    print(f"{release.name} is installed in {url}")
    print(f"Set it up again or remove it, without any tool: {release.configuration_page(url)}")
    print("Now choose the provider in the chat widget: Conversation options, Remote assistance")


def uninstall(  # noqa: PLR0913 - the command's options
    org: OrgOption,
    project: ProjectOption = None,
    sign_in: SignInOption = SignIn.BROWSER,
    *,
    reset_widgets: Annotated[
        bool, typer.Option("--reset-widgets", help="Take the provider out of the chat widgets that have it chosen.")
    ] = False,
    keep_widgets: Annotated[
        bool, typer.Option("--keep-widgets", help="Go on though chat widgets have it chosen.")
    ] = False,
    also: Also = None,
    dry_run: DryRun = False,
) -> None:
    """Take the provider out of an org, and say what is left: nothing."""
    with extra("deploy", "azure-identity"):
        from cotab_kit.deploy import commands  # noqa: PLC0415 - slow to import

    if reset_widgets and keep_widgets:
        raise typer.BadParameter("--reset-widgets and --keep-widgets exclude each other")
    release = commands.Release(Project.at(project).manifest, {})
    journal = commands.Journal(_say if dry_run else Steps.for_this_terminal().note, dry_run=dry_run)
    widgets = {"clear_widgets": reset_widgets, "keep_widgets": keep_widgets}
    verdict = commands.uninstalling(org, sign_in, release, journal, also=also or (), **widgets)
    if verdict is None:
        return
    _print(verdict.found)
    if verdict.residue:
        print("Left over, see above; free it of what uses it, and run the command again")
    elif verdict.found:
        print(f"Nothing that {release.name} brought is left; what is named above is not its own alone, and stays")
    else:
        print(f"Nothing of {release.name} is left")
    raise typer.Exit(int(bool(verdict.residue)))


def verify(  # noqa: PLR0913 - the command's options
    org: OrgOption,
    project: ProjectOption = None,
    sign_in: SignInOption = SignIn.BROWSER,
    *,
    unmanaged: Unmanaged = False,
    removed: Annotated[
        bool, typer.Option("--removed", help="Expect nothing: the exit code is 1 if something is left.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON, for machines.")] = False,
) -> None:
    """Build, and say what of it is in an org, missing or left over; the exit code is 1 if it is not all there."""
    with extra("deploy", "azure-identity"):
        from cotab_kit.deploy import commands  # noqa: PLC0415 - slow to import

    target, url = Project.at(project), commands.org_url(org)
    if removed:
        release = commands.Release(target.manifest, {}, managed=not unmanaged)
    else:
        build(target, Steps.for_this_terminal())
        release = commands.Release.built(target, managed=not unmanaged)
    verdict = commands.verifying(url, sign_in, release)
    if as_json:
        print(json.dumps(verdict.as_json(), indent=1))
    else:
        _print(verdict.found if removed else verdict.items)
    raise typer.Exit(int(bool(verdict.residue) if removed else not verdict.complete))


def inspect(  # noqa: PLR0913 - the command's options
    org: OrgOption,
    project: ProjectOption = None,
    sign_in: SignInOption = SignIn.BROWSER,
    *,
    save: Annotated[Path | None, typer.Option("--save", metavar="FILE", help="Save it too, once you agree.")] = None,
    apply: Annotated[
        Path | None,
        typer.Option("--apply", metavar="FILE", help="Instead, have tabs obey what a trial in this org has seen."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Agree to saving or applying it.")] = False,
) -> None:
    """Look at how an org behaves, by reading only; names nothing of it. `preview --like FILE` behaves so."""
    with extra("deploy", "azure-identity"):
        from cotab_kit.deploy import commands  # noqa: PLC0415 - slow to import

    if apply and save:
        raise typer.BadParameter("--apply and --save exclude each other")
    if apply:
        _apply(commands.org_url(org), sign_in, Project.at(project), apply, yes=yes)
        return
    release = commands.Release(Project.at(project).manifest, {})
    text = commands.inspecting(commands.org_url(org), sign_in, release).model_dump_json(indent=1, exclude_none=True)
    print(text)
    if save and (yes or typer.confirm(f"Save this to {save}?", err=True)):
        save.write_text(f"{text}\n", "utf-8")


def _apply(url: str, sign_in: SignIn, project: Project, file: Path, *, yes: bool) -> None:
    from cotab_kit.deploy import commands  # noqa: PLC0415 - slow to import
    from cotab_kit.deploy.behavior import obeyed  # noqa: PLC0415
    from cotab_kit.preview.likeness import read_findings  # noqa: PLC0415

    findings = read_findings(file)
    print(obeyed(findings))
    if yes or typer.confirm(f"Write this into {url}, for the tabs of {project.manifest.provider.name}?", err=True):
        release = commands.Release(project.manifest, {})
        commands.applying(url, sign_in, release, findings, commands.Journal(_say))


def push(
    files: Annotated[list[str], typer.Argument(help="Files of dist/webresources, or names of web resources.")],
    org: OrgOption,
    project: ProjectOption = None,
    sign_in: SignInOption = SignIn.BROWSER,
    *,
    dry_run: DryRun = False,
) -> None:
    """Build, and bring single web resources into an org that has the unmanaged solution."""
    with extra("deploy", "azure-identity"):
        from cotab_kit.deploy import commands  # noqa: PLC0415 - slow to import

    target, url = Project.at(project), commands.org_url(org)
    build(target, Steps.for_this_terminal())
    release = commands.Release.built(target, managed=False)
    journal = commands.Journal(_say, dry_run=dry_run)
    commands.pushing(url, sign_in, release, files, target.dist / WEB_RESOURCES, journal=journal)


def _print(items: Iterable[Item]) -> None:
    for item in items:
        _say(f"{item.standing}: {item.title}{f' ({item.detail})' if item.detail else ''}")


def _say(text: str) -> None:
    print(harmless(text))
