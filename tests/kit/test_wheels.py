"""The wheels for the browser: what is trusted, what is fetched, and what is refused.

The last tests run the real pip, on a folder of wheels instead of an index.
"""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from cotab_kit.errors import SetupError
from cotab_kit.layout import Workspace, kit_files
from cotab_kit.progress import Steps
from cotab_kit.tools.process import Finished
from cotab_kit.tools.wheels import ensure_pure_wheels, ensure_wheels, read_lock, refuse_compiled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STEPS = Steps(Console(stderr=True), quiet=True)
ONE = "one-1.0-py3-none-any.whl"
NOT_FOUND = "ERROR: No matching distribution found for a==1"
TWO = "two-2.0-cp314-cp314-pyemscripten_2026_0_wasm32.whl"


class FakePip:
    """An index with wheels whose contents are their names."""

    def __init__(self, *wheels: str) -> None:
        self.wheels = wheels
        self.commands: list[list[str]] = []
        self.failure: Finished | None = None

    def __call__(
        self,
        command: Sequence[str | Path],
        *,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> Finished:
        assert (cwd, env, timeout) == (None, None, None)
        words = [str(word) for word in command]
        self.commands.append(words)
        target = Path(words[words.index("--dest") + 1])
        for wheel in self.wheels:
            (target / wheel).write_text(wheel)
        return self.failure or Finished(0, "")


def pin(wheel: str) -> str:
    name, version = wheel.split("-")[:2]
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(wheel.encode()).hexdigest()}"


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "requirements.lock"
    broken = pin(ONE).replace(" --", " \\\n    --")
    path.write_text(f"# for the browser\n{pin(TWO)}\n{broken}\n", "utf-8")
    return path


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "a project")


def test_the_wheels_come_for_the_browser_by_hash_and_in_the_order_of_the_lock(workspace: Workspace, lock: Path) -> None:
    pip = FakePip(ONE, TWO)
    wheels = ensure_wheels(lock, workspace, STEPS, runner=pip)
    assert [wheel.name for wheel in wheels] == [TWO, ONE]
    assert {"download", "--require-hashes", "--no-deps", "--only-binary=:all:"} <= set(pip.commands[0])
    assert "--platform=pyemscripten_2026_0_wasm32" in pip.commands[0]


def test_a_second_call_runs_nothing(workspace: Workspace, lock: Path) -> None:
    pip = FakePip(ONE, TWO)
    first = ensure_wheels(lock, workspace, STEPS, runner=pip)
    assert ensure_wheels(lock.read_text("utf-8"), workspace, STEPS, runner=pip) == first
    assert len(pip.commands) == 1


def test_a_file_that_was_altered_in_the_cache_is_fetched_again(workspace: Workspace, lock: Path) -> None:
    pip = FakePip(ONE, TWO)
    first = ensure_wheels(lock, workspace, STEPS, runner=pip)
    first[0].write_text("altered")
    assert ensure_wheels(lock, workspace, STEPS, runner=pip) == first
    assert first[0].read_text() == TWO
    assert len(pip.commands) == 2


def test_a_failed_download_leaves_nothing_behind(workspace: Workspace, lock: Path) -> None:
    pip = FakePip(ONE)
    pip.failure = Finished(1, "something")
    with pytest.raises(SetupError, match="something"):
        ensure_wheels(lock, workspace, STEPS, runner=pip)
    assert list(workspace.wheels.iterdir()) == []


def test_a_file_that_did_not_come_is_named(workspace: Workspace, lock: Path) -> None:
    with pytest.raises(SetupError, match=r"two==2\.0"):
        ensure_wheels(lock, workspace, STEPS, runner=FakePip(ONE))


