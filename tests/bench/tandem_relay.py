"""What Tandem's relay can carry: sessions and messages per second of one core, and memory of a session.

`python build.py bench tandem-relay` runs it: at 10, 100 and 1000 sessions, with the bus of one process, and with agents
on one relay, customers on another, and NATS between. What counts is the relays' own CPU: the clients, in a process of
their own, take at least as much of the machine. What NATS takes is not counted.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from chart import Bar, write_bars
from cotab_kit.progress import Steps
from tandem_aims import Aim, aims_json, aims_table
from tandem_clients import Figures
from tandem_processes import HERE, Node, nats, node

SESSIONS = (10, 100, 1000)
MESSAGES = 6000
MANY, FEW, SHARE = 1000, 100, 0.8  # of the messages per second of FEW sessions, MANY are to have this share
BUSES = {"one relay": "one", "two relays, NATS": "two"}


@contextmanager
def relays(bus: str) -> Iterator[tuple[Node, Node]]:
    """Where agents and where customers go."""
    if bus == "one":
        with node() as only:
            yield only, only
    else:
        with nats() as server, node("--bus", server) as first, node("--bus", server) as second:
            yield first, second


def measure(bus: str, sessions: int) -> Figures:
    """One run, with processes that have done nothing before."""
    with relays(bus) as (agents, customers):
        where = (agents.relay, customers.relay)
        command: list[str | Path] = [sys.executable, HERE / "tandem_clients.py", *where, str(sessions), str(MESSAGES)]
        finished = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return Figures(**json.loads(finished.stdout))


def per_core(figures: Figures) -> tuple[float, float]:
    """Sessions and messages for each second of the relays' CPU."""
    return figures.sessions / figures.start_cpu, figures.messages / figures.message_cpu


def table(runs: dict[tuple[str, int], Figures]) -> Table:
    """What a core does, and beside it what came through on this machine."""
    rates = ("sessions/s per core", "messages/s per core", "messages/s here")
    shown = Table("relays", "sessions", *rates, "KiB per session")
    for (label, sessions), figures in runs.items():
        started, messages = per_core(figures)
        here, memory = figures.messages / figures.message_seconds, figures.memory / 1024 / sessions
        shown.add_row(label, str(sessions), f"{started:.0f}", f"{messages:.0f}", f"{here:.0f}", f"{memory:.0f}")
    return shown


def aims(runs: dict[tuple[str, int], Figures]) -> list[Aim]:
    """What is to be reached; a miss is told by what a message costs more with many sessions."""
    found = []
    for label in BUSES:
        few, many = runs[label, FEW], runs[label, MANY]
        ratio = per_core(many)[1] / per_core(few)[1]
        what = f"messages/s at {MANY} sessions, of those at {FEW}: {label}"
        found.append(Aim(what, ratio, at_least=SHARE, comes_from=more(few, many)))
    return found


def more(few: Figures, many: Figures) -> str:
    """What a message costs more, and how much of that is Python's garbage collector, which looks at all sessions."""
    cpu = 1e6 * (many.message_cpu / many.messages - few.message_cpu / few.messages)
    collected = 1e6 * (many.message_collecting / many.messages - few.message_collecting / few.messages)
    return f"{cpu:.0f} µs more for a message, {collected:.0f} of them garbage collection"


def main() -> None:
    """Measure, print the table, write the chart and the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--chart", type=Path)
    options = parser.parse_args()
    steps = Steps.for_this_terminal()
    runs = {}
    for label, bus in BUSES.items():
        for sessions in SESSIONS:
            with steps.step(f"{sessions} sessions, {label}"):
                runs[label, sessions] = measure(bus, sessions)
    console, judged = Console(width=140), aims(runs)
    console.print(table(runs))
    console.print(aims_table(judged))
    if options.json:
        figures: dict[str, object] = {f"{label}, {count} sessions": asdict(run) for (label, count), run in runs.items()}
        options.json.write_text(json.dumps({"aims": aims_json(judged), **figures}, indent=1) + "\n", "utf-8")
    if options.chart:
        bars = []
        for (label, sessions), run in runs.items():
            messages = per_core(run)[1]
            bars.append(Bar(f"{label}: {sessions} sessions", messages, f"{messages:.0f}", ours=True))
        write_bars(options.chart, "Messages per second of one core", bars)


if __name__ == "__main__":
    main()
