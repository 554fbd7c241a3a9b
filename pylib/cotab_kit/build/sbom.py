"""The software bill of materials of what was bundled, as JSON of CycloneDX 1.6: the same parts give the same bytes.

It holds no time, no place of this machine, and of files only the hashes by which they are locked.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cotab import __version__
from cotab_kit.build.notices import npm_notices
from cotab_kit.build.packages import licenses
from cotab_kit.tools.wheels import Pin

SUFFIX = ".cdx.json"
TITLE = re.compile(r"(\S+) (\S+) \((.*)\)", re.DOTALL)
UNKNOWN = {"see below", "no license named"}
# The identifiers of SPDX's list that are likely here; other names are given as they are.
SPDX = {
    name.lower(): name
    for name in ("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MPL-2.0", "PSF-2.0", "Unlicense")
}
EXPRESSION = re.compile(r" (?:OR|AND|WITH) ")


@dataclass(frozen=True)
class Part:
    """A third-party part: of which registry ("npm", "pypi" or "generic"), and the algorithm and hash of its archive."""

    registry: str
    name: str
    version: str
    license: str | None = None
    hash: tuple[str, str] | None = None

    @property
    def url(self) -> str:
        """The package URL, which names it everywhere."""
        return f"pkg:{self.registry}/{quote(self.name)}@{quote(self.version)}"

    def component(self) -> dict[str, Any]:
        """Describe it."""
        found: dict[str, Any] = {"type": "library", "bom-ref": self.url, "name": self.name, "version": self.version}
        if self.hash:
            found["hashes"] = [{"alg": self.hash[0], "content": self.hash[1]}]
        if self.license:
            found["licenses"] = [_license(self.license)]
        return {**found, "purl": self.url}


def npm_parts(folders: Iterable[Path]) -> list[Part]:
    """Name packages of npm by their folders, with the hashes of the lock that they were installed from."""
    return [_titled("npm", title, _integrity(folder)) for folder in folders for title in npm_notices((folder,))]


def wheel_parts(wheels: Iterable[Path]) -> list[Part]:
    """Name wheels by their files, with their hashes."""
    return [
        _titled("pypi", title, ("SHA-256", hashlib.sha256(wheel.read_bytes()).hexdigest()))
        for wheel in wheels
        for title in licenses([wheel])
    ]


def locked_parts(pins: Iterable[Pin]) -> list[Part]:
    """Name packages of Python by a lock that allows several files of each, and so no one hash."""
    return [Part("pypi", _normal(pin.name), pin.version) for pin in pins]


def bill(name: str, version: str, parts: Iterable[Part]) -> bytes:
    """Write the bill of a product with these parts."""
    by_url = {part.url: part for part in parts}
    urls, product = sorted(by_url), f"{name}@{version}"
    content = {
        "metadata": {
            "tools": {"components": [{"type": "application", "name": "cotab", "version": __version__}]},
            "component": {"type": "application", "bom-ref": product, "name": name, "version": version},
        },
        "components": [by_url[url].component() for url in urls],
        "dependencies": [{"ref": product, "dependsOn": urls}, *({"ref": url} for url in urls)],
    }
    serial = uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(content, sort_keys=True))
    head = {"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": serial.urn, "version": 1}
    return f"{json.dumps({**head, **content}, indent=1)}\n".encode()


def _titled(registry: str, title: str, found: tuple[str, str] | None) -> Part:
    """Make a part of the title of its notice."""
    match = TITLE.fullmatch(title)
    if match is None:
        raise ValueError(f"not the title of a notice: {title}")
    name, version, license_ = match.groups()
    named = _normal(name) if registry == "pypi" else name
    return Part(registry, named, version, None if license_ in UNKNOWN else license_, found)


def _normal(name: str) -> str:
    """Return a package's name as the index of Python writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _integrity(folder: Path) -> tuple[str, str] | None:
    """Find the hash by which npm has installed the package, in the list that it keeps of a node_modules."""
    modules = next(each for each in reversed(folder.parents) if each.name == "node_modules")
    installed = _installed(modules).get(f"node_modules/{folder.relative_to(modules).as_posix()}", {})
    algorithm, _, digest = installed.get("integrity", "").partition("-")
    return ("SHA-512", base64.b64decode(digest).hex()) if algorithm == "sha512" else None


@cache
def _installed(modules: Path) -> dict[str, dict[str, str]]:
    listed: dict[str, dict[str, str]] = json.loads((modules / ".package-lock.json").read_text("utf-8"))["packages"]
    return listed


def _license(name: str) -> dict[str, Any]:
    if EXPRESSION.search(name):
        return {"expression": name}
    known = SPDX.get(name.lower())
    return {"license": {"id": known} if known else {"name": name}}