@pytest.mark.parametrize(
    ("output", "text", "hint"),
    [
        (f"WARNING: Retrying after connection broken by x\n{NOT_FOUND}", "reached", "HTTPS_PROXY"),
        (f"There was a problem confirming the ssl certificate: x\n{NOT_FOUND}", "reached", "PIP_CERT"),
        (NOT_FOUND, "no fitting file for a==1", "name, version and hash"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES\n    a==1 from b:\n", "a==1 does not", "altered"),
        ("ERROR: [Errno 28] No space left on device", "No space left", "mend what they name"),
    ],
)
def test_a_failure_says_which_requirement_and_what_to_do(
    workspace: Workspace, lock: Path, output: str, text: str, hint: str
) -> None:
    pip = FakePip()
    pip.failure = Finished(1, output)
    with pytest.raises(SetupError, match=text) as failure:
        ensure_wheels(lock, workspace, STEPS, runner=pip)
    assert hint in failure.value.hint


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("demo==1.0", r"demo==1\.0 has no SHA-256 hash"),
        ("demo==1.0 --hash=md5:00", r"demo==1\.0 has no SHA-256 hash"),
        (f"{pin(ONE)} --hash=sha256:short", r"one==1\.0 has no SHA-256 hash"),
        ("demo>=1.0", "not a pinned requirement: demo>=1.0"),
        ("demo @ https://example.org/demo.whl", "not a pinned requirement"),
        ("-r other.txt", "not a pinned requirement: -r other.txt"),
        ("--index-url=https://example.org", "not a pinned requirement"),
        (f"{pin(ONE)} ; python_version < '3'", "not a pinned requirement"),
    ],
)
def test_a_line_that_does_not_name_one_file_is_refused(workspace: Workspace, line: str, text: str) -> None:
    pip = FakePip()
    with pytest.raises(SetupError, match=text) as failure:
        ensure_pure_wheels([line], workspace, STEPS, runner=pip)
    assert "--hash=sha256:" in failure.value.hint
    assert pip.commands == []


def test_no_extra_packages_need_nothing(workspace: Workspace) -> None:
    assert ensure_pure_wheels([], workspace, STEPS, runner=FakePip()) == []


def test_a_compiled_wheel_is_refused(workspace: Workspace) -> None:
    with pytest.raises(SetupError, match="is not a pure Python wheel"):
        ensure_pure_wheels([pin(TWO)], workspace, STEPS, runner=FakePip(TWO))


def test_pure_wheels_for_several_pythons_pass() -> None:
    refuse_compiled([Path("a-1-py2.py3-none-any.whl"), Path("b-1-1-py3-none-any.whl")])
    with pytest.raises(SetupError):
        refuse_compiled([Path("a-1-py2-none-any.whl")])


def test_the_committed_lock_can_be_read_and_holds_no_address() -> None:
    text = kit_files().wheels_lock.read_text("utf-8")
    assert {"pydantic", "pydantic-core"} <= {each.name for each in read_lock(text, "the lock")}
    assert "://" not in text


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A requirement line for a wheel that the real pip finds in a folder."""
    folder = tmp_path / "an index"
    folder.mkdir()
    wheel = folder / "demo-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("demo.py", "")
        archive.writestr("demo-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n")
        archive.writestr("demo-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("demo-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", folder.as_uri())
    return f"demo==1.0 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}"


def test_real_pip_fetches_what_has_the_right_hash(workspace: Workspace, demo: str) -> None:
    (wheel,) = ensure_pure_wheels([demo], workspace, STEPS)
    assert wheel.name == "demo-1.0-py3-none-any.whl"
    assert wheel.is_relative_to(workspace.wheels)


def test_real_pip_refuses_another_hash(workspace: Workspace, demo: str) -> None:
    with pytest.raises(SetupError, match=r"demo==1\.0 does not have the locked hash"):
        ensure_pure_wheels([demo[:-64] + "0" * 64], workspace, STEPS)


def test_real_pip_does_not_find_an_unknown_package(workspace: Workspace, demo: str) -> None:
    with pytest.raises(SetupError, match=r"no fitting file for omed==1\.0"):
        ensure_pure_wheels([demo.replace("demo", "omed")], workspace, STEPS)
