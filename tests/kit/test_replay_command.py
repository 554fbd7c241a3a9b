"""The command `replay`: a log that an agent has copied, against the adapter of a project."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from cotab.testing.replay import entries_of
from cotab_kit.tools.saved import text_of

if TYPE_CHECKING:
    from pathlib import Path

LOG = """cotab 1.0, Minimal, build 1
2026-01-02T03:04:05.000Z log hello
2026-01-02T03:04:05.000Z sdk {"open": "cobrowse", "data": {"conversationId": "c"}, "settings": {}, "resumed": null}
2026-01-02T03:04:05.000Z sdk {"load": "FakeSdk", "url": "assets/fake_sdk.js", "got": {"$": 2}}
2026-01-02T03:04:05.000Z sdk {"call": "createSession", "of": 2, "given": [{"mode": "cobrowse"}], "later": 3}
2026-01-02T03:04:05.000Z sdk {"settled": 3, "got": {"$": 4}}
2026-01-02T03:04:05.000Z sdk {"on": "joined", "of": 4, "fn": 5}
2026-01-02T03:04:05.000Z sdk {"on": "lost", "of": 4, "fn": 6}
2026-01-02T03:04:05.000Z sdk {"on": "restored", "of": 4, "fn": 7}
2026-01-02T03:04:05.000Z sdk {"on": "quality", "of": 4, "fn": 8}
2026-01-02T03:04:05.000Z sdk {"on": "left", "of": 4, "fn": 9}
2026-01-02T03:04:05.000Z sdk {"get": "id", "of": 4, "got": "s-1"}
2026-01-02T03:04:05.000Z sdk {"get": "pin", "of": 4, "got": "(hidden)"}
2026-01-02T03:04:05.000Z sdk {"get": "link", "of": 4, "got": "https://join.example/s-1"}
2026-01-02T03:04:05.000Z sdk {"state": "inviting"}
2026-01-02T03:04:05.000Z sdk {"element": "stage", "got": {"$": 1}}
2026-01-02T03:04:05.000Z sdk {"call": "show", "of": 4, "given": ["<PyodideObject>"], "got": null}
2026-01-02T03:04:06.000Z sdk {"called": 5, "given": [{"name": "Casey"}]}
2026-01-02T03:04:06.000Z sdk {"state": "connected"}
"""


def replayed(log: Path, project: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cotab_kit", "replay", str(log), "--project", str(project)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_session_goes_as_it_went_or_the_command_says_how_it_does_not(provider: Path, tmp_path: Path) -> None:
    log, code = tmp_path / "support.log", provider / "main.py"
    log.write_text(LOG, "utf-8")
    answer = replayed(log, provider)
    assert answer.stdout == "the session is inviting\nthe session is connected\n", answer.stderr
    assert answer.returncode == 0

    text = code.read_text("utf-8")
    code.write_text(text.replace('customer["name"]', 'customer["nickname"]'), "utf-8")
    answer = replayed(log, provider)
    assert answer.returncode == 1
    assert "Otherwise than then: the session was not connected: it is failed" in answer.stdout
    assert "KeyError: 'nickname'" in answer.stderr
    assert "main.py" in answer.stderr


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_log_may_be_saved_as_windows_does(encoding: str) -> None:
    saved = text_of(LOG.replace("\n", "\r\n").encode(encoding))
    assert entries_of(saved) == entries_of(LOG)


def test_a_log_without_a_session_is_refused(provider: Path, tmp_path: Path) -> None:
    log = tmp_path / "empty.log"
    log.write_text("2026-01-02T03:04:05.000Z log hello\n", "utf-8")
    answer = replayed(log, provider)
    assert answer.returncode == 1
    assert "has no recorded session" in answer.stderr + answer.stdout
