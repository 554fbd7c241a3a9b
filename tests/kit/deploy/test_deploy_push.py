"""push against the local org: which files are meant, which are written, and what browsers get then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cotab_kit.deploy.push import chosen
from cotab_kit.deploy.release import Release
from cotab_kit.errors import OrgError
from kit.deploy.runs import Run, manifest, release

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def run() -> Run:
    return Run()


async def test_a_pushed_file_is_published(run: Run, tmp_path: Path) -> None:
    await run.install(release(managed=False))
    changed = Release(
        manifest(),
        {**release().resources, "contoso_/assist/boot.js": b"2;", "contoso_/assist/new.js": b"3;"},
        managed=False,
    )
    path = tmp_path / "contoso_" / "assist" / "boot.js"
    contents = chosen(changed, [str(path), "new.js"], tmp_path)
    await run.push(changed, contents)
    assert await run.served("contoso_/assist/boot.js") == b"2;"
    assert await run.served("contoso_/assist/new.js") == b"3;"
    assert (await run.verify(changed)).complete
    await run.uninstall(changed)
    assert run.local.rows("webresource") == []


@pytest.mark.parametrize(
    "text",
    [
        "contoso_/assist/boot.js",
        "contoso_\\assist\\boot.js",
        "boot.js",
        "./boot.js",
        "{dist}/contoso_/assist/boot.js",
        "{dist}/../dïst ö/contoso_/assist/boot.js",
        "{link}/contoso_/assist/boot.js",
    ],
)
def test_a_file_to_push_is_named_as_one_likes(tmp_path: Path, text: str) -> None:
    dist, link = tmp_path / "dïst ö", tmp_path / "link"
    (dist / "contoso_" / "assist").mkdir(parents=True)
    link.symlink_to(dist, target_is_directory=True)
    assert list(chosen(release(), [text.format(dist=dist, link=link)], dist)) == ["contoso_/assist/boot.js"]


@pytest.mark.parametrize(
    "text",
    ["", ".", "..", "../boot.js", "/etc/passwd", "\\\\server\\share", "C:\\boot.js", "contoso_/assist"],
)
def test_what_is_no_web_resource_is_not_pushed(tmp_path: Path, text: str) -> None:
    with pytest.raises(OrgError, match="is no web resource of the build"):
        chosen(release(), [text], tmp_path)


async def test_only_an_unmanaged_solution_takes_pushed_files(run: Run, tmp_path: Path) -> None:
    contents = chosen(release(), ["contoso_/assist/boot.js"], tmp_path)
    with pytest.raises(OrgError, match="assist is not installed in this org"):
        await run.push(release(), contents)
    await run.install(release())
    with pytest.raises(OrgError, match="assist is managed, so its files cannot be changed"):
        await run.push(release(), contents)
    with pytest.raises(OrgError, match=r"strange\.js is no web resource of the build"):
        chosen(release(), ["strange.js"], tmp_path)
