"""Build the documentation as a site of files, with mkdocs. Nothing in it comes from another server."""

from __future__ import annotations

import json
import posixpath
import re
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from cotab_kit.errors import BuildError, SetupError
from cotab_kit.tools.cache import digest
from cotab_kit.tools.process import run_process

if TYPE_CHECKING:
    from cotab_kit.progress import Steps
    from cotab_kit.tools.process import Runner

CONFIG = Path("deploy", "docs", "mkdocs.yml")
STAMP = ".inputs"  # beside the folder: all that is in it is shipped

# Pages that lie outside docs/, and their names in the site.
BESIDE = {"README.md": "index.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}

FENCE = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(!?\[[^\]]*\])\((?!https?:|#)([^)#\s]+)(#[^)]*)?\)")


def build_site(root: Path, site: Path, steps: Steps, *, runner: Runner = run_process) -> Path:
    """Build the documentation of the checkout in `root`, unless it is up to date; return its folder.

    Raises SetupError without mkdocs, and BuildError where a link leads nowhere or a name is not in the code.
    """
    code = root / "pylib"
    parts = {"docs": root / "docs", "code": code / "cotab", "testing": code / "cotab_kit" / "testing"}
    inputs = digest({**parts, "config": root / CONFIG, **{name: root / name for name in BESIDE}})
    stamp = site.with_suffix(STAMP)
    if site.is_dir() and stamp.is_file() and stamp.read_text("utf-8") == inputs:
        steps.fresh("documentation")
        return site
    with steps.step("Building the documentation"), TemporaryDirectory(prefix="cotab docs ") as folder:
        _make(root, Path(folder), site, runner)
    stamp.write_text(inputs, "utf-8")
    return site


def _make(root: Path, folder: Path, site: Path, runner: Runner) -> None:
    stage(root, folder / "pages")
    config = (root / CONFIG).read_text("utf-8").replace("CODE", json.dumps(str(root / "pylib")))
    (folder / "mkdocs.yml").write_text(config, "utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet"]
    finished = runner(command, cwd=folder, env={"NO_MKDOCS_2_WARNING": "1"})
    if "No module named mkdocs" in finished.output:
        raise SetupError("mkdocs, which builds the documentation, is not installed.", hint="Run `python build.py`.")
    if not finished.ok:
        raise BuildError(f"mkdocs refuses the documentation:\n{finished.last_lines()}", hint="Correct that page.")
    shutil.rmtree(site, ignore_errors=True)
    shutil.copytree(folder / "site", site)


def stage(root: Path, pages: Path) -> None:
    """Copy the pages to where they are in the site, with links that lead to pages of it and nowhere else."""
    shutil.copytree(root / "docs", pages)
    places = {page: f"docs/{page.relative_to(pages).as_posix()}" for page in pages.rglob("*.md")}
    for source, name in BESIDE.items():
        shutil.copyfile(root / source, pages / name)
        places[pages / name] = source
    for page, source in places.items():
        page.write_text(_moved(page.read_text("utf-8"), source, page.relative_to(pages).as_posix()), "utf-8")


def _moved(markdown: str, source: str, name: str) -> str:
    """Correct the links of a page that is `source` in the repository and `name` in the site; code stays as it is."""

    def replaced(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(source), link[2]))
        place = BESIDE.get(target) or (target.removeprefix("docs/") if target.startswith("docs/") else "")
        if not place:  # a file of the repository
            return f"{link[1].lstrip('!')[1:-1]} (`{target}`)"
        return f"{link[1]}({posixpath.relpath(place, posixpath.dirname(name) or '.')}{link[3] or ''})"

    parts = FENCE.split(markdown)  # every other one is code
    parts[::2] = [LINK.sub(replaced, part) for part in parts[::2]]
    return "".join(parts)
