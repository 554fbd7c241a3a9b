"""One version of a provider's solution: of a built project, or of its parts in tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cotab_kit.build.build import WEB_RESOURCES
from cotab_kit.manifest.model import Manifest
from cotab_kit.manifest.resolved import CONFIGURATION_PAGE
from cotab_kit.project.project import Project
from cotab_kit.solution.package import solution_zip
from cotab_kit.solution.provisioning import provisioning
from cotab_kit.solution.records import solution_records
from cotab_kit.solution.solution_xml import publisher_mark
from cotab_setup.provisioning import Provisioning


@dataclass(frozen=True)
class Release:
    """A manifest and its web resources by their full names; none are needed to uninstall."""

    manifest: Manifest
    resources: Mapping[str, bytes]
    managed: bool = True

    @classmethod
    def built(cls, project: Project, *, managed: bool = True) -> Release:
        """Read what the last build of a project made."""
        folder = project.dist / WEB_RESOURCES
        files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        resources = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
        return cls(project.manifest, resources, managed)

    @cached_property
    def provisioning(self) -> Provisioning:
        """The rows that the solution cannot carry, and all names."""
        return provisioning(self.manifest)

    @cached_property
    def zip(self) -> bytes:
        """The solution."""
        return solution_zip(self.manifest, self.resources, managed=self.managed)

    @property
    def name(self) -> str:
        """The solution's unique name."""
        return self.manifest.solution.unique_name

    @property
    def version(self) -> tuple[int, ...]:
        """The solution's version, for comparing."""
        return numbers(self.manifest.solution.version)

    @property
    def kind(self) -> str:
        """Managed or unmanaged, in words."""
        return kind(managed=self.managed)

    @property
    def has_settings(self) -> bool:
        """Whether this version has the environment variable of an org's settings."""
        return bool(self.manifest.page.settings)

    @property
    def records(self) -> dict[str, list[str]]:
        """The unique names of the rows that the solution carries, by entity set."""
        names: dict[str, list[str]] = {}
        for record in solution_records(self.manifest):
            names.setdefault(record.table.entity_set, []).append(record.key)
        return names

    def has_made(self, publisher: Mapping[str, Any]) -> bool:
        """Return whether this row of a publisher came with a solution of ours, and was not there before."""
        return str(publisher_mark(self.provisioning.publisher)) in str(publisher.get("description"))

    def configuration_page(self, url: str) -> str:
        """Return the address where an administrator finds the set-up."""
        return f"{url}/WebResources/{self.manifest.folder}/{CONFIGURATION_PAGE}"


def numbers(version: str) -> tuple[int, ...]:
    """Return a version such as 1.0.10.0 as numbers that can be compared."""
    return tuple(int(part) for part in version.split(".") if part.isdecimal())


def kind(*, managed: bool) -> str:
    """Return managed or unmanaged, in words."""
    return "managed" if managed else "unmanaged"
