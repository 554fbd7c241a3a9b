"""Journal of a command, written as it happens; in a dry run the same lines say what would be done."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from cotab_setup.provisioning import Action, Presence, Step

# What no shell reads as anything but itself between double quotes; cmd knows no others.
PLAIN = re.compile(r"[\w '.,:;/()&+=@#-]+")

DOING = {
    Action.CREATE: "create",
    Action.UPDATE: "update",
    Action.DELETE: "delete",
    Action.LEAVE: "leave",
}


@dataclass(frozen=True)
class Journal:
    """Lines for people, of which `emit` takes one."""

    emit: Callable[[str], None]
    dry_run: bool = False

    def step(self, step: Step) -> None:
        """Report what is done with a row; those that are as they should be are not worth a line."""
        if step.action is Action.USE:
            self.note(f"Theirs, used: {step.title}")
        if step.action in DOING:
            self.report(f"{DOING[step.action]} {step.title}", step.reason)

    def report(self, what: str, reason: str = "") -> None:
        """Report what is done: a verb in its plain form, and what it is done to."""
        text = f"{what} ({reason})" if reason else what
        self.emit(f"would {text}" if self.dry_run else f"{text[:1].upper()}{text[1:]}")

    def note(self, text: str) -> None:
        """Write a line that a dry run does not change."""
        self.emit(text)

    def similar(self, presence: Presence, also: Collection[str]) -> None:
        """Name the rows that look like ours, or hang on ours, and are neither used nor called as `also` says."""
        used = [row.used for row in presence.rows]
        for row in (*presence.foreign, *presence.similar):
            if row not in used and not row.is_called(also):
                self.note(stays(row.title, str(row.values.get("msdyn_name") or row.id), str(row.id)))


def stays(title: str, name: str, guid: str = "") -> str:
    """Say of something that looks like ours why it stays, and what deletes it."""
    return f"{title[:1].upper()}{title[1:]} stays, as somebody else made it; {also_called(name, guid)} deletes it"


def also_called(name: str, guid: str = "") -> str:
    """Write the option as it can be typed in every shell: with the GUID for a name that one of them would read."""
    return f'--also "{name}"' if PLAIN.fullmatch(name) or not guid else f"--also {guid}"
