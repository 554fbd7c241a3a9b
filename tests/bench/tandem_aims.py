"""What Tandem's benchmarks are to reach, beside what they measured. Used by tandem_mirror.py and tandem_relay.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich.table import Table


@dataclass(frozen=True)
class Aim:
    """A ratio that is to be at most, or at least, so large; and where the rest of it comes from if it is not."""

    what: str
    measured: float
    at_most: float | None = None
    at_least: float | None = None
    comes_from: str = ""

    @property
    def is_met(self) -> bool:
        """Whether it is reached, as exactly as it is printed."""
        measured = round(self.measured, 2)
        too_large = self.at_most is not None and measured > self.at_most
        too_small = self.at_least is not None and measured < self.at_least
        return not too_large and not too_small

    @property
    def bound(self) -> str:
        """The aim in words."""
        return f"at least {self.at_least}" if self.at_most is None else f"at most {self.at_most}"


def aims_table(aims: Sequence[Aim]) -> Table:
    """Each aim, what was measured, and what a miss comes from."""
    shown = Table("aim", "", "measured", "", "a miss comes from")
    for aim in aims:
        verdict = ("met", "") if aim.is_met else ("missed", aim.comes_from)
        shown.add_row(aim.what, aim.bound, f"{aim.measured:.2f}", *verdict)
    return shown


def aims_json(aims: Sequence[Aim]) -> list[dict[str, object]]:
    """The same for a file."""
    return [{**asdict(aim), "met": aim.is_met} for aim in aims]
