"""What the desktop's tests share: its address, uploads, and a second publisher's solution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cotab_kit.desktop.feed import Event
from cotab_kit.solution.data_package import data_package
from cotab_kit.solution.records import data_records
from kit.deploy.runs import release

if TYPE_CHECKING:
    import httpx

    from cotab_kit.deploy.release import Release
    from cotab_kit.desktop.server import Desktop

ADDRESS = "http://127.0.0.1"
TAB = "/WebResources/contoso_/assist/cobrowse.html"


def told(desktop: Desktop) -> list[Event]:
    """The events from here on."""
    events: list[Event] = []
    publish = desktop.feed.publish

    def record(kind: str, **facts: Any) -> None:  # noqa: ANN401 - JSON
        events.append({"type": kind, **facts})
        publish(kind, **facts)

    desktop.feed.publish = record  # type: ignore[method-assign]
    return events


def data_of(made: Release) -> bytes:
    """The data package of a release."""
    return data_package(data_records(made.manifest))


async def upload(http: httpx.AsyncClient, desktop: Desktop, content: bytes) -> Event:
    """Upload a zip and wait for the end; the last that was told of it."""
    events = told(desktop)
    answer = await http.post("/desktop/solutions", content=content, headers={"content-type": "application/zip"})
    assert answer.status_code == 202, answer.text
    await desktop.solutions.finish()
    assert events[-1]["job"] == answer.json()["job"]
    return events[-1]


def another() -> Release:
    """The solution of a second publisher."""
    return release(
        publisher={"prefix": "fabrikam", "privacy_url": "https://fabrikam.example/privacy"},
        solution={"unique_name": "watch", "version": "1.0.0.0"},
        provider={"name": "Fabrikam Watch"},
    )
