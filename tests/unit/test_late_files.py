"""What is imported after the tab is up: fetched once, also if the network was gone at first."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from cotab._snapshot import LateFiles


class Fetched(bytes):
    """What JavaScript answers with."""

    def to_bytes(self) -> bytes:
        return bytes(self)


def test_a_late_module_is_fetched_once_and_again_after_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {f"{tmp_path}/late_{name}.py": f"name = {name!r}" for name in ("one", "two")}
    answers: list[Fetched | Exception] = [
        ConnectionError("no network"),
        Fetched(b"garbled"),
        Fetched(json.dumps(files).encode()),
    ]

    def fetch() -> Fetched:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    late = LateFiles({"late_one", "late_two"})
    late.fetch = fetch
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, late])
    for problem in ("no network", "Expecting value"):
        with pytest.raises(ImportError, match=f"late_one could not be fetched: .*{problem}"):
            __import__("late_one")
    assert __import__("late_one").name == "one"
    assert __import__("late_two").name == "two"
    assert answers == []
