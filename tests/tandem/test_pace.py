"""However somebody sends, no more messages are taken than the limits say, and none of a hand has to wait."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tandem.pace import Pace


class Sleeping:
    """A clock that sleeps at once, and by itself stands still."""

    def __init__(self) -> None:
        self.time = 1000.0

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds


@given(pauses=st.lists(st.floats(0, 3), max_size=60), burst=st.integers(1, 20))
async def test_in_no_span_of_time_are_more_messages_taken_than_allowed(pauses: list[float], burst: int) -> None:
    clock = Sleeping()
    pace = Pace(clock, per_second=2, at_once=burst)
    taken = []
    for pause in pauses:
        clock.time += pause
        await pace.wait()
        taken.append(clock.time)
    for first, start in enumerate(taken):
        assert all(count <= burst + 2 * (end - start) + 1.001 for count, end in enumerate(taken[first:], 1))


async def test_who_is_no_faster_than_allowed_never_waits() -> None:
    clock = Sleeping()
    pace = Pace(clock, per_second=200, at_once=1000)
    for _ in range(5000):
        before = clock.time
        await pace.wait()
        assert clock.time == before
        clock.time += 0.0051
