"""Follow the author's edits: make a draft of the tab, bring what has changed into the local org, notify the pages.

This runs in a thread of its own for as long as the preview does. What is wrong with an edit is shown in the terminal
and on the desktop, and the next edit is tried anew.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import perf_counter

import watchfiles

from cotab_kit.build.build import draft
from cotab_kit.deploy.release import Release
from cotab_kit.desktop.server import Desktop
from cotab_kit.errors import KitError
from cotab_kit.preview.deployment import Deployment
from cotab_kit.preview.sidecar import is_of_service
from cotab_kit.progress import Steps
from cotab_kit.project.project import LEFT_OUT, Project

QUIET = 50  # milliseconds without a further change, so that an editor that writes twice is followed once
MAX_WAIT = 400  # milliseconds to wait for it
FIRST = 100  # milliseconds after which it is known that the watcher works, if nothing changes


class Follower:
    """A follower of edits: drafts, deploys, tells the pages."""

    def __init__(self, project: Project, desktop: Desktop, deployment: Deployment, steps: Steps) -> None:
        self._root, self._dist = project.root, project.dist
        self._desktop, self._deployment, self._steps = desktop, deployment, steps
        self._surroundings = project.manifest.preview
        self._quietly = Steps(steps.console, quiet=True)
        self._one_at_a_time = threading.Lock()

    def prepare(self) -> None:
        """Make once what all drafts share, so that the first edit is not slower than others."""
        with suppress(KitError, OSError):  # the edit will tell
            self.release()

    def follow(self, changed: Iterable[Path] = ()) -> bool:
        """Bring the project as it is now into the org; return whether that was possible.

        `changed` are the files that brought it about: those of the service run on as they were.
        """
        started = perf_counter()
        if any(is_of_service(self._surroundings, self._root, path) for path in changed):
            self._ask_for_restart("The service runs on as it was")
        self._desktop.set_build("building")
        try:
            done = self._deployment.bring(self.release())
        except KitError as error:
            return self._failed("\n".join(filter(None, (str(error), error.hint))))
        except OSError as error:  # a file that an editor is just replacing; the next change tells
            return self._failed(str(error))
        self._desktop.set_build("ok", done)
        self._steps.note(f"{done} after {perf_counter() - started:.1f} s")
        return True

    def release(self) -> Release:
        """Make a draft of the project as it is now. Raises KitError."""
        project = Project.at(self._root, self._dist)  # its manifest is read once, so it must be a new one
        if project.manifest.preview != self._surroundings:
            self._ask_for_restart("[preview] of provider.toml has changed")
        with self._one_at_a_time:
            return Release(project.manifest, draft(project, self._quietly), managed=False)

    def give_up(self, error: Exception) -> None:
        """Say that no further edit is followed."""
        self._steps.note(f"Edits in {self._root} cannot be followed: {error}. Start the preview again after an edit.")

    def _ask_for_restart(self, why: str) -> None:
        """Say, once for each reason, that only another start has what was changed."""
        if why not in self._desktop.restart:
            self._steps.note(f"{why}. Start the preview again to have the change.")
            self._desktop.restart = f"{why}. Start the preview again to have the change."

    def _failed(self, message: str) -> bool:
        self._steps.note(f"Error: {message}")
        self._desktop.set_build("failed", message)
        return False


@contextmanager
def watching(project: Project, follower: Follower) -> Iterator[None]:
    """Follow every edit in the project, one at a time, until the block ends."""
    begun, ended = threading.Event(), threading.Event()
    folders = _watched(project)

    def follow() -> None:
        for changes in watchfiles.watch(
            *folders,
            watch_filter=_Sources(folders, project.dist),
            debounce=MAX_WAIT,
            step=QUIET,
            stop_event=ended,
            rust_timeout=FIRST,
            yield_on_timeout=True,
            raise_interrupt=False,
        ):
            begun.set()
            if changes:
                follower.follow([Path(path) for _, path in changes])

    def run() -> None:
        try:
            follow()
        except (OSError, RuntimeError) as error:  # no watches are left (Linux), a share that has none (Windows)
            follower.give_up(error)
        finally:
            begun.set()

    threads = [threading.Thread(target=work, name="cotab-watch", daemon=True) for work in (run, follower.prepare)]
    for thread in threads:
        thread.start()
    begun.wait()  # no edit is missed from here on
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def _watched(project: Project) -> list[Path]:
    """Return the project's folder, and those of assets and icons that lie elsewhere."""
    manifest = project.manifest
    icons = [mode.icon for mode in manifest.modes.values() if mode.icon]
    others = [project.root / manifest.page.assets, *((project.root / icon).parent for icon in icons)]
    found = {path.resolve() for path in others if path.is_dir()}
    return [project.root, *sorted(path for path in found if not path.is_relative_to(project.root))]


class _Sources(watchfiles.DefaultFilter):
    """A filter for what an author edits: neither what tools and editors leave behind, nor what the build makes.

    Of a path counts what stands below the watched folder: the project itself may lie in a folder called tests.
    """

    ignore_dirs = (*watchfiles.DefaultFilter.ignore_dirs, *sorted(LEFT_OUT), ".cotab")

    def __init__(self, folders: Iterable[Path], dist: Path) -> None:
        super().__init__()
        self._folders, self._dist = tuple(folders), dist

    def __call__(self, change: watchfiles.Change, path: str) -> bool:
        """Return whether it counts."""
        file = Path(path)
        below = next((file.relative_to(folder) for folder in self._folders if file.is_relative_to(folder)), file)
        return not file.is_relative_to(self._dist) and super().__call__(change, str(below))
