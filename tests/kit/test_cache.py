"""The cache: filed under its inputs, whole or not there, shared by builds that run at once, and pruned."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cotab_kit.tools import cache as module
from cotab_kit.tools.cache import DAY, HOUR, Cache, digest, prune, put_in_place

INPUTS: dict[str, object] = {"what": "a text"}

# A folder of many files, so that one that is not whole would be seen; says whether it was this process that made it.
MAKE_SLOWLY = """
import sys, time
from pathlib import Path
from cotab_kit.tools.cache import Cache

folder, start = Path(sys.argv[1]), float(sys.argv[2])

def make(out):
    out.mkdir()
    for number in range(200):
        (out / f"{number}.txt").write_text("x" * 1000)

def read(entry):
    texts = [path.read_text() for path in entry.iterdir()]
    assert [len(text) for text in texts] == [1000] * 200, len(texts)
    return len(texts)

while time.time() < start:
    pass
for number in range(40):
    assert Cache(folder).get({"number": number}, make, read) == 200
"""


def put(cache: Cache, content: str, inputs: dict[str, object] | None = None) -> str:
    """The text in the cache, which is `content` if it has to be made."""
    return cache.get(inputs or INPUTS, lambda out: out.write_text(content), Path.read_text)


def entry(folder: Path) -> Path:
    (found,) = folder.iterdir()
    return found


def aged(path: Path, seconds: float) -> Path:
    used = time.time() - seconds
    os.utime(path, (used, used))
    return path


def old_entries(folder: Path, *ages: float) -> list[Path]:
    """Entries of 1000 bytes that were used so many seconds ago."""
    found: list[Path] = []
    for number, age in enumerate(ages):
        put(Cache(folder), "x" * 1000, {"number": number})
        (new,) = set(folder.iterdir()) - set(found)
        found.append(aged(new, age))
    return found


def test_what_was_made_once_is_read_from_then_on(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "not there yet")
    assert [put(cache, "one"), put(cache, "two")] == ["one", "one"]
    assert put(cache, "two", {"what": "another text"}) == "two"


def test_the_key_knows_the_names_and_contents_but_not_the_places(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        (folder / "deep").mkdir(parents=True)
        (folder / "deep" / "file.txt").write_text("text")
    one, two = ({"folder": folder, "file": folder / "deep" / "file.txt"} for folder in folders)
    assert digest(one) == digest(dict(reversed(two.items())))
    (folders[1] / "deep" / "file.pyc").write_text("what Python keeps")
    assert digest(one) == digest(two)
    (folders[1] / "deep" / "file.txt").rename(folders[1] / "file.txt")
    assert digest({"folder": folders[0]}) != digest({"folder": folders[1]})


def test_the_key_tells_contents_names_and_their_limits_apart() -> None:
    different: list[dict[str, object]] = [{"a": "b"}, {"b": "a"}, {"a": b"b"}, {"a": ["b"]}, {"a": b"", "b": b""}, {}]
    assert len({digest(inputs) for inputs in different}) == len(different)


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    def fail(out: Path) -> None:
        out.mkdir()
        (out / "half.txt").write_text("half")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        Cache(tmp_path).get(INPUTS, fail, os.listdir)
    assert list(tmp_path.iterdir()) == []


def test_what_is_left_beside_the_entry_is_removed(tmp_path: Path) -> None:
    def make(out: Path) -> None:
        out.with_suffix(".order").write_text("on the way")
        out.write_text("made")

    assert Cache(tmp_path).get(INPUTS, make, Path.read_text) == "made"
    assert entry(tmp_path).read_text() == "made"


@pytest.mark.parametrize("damage", ["cut", "removed inside", "a file in its place"])
def test_an_entry_that_cannot_be_read_is_made_again(tmp_path: Path, damage: str) -> None:
    def make(out: Path) -> None:
        out.mkdir()
        (out / "number.txt").write_text("17")

    def read(folder: Path) -> int:
        return int((folder / "number.txt").read_text())

    cache = Cache(tmp_path)
    assert cache.get(INPUTS, make, read) == 17
    if damage == "cut":
        (entry(tmp_path) / "number.txt").write_text("")
    elif damage == "removed inside":
        (entry(tmp_path) / "number.txt").unlink()
    else:
        shutil.rmtree(path := entry(tmp_path))
        path.write_text("something")
    assert cache.get(INPUTS, make, read) == 17
    assert entry(tmp_path).is_dir()


def test_what_is_made_wrong_is_an_error_at_once_and_not_kept(tmp_path: Path) -> None:
    made: list[Path] = []

    def make(out: Path) -> None:
        made.append(out)
        out.write_text("no number")

    with pytest.raises(ValueError, match="invalid literal"):
        Cache(tmp_path).get(INPUTS, make, lambda path: int(path.read_text()))
    assert len(made) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damaged", [True, pytest.param(False, marks=pytest.mark.full)])
def test_builds_at_once_find_whole_entries(tmp_path: Path, *, damaged: bool) -> None:
    for number in range(40) if damaged else ():
        (tmp_path / "cache" / digest({"number": number})[:24]).mkdir(parents=True)
    start = str(time.time() + 2)
    command = [sys.executable, "-c", MAKE_SLOWLY, str(tmp_path / "cache"), start]
    path = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    builds = [subprocess.Popen(command, env=path, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    assert [build.communicate()[1] for build in builds] == [""] * 3
    assert [build.returncode for build in builds] == [0] * 3
    assert len(list((tmp_path / "cache").iterdir())) == 40


def test_the_build_that_was_faster_is_kept(tmp_path: Path) -> None:
    cache = Cache(tmp_path)

    def make(out: Path) -> None:
        out.mkdir()
        (out / "by.txt").write_text("the slower one")
        if not (tmp_path / out.name).exists():
            shutil.copytree(out, tmp_path / out.name)
            (tmp_path / out.name / "by.txt").write_text("the faster one")

    assert cache.get(INPUTS, make, lambda folder: (folder / "by.txt").read_text()) == "the faster one"


def test_what_somebody_reads_for_a_moment_is_moved_a_little_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusals = [PermissionError("a virus scanner"), PermissionError("still")]
    replace = Path.replace

    def refuse(path: Path, target: Path) -> Path:
        if refusals:
            raise refusals.pop()
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", refuse)
    monkeypatch.setattr(module, "PAUSES", (0.01, 0.01))
    assert put(Cache(tmp_path), "made") == "made"
    refusals[:] = [PermissionError("somebody reads it")] * 2
    (tmp_path / "new").write_text("new")
    put_in_place(tmp_path / "new", tmp_path / "old")
    assert (tmp_path / "old").read_text() == "new"
    refusals[:] = [PermissionError("for good")] * 3
    with pytest.raises(PermissionError, match="for good"):
        put(Cache(tmp_path), "made", {"what": "else"})


def test_pruning_removes_what_was_not_used_for_long(tmp_path: Path) -> None:
    new, old = old_entries(tmp_path, 29 * DAY, 31 * DAY)
    prune([tmp_path, tmp_path / "not there"])
    assert new.exists()
    assert not old.exists()


def test_reading_is_using(tmp_path: Path) -> None:
    (old,) = old_entries(tmp_path, 31 * DAY)
    assert put(Cache(tmp_path), "made again", {"number": 0}) == "x" * 1000
    prune([tmp_path])
    assert old.exists()


def test_pruning_removes_the_longest_unused_beyond_a_size(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    older, newer = old_entries(first, 5 * DAY, 1 * DAY)
    oldest, newest = old_entries(second, 6 * DAY, 0)
    prune([first, second], max_bytes=3000)
    assert [path.exists() for path in (oldest, older, newer, newest)] == [False, True, True, True]
    prune([first, second], max_bytes=0)
    assert [path.exists() for path in (oldest, older, newer, newest)] == [False, False, False, True]


def test_pruning_counts_all_that_is_in_a_folder(tmp_path: Path) -> None:
    def make(out: Path) -> None:
        (out / "deep").mkdir(parents=True)
        (out / "deep" / "file.txt").write_text("x" * 5000)

    Cache(tmp_path).get(INPUTS, make, os.listdir)
    aged(entry(tmp_path), 2 * HOUR)
    prune([tmp_path], max_bytes=1_000_000)
    assert entry(tmp_path).is_dir()
    prune([tmp_path], max_bytes=4000)
    assert list(tmp_path.iterdir()) == []


def test_what_a_running_build_may_use_stays_whatever_the_bounds(tmp_path: Path) -> None:
    (entry_in_use,) = old_entries(tmp_path, HOUR - 60)
    prune([tmp_path], days=0, max_bytes=0)
    assert entry_in_use.exists()


def test_an_entry_that_is_used_while_pruning_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    oldest, older = old_entries(tmp_path, 40 * DAY, 35 * DAY)
    remove = module._remove

    def remove_slowly(path: Path) -> None:
        assert put(Cache(tmp_path), "made again", {"number": 0}) == "x" * 1000
        remove(path)

    monkeypatch.setattr(module, "_remove", remove_slowly)
    prune([tmp_path])
    assert oldest.exists()
    assert not older.exists()


def test_what_an_interrupted_build_left_is_pruned(tmp_path: Path) -> None:
    (tmp_path / "aside-k3x_81zz").mkdir()
    aged(tmp_path / "aside-k3x_81zz", 31 * DAY)
    prune([tmp_path])
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_ours_is_never_removed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "file.txt").write_text("somebody's")
    folder = tmp_path / "cache"
    folder.mkdir()
    (folder / ("0" * 24)).symlink_to(elsewhere)
    for name in ("notes.txt", "README", "node_modules"):
        aged(Path(shutil.copytree(elsewhere, folder / name)), 99 * DAY)
    prune([folder, elsewhere / "file.txt"], days=0, max_bytes=0)
    assert {path.name for path in folder.iterdir()} == {"0" * 24, "notes.txt", "README", "node_modules"}
    assert (elsewhere / "file.txt").exists()


def test_what_cannot_be_removed_stays_whole_and_keeps_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck, other = old_entries(tmp_path, 31 * DAY, 32 * DAY)
    rename = Path.rename

    def refuse(path: Path, target: Path) -> Path:
        if path == stuck:
            raise PermissionError("somebody has it open")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    prune([tmp_path])
    assert stuck.read_text() == "x" * 1000
    assert not other.exists()
