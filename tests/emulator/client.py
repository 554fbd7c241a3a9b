"""A client as bare as possible, and solution packages to send with it."""

from __future__ import annotations

import base64
import io
import os
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from cotab_kit.manifest.model import Manifest
from cotab_kit.solution.archive import zip_bytes
from cotab_kit.solution.package import solution_zip
from kit.test_manifest import valid

ROOT = Path(__file__).resolve().parents[2]
SITE = "https://org.example/"
BASE = f"{SITE}api/data/v9.2/"
Files = Mapping[str, bytes | None]
RESOURCES = {
    "cobrowse.html": b"<!DOCTYPE html>",
    "boot.js": b"1;",
    "style.css": b"*{}",
    "image_bin_1.xml": b"<carrier/>",
    "assets/deep/My.Logo_2.svg": b"<svg/>",
    "icons/cobrowse.svg": b"<svg/>",
}


def at_hand() -> Path:
    """The folder of public packages, which are not ours to copy: beside the checkout, or where COTAB_PACKAGES says."""
    named = os.environ.get("COTAB_PACKAGES")
    return Path(named) if named else ROOT.parent / "shared" / "cases" / "org"


class Client(httpx.AsyncClient):
    """Speaks to an org as clients do."""

    async def import_solution(self, content: bytes, action: str = "ImportSolution", **more: object) -> httpx.Response:
        """Import a zip; what is not said has the usual value."""
        return await self.post(action, json=import_body(content) | more)

    async def install(self, content: bytes, action: str = "ImportSolution") -> None:
        """Import a zip that is in order."""
        answer = await self.import_solution(content, action)
        assert answer.status_code in (200, 204), answer.text

    async def refused(self, content: bytes, action: str = "ImportSolution") -> str:
        """Import a zip that is not in order; what the org says of it."""
        answer = await self.import_solution(content, action)
        assert answer.status_code == 400, answer.text
        error = answer.json()["error"]
        return f"{error['code']} {error['message']}"

    async def uninstall(self, name: str) -> dict[str, Any]:
        """Uninstall a solution; the job as it ended."""
        started = await self.post("UninstallSolutionAsync", json={"SolutionUniqueName": name})
        assert started.status_code == 200, started.text
        return await self.ended(started.json()["AsyncOperationId"])

    async def ended(self, job: str) -> dict[str, Any]:
        """A job when it is done."""
        for _ in range(20):
            row: dict[str, Any] = (await self.get(f"asyncoperations({job})")).json()
            if row["statecode"] == 3:
                return row
        raise AssertionError("the job does not come to its end")

    async def values(self, path: str) -> list[dict[str, Any]]:
        """The rows that a query finds, without their versions."""
        answer = await self.get(path)
        assert answer.status_code == 200, answer.text
        rows: list[dict[str, Any]] = answer.json()["value"]
        return [{name: value for name, value in row.items() if name != "@odata.etag"} for row in rows]

    async def names(self, path: str, column: str = "msdyn_name") -> list[Any]:
        """One column of what a query finds."""
        return [row[column] for row in await self.values(path)]

    async def error(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, str, str]:
        """Status, code and message of what is refused."""
        answer = await self.request(
            method, path, json=body, headers={k.replace("_", "-"): v for k, v in headers.items()}
        )
        assert answer.status_code >= 400, answer.text
        return answer.status_code, answer.json()["error"]["code"], answer.json()["error"]["message"]


def import_body(content: bytes) -> dict[str, object]:
    """What is sent to import a zip."""
    return {
        "OverwriteUnmanagedCustomizations": False,
        "PublishWorkflows": True,
        "CustomizationFile": base64.b64encode(content).decode(),
        "ImportJobId": str(uuid4()),
    }


def package(  # noqa: PLR0913 - what packages differ in
    name: str = "assist",
    version: str = "1.0.0.0",
    *,
    managed: bool = True,
    prefix: str = "contoso",
    modes: Mapping[str, object] | None = None,
    resources: Mapping[str, bytes] | None = None,
    **changed: bytes | None,
) -> bytes:
    """A solution of the kit's own making, without a configuration page. `changed` replaces files; None is no file."""
    document = valid()
    document["publisher"]["prefix"] = prefix
    document["solution"] = {"unique_name": name, "version": version}
    document["modes"] = modes or document["modes"]
    content = RESOURCES if resources is None else resources
    named = {f"{prefix}_/{name}/{key}": value for key, value in content.items()}
    made = solution_zip(Manifest.model_validate(document), named, managed=managed)
    about = re.sub(rb"\s*<ConfigurationPage>.*</ConfigurationPage>", b"", unpacked(made)["solution.xml"])
    return rebuilt(made, {"solution.xml": about} | changed)


def unpacked(content: bytes) -> dict[str, bytes]:
    """The files of a package."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rebuilt(content: bytes, changed: Files) -> bytes:
    """A package with other files; None leaves one out."""
    files = unpacked(content) | dict(changed)
    return zip_bytes({name: value for name, value in files.items() if value is not None})


def edited(content: bytes, file: str, old: str, new: str) -> bytes:
    """A package with another text in one of its files."""
    text = unpacked(content)[file].decode()
    assert old in text
    return rebuilt(content, {file: text.replace(old, new).encode()})
