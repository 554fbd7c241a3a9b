"""Update single web resources of an unmanaged solution and publish them: the inner loop against a real org."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path, PurePosixPath

from cotab_kit.deploy.journal import Journal
from cotab_kit.deploy.lookups import WEB_RESOURCE_SET, installed, web_resources
from cotab_kit.deploy.release import Release
from cotab_kit.errors import OrgError
from cotab_kit.solution.web_resource_rules import web_resource_type
from cotab_kit.solution.web_resources import display_name, web_resource_id
from cotab_setup.provisioning import WebApi
from cotab_setup.web_api import call


def chosen(release: Release, given: Iterable[str], folder: Path) -> dict[str, bytes]:
    """Return the web resources that are meant: by full name, by name below the solution's folder, as files of `folder`.

    Raises OrgError for what is none of these.
    """
    return {name: release.resources[name] for text in given for name in [_meant(release, text, folder)]}


def _meant(release: Release, text: str, folder: Path) -> str:
    path, root = Path(text).resolve(), folder.resolve()
    below = path.relative_to(root).as_posix() if path.is_relative_to(root) else ""
    plain = PurePosixPath(text.replace("\\", "/")).as_posix()
    for name in (below, plain, f"{release.manifest.folder}/{plain}"):
        if name in release.resources:
            return name
    raise OrgError(f"{text} is no web resource of the build", hint=f"They lie in {folder / release.manifest.folder}.")


async def push(api: WebApi, release: Release, contents: Mapping[str, bytes], journal: Journal) -> None:
    """Write and publish them. Raises OrgError where there is no unmanaged solution, WebApiError."""
    there = await installed(api, release.name)
    if there is None or there.managed:
        what = "managed, so its files cannot be changed" if there else "not installed"
        raise OrgError(
            f"{release.name} is {what} in this org", hint="Install it with --unmanaged, in a development org."
        )
    there_now = await web_resources(api, release.manifest.folder)
    known = {component.name.casefold(): component.path for component in there_now}
    files = [_File(name, content, known.get(name.casefold())) for name, content in contents.items()]
    for file in files:
        journal.report(f"{'update' if file.known else 'create'} {file.name}", f"{len(file.content):,} bytes")
        if not journal.dry_run:
            await _write(api, file, {"MSCRM.SolutionUniqueName": release.name})
    await publish(api, [file.path for file in files], journal)


async def publish(api: WebApi, paths: Sequence[str], journal: Journal) -> None:
    """Publish web resources, given by their addresses in the Web API. Before that, nobody is shown the new ones."""
    journal.report(f"publish {len(paths)} web resource{'s' * (len(paths) != 1)}")
    if not journal.dry_run:
        await call(api, "POST", "PublishXml", "Publishing the web resources", body={"ParameterXml": _parameters(paths)})


@dataclass(frozen=True)
class _File:
    """A web resource to write; `known` is its address if the org has it."""

    name: str
    content: bytes
    known: str | None

    @property
    def path(self) -> str:
        """Its address in the Web API."""
        return self.known or f"{WEB_RESOURCE_SET}({web_resource_id(self.name)})"


async def _write(api: WebApi, file: _File, headers: Mapping[str, str]) -> None:
    content = {"content": b64encode(file.content).decode()}
    if not file.known:
        new = {
            "name": file.name,
            "displayname": display_name(file.name),
            "webresourcetype": web_resource_type(file.name),
            **content,
        }
        once = {**headers, "If-None-Match": "*"}
        accepted = [HTTPStatus.PRECONDITION_FAILED]  # an earlier attempt has made it
        reply = await call(api, "PATCH", file.path, f"Creating {file.name}", body=new, headers=once, accepted=accepted)
        if reply.status != HTTPStatus.PRECONDITION_FAILED:
            return
    existing = {**headers, "If-Match": "*"}
    await call(api, "PATCH", file.path, f"Updating {file.name}", body=content, headers=existing)


def _parameters(paths: Iterable[str]) -> str:
    """Write what PublishXml publishes (ParameterXml.xsd)."""
    guids = [path.partition("(")[2].rstrip(")") for path in paths]
    items = "".join(f"<webresource>{{{guid}}}</webresource>" for guid in guids)
    return f"<importexportxml><webresources>{items}</webresources></importexportxml>"
