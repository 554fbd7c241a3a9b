"""How long a local org takes for what is large: a package of 5,000 components, queries on thousands of rows.

`python build.py bench local-org` runs it, in one process. What counts is the process's own time, the best of several
runs.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from rich.console import Console
from rich.table import Table

from chart import Bar, write_bars
from cotab_kit.emulator import LocalOrg
from cotab_kit.emulator.package import read_package
from cotab_kit.progress import Steps
from cotab_kit.solution.archive import CONTENT_TYPES, content_types, zip_bytes
from cotab_kit.solution.customizations import customizations_xml
from cotab_kit.solution.web_resources import file_name

COMPONENTS = 5000
ROWS, TARGETS = 5000, 300
PAIRS = 1500
BEST_OF = 3
BACK = "msdyn_msdyn_provider_msdyn_channelcapability_Provider"
MANIFEST = """<ImportExportXml SolutionPackageVersion="9.2"><SolutionManifest><UniqueName>bench</UniqueName>
<Version>1.0.0.{version}</Version><Managed>{managed}</Managed><Publisher><UniqueName>contoso</UniqueName>
<CustomizationPrefix>contoso</CustomizationPrefix><CustomizationOptionValuePrefix>10000</CustomizationOptionValuePrefix>
</Publisher><RootComponents>{roots}</RootComponents><MissingDependencies /></SolutionManifest></ImportExportXml>"""

Measured = dict[str, float]


def package(version: int, *, managed: bool) -> bytes:
    """A package of many web resources."""
    names = [f"contoso_/bench/{number}.js" for number in range(COMPONENTS)]
    roots = "".join(f'<RootComponent type="61" schemaName="{name}" behavior="0" />' for name in names)
    files = {
        "solution.xml": MANIFEST.format(version=version, managed=int(managed), roots=roots).encode(),
        "customizations.xml": customizations_xml(names, ()),
        **{file_name(name): b"1" for name in names},
    }
    return zip_bytes(files | {CONTENT_TYPES: content_types(files)})


def imported(version: int, *, managed: bool = True, hold: bool = False) -> dict[str, object]:
    """The body of an import."""
    return {
        "OverwriteUnmanagedCustomizations": False,
        "PublishWorkflows": True,
        "CustomizationFile": base64.b64encode(package(version, managed=managed)).decode(),
        "ImportJobId": str(uuid4()),
        "HoldingSolution": hold,
    }


class Clock:
    """Takes the time of what is asked."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client, self.best = client, Measured()

    async def get(self, label: str, path: str) -> None:
        """Read."""
        await self._take(label, lambda: self._client.get(path))

    async def post(self, label: str, path: str, body: object) -> None:
        """Write."""
        content = json.dumps(body).encode()
        await self._take(label, lambda: self._client.post(path, content=content))

    async def _take(self, label: str, ask: Callable[[], Awaitable[httpx.Response]]) -> None:
        read_package.cache_clear()
        began = time.process_time()
        (await ask()).raise_for_status()
        self.best[label] = min(self.best.get(label, 60.0), time.process_time() - began)


async def packages(clock: Clock) -> None:
    """All that can be done with a large package."""
    first, held, own = imported(0), imported(1, hold=True), imported(0, managed=False)
    removal = {"SolutionUniqueName": "bench"}
    await clock.post("import", "ImportSolution", first)
    await clock.post("import again", "ImportSolution", first | {"ImportJobId": str(uuid4())})
    await clock.post("import as holding", "ImportSolution", held)
    await clock.post("apply the upgrade", "DeleteAndPromote", {"UniqueName": "bench"})
    await clock.post("begin to uninstall", "UninstallSolutionAsync", removal)
    await clock.get("uninstall", "asyncoperations?$top=1")
    await clock.post("import, unmanaged", "ImportSolution", own)
    await clock.post("import again, unmanaged", "ImportSolution", own | {"ImportJobId": str(uuid4())})
    await clock.post("export", "ExportSolution", {"SolutionName": "bench", "Managed": False})


def seed(org: LocalOrg, targets: int, rows: int) -> None:
    """Write rows that point at others."""
    with org.store.transaction():
        keys = [org.seed("msdyn_provider", msdyn_name=f"p{number}") for number in range(targets)]
        for number in range(rows):
            bound: dict[str, Any] = {"msdyn_Provider@odata.bind": f"/msdyn_providers({keys[number % targets]})"}
            org.seed("msdyn_channelcapability", msdyn_name=f"c{number}", msdyn_escalationchannelmode=192350002, **bound)


async def run(org: LocalOrg, steps: Callable[[Clock], Awaitable[None]]) -> Measured:
    """Do the steps several times. Returns the best time of each."""
    headers = {"Content-Type": "application/json"}
    transport, base = httpx.ASGITransport(org.app), "https://org.example/api/data/v9.2/"
    async with httpx.AsyncClient(transport=transport, base_url=base, headers=headers) as client:
        clock = Clock(client)
        org.remember()
        for _ in range(BEST_OF):
            await steps(clock)
            org.restore()
        return clock.best


def measure() -> Measured:
    """Measure everything."""
    condition = " or ".join(f"msdyn_Provider/msdyn_name eq 'P{number}'" for number in range(TARGETS))
    found = Measured()
    with LocalOrg.open() as org:
        org.seed_settings(steps=1)
        found |= {f"{COMPONENTS} components: {name}": took for name, took in asyncio.run(run(org, packages)).items()}
    with LocalOrg.open() as org:
        seed(org, PAIRS, PAIRS)
        path = f"msdyn_channelcapabilities?$expand=msdyn_Provider($expand={BACK})"
        found |= asyncio.run(run(org, lambda clock: clock.get(f"{PAIRS} rows: $expand there and back", path)))
    with LocalOrg.open() as org:
        seed(org, TARGETS, ROWS)
        path = f"msdyn_channelcapabilities?$filter={condition}"
        found |= asyncio.run(run(org, lambda clock: clock.get(f"{ROWS} rows: {TARGETS} conditions", path)))
    return found


def main() -> None:
    """Measure, print the table, write the chart and the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--chart", type=Path)
    options = parser.parse_args()
    with Steps.for_this_terminal().step("A local org"):
        found = measure()
    shown = Table("what", "seconds")
    for label, took in found.items():
        shown.add_row(label, f"{took:.2f}")
    Console(width=120).print(shown)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    if options.chart:
        bars = [Bar(label, took, f"{took:.2f} s", ours=True) for label, took in found.items()]
        write_bars(options.chart, "Seconds of one core", bars)


if __name__ == "__main__":
    main()
