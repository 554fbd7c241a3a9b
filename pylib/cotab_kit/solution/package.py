"""Packages to install, from the manifest and the web resources: the files in dist/ beside webresources/.

    <solution>_<version>_managed.zip   what customers install
    <solution>_<version>.zip           the same unmanaged, for a development org
    <solution>_<version>_data.zip      the rows that a solution cannot carry
    <solution>_<version>_appsource/    the staging folder for AppSource

The same input gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cotab_kit.manifest.model import Manifest
from cotab_kit.manifest.resolved import resolved_modes
from cotab_kit.solution.appsource import staging_folder
from cotab_kit.solution.archive import CONTENT_TYPES, content_types, zip_bytes
from cotab_kit.solution.customizations import customizations_xml
from cotab_kit.solution.data_package import data_package
from cotab_kit.solution.record_xml import record_files
from cotab_kit.solution.records import data_records, solution_records
from cotab_kit.solution.solution_xml import solution_xml
from cotab_kit.solution.web_resources import file_name

# What an earlier build may have left in dist/, whatever the solution and its version were then.
MADE = re.compile(r"\w+_\d+(\.\d+){3}((_managed|_data)?\.zip|_appsource)")


def packages(manifest: Manifest, project: Path, resources: Mapping[str, bytes], logo: bytes) -> dict[str, bytes]:
    """Make every file by its name in dist/. `resources` are the web resources by their full names."""
    base = f"{manifest.solution.unique_name}_{manifest.solution.version}"
    with ThreadPoolExecutor() as pool:  # deflating takes most of the time, and does not hold the interpreter
        managed_zip, unmanaged_zip = pool.map(
            lambda managed: solution_zip(manifest, resources, managed=managed), (True, False)
        )
    managed = f"{base}_managed.zip", managed_zip
    data = f"{base}_data.zip", data_package(data_records(manifest))
    staging = staging_folder(manifest, project, managed, data, logo)
    return {
        managed[0]: managed[1],
        f"{base}.zip": unmanaged_zip,
        data[0]: data[1],
        **{f"{base}_appsource/{name}": content for name, content in staging.items()},
    }


def solution_zip(manifest: Manifest, resources: Mapping[str, bytes], *, managed: bool) -> bytes:
    """Make a solution with the web resources, and the records that a solution can carry."""
    languages = {lcid for mode in resolved_modes(manifest) for lcid in mode.texts}
    files = {
        "solution.xml": solution_xml(manifest, resources, managed=managed),
        "customizations.xml": customizations_xml(resources, languages | set(manifest.solution.names)),
        **record_files(solution_records(manifest)),
        **{file_name(name): content for name, content in resources.items()},
    }
    return zip_bytes(files | {CONTENT_TYPES: content_types(files)})
