"""What Python finds in the browser: the locked wheels, cotab itself, and the author's modules.

Python files travel as JSON, one object from path to text; shared libraries travel by themselves, so that they can be
compiled while they arrive.
"""

from __future__ import annotations

import email
import json
import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from zipfile import ZipFile

from cotab_kit.build.fast_start.file_system import SITE_PACKAGES, Files
from cotab_kit.project.sources import read_source

# Of no use in the browser: what compilers read, plugins for mypy and hypothesis, and data for tests.
SUPERFLUOUS = (
    ".pyi", "py.typed", ".pxd", ".c", ".h",
    "pydantic/mypy.py", "pydantic/v1/mypy.py", "pydantic/v1/_hypothesis_plugin.py", "annotated_types/test_cases.py",
)  # fmt: skip

# Where a wheel keeps files that belong elsewhere; code there belongs into site-packages all the same.
CODE_IN_DATA = re.compile(r"^[^/]+\.data/(?:purelib|platlib)/")

# importlib.metadata answers from METADATA and entry_points.txt; nothing else in these folders is asked for.
NOT_SHIPPED = re.compile(r"[^/]+\.data/|[^/]+\.dist-info/(?!(?:METADATA|entry_points\.txt)$)")
METADATA = re.compile(r"[^/]+\.dist-info/METADATA")

# A folder of cotab that is only for tests on the author's machine.
HOST_ONLY = "testing"

# The modules that only a resident imports: no tab without one carries them.
OF_THE_RESIDENT = ("cotab/_tab/resident.py",)

# The package that only the configuration page needs: no tab carries it.
OF_THE_CONFIGURATION_PAGE = "cotab_setup"


@dataclass
class Packages:
    """Python files by their path below site-packages, and shared libraries by their path in Python's file system."""

    files: Files = field(default_factory=dict)
    libraries: dict[str, bytes] = field(default_factory=dict)

    @property
    def metadata(self) -> Files:
        """What importlib.metadata reads. It cannot be in a snapshot: Pyodide counts it as loaded packages."""
        return {name: content for name, content in self.files.items() if ".dist-info/" in name}

    @property
    def code(self) -> Files:
        """Everything else."""
        return {name: content for name, content in self.files.items() if ".dist-info/" not in name}


def collect(wheels: Iterable[Path], library: Path) -> Packages:
    """Unpack the wheels and add the cotab package, whose folder `library` is."""
    packages = Packages()
    for wheel in sorted(wheels, key=lambda path: path.name):
        _add_wheel(packages, wheel)
    packages.files |= _sources(library)
    return packages


def configuration_files(library: Path) -> Files:
    """Collect what the configuration page has beside that, by the path below site-packages."""
    return _sources(library.parent / OF_THE_CONFIGURATION_PAGE)


def _sources(package: Path) -> Files:
    """Collect a package's modules by the path below site-packages, without what is only for tests."""
    found: Files = {}
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package)
        if name.parts[0] != HOST_ONLY:
            found[f"{package.name}/{name.as_posix()}"] = read_source(path)
    return found


def archive(files: Files) -> bytes:
    """Pack files into one JSON object, the same bytes for the same files."""
    return json.dumps(files, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def licenses(wheels: Iterable[Path]) -> dict[str, str]:
    """Collect the license texts the wheels bring, by "name version (license)"."""
    found: dict[str, str] = {}
    for wheel in sorted(wheels, key=lambda path: path.name):
        name, version = wheel.name.split("-")[:2]
        with ZipFile(wheel) as content:
            files = sorted(content.namelist())
            texts = [content.read(item).decode("utf-8", "replace") for item in files if _is_license(item)]
            about = [email.message_from_bytes(content.read(item)) for item in files if METADATA.fullmatch(item)]
        found[f"{name} {version} ({_license(about)})"] = "\n\n".join(texts)
    return found


def _license(about: list[Message]) -> str:
    """Name a license as the metadata has it: an expression, a name, or a classifier."""
    for metadata in about:
        classifiers = [text for text in metadata.get_all("Classifier", []) if text.startswith("License ::")]
        named = [metadata["License-Expression"], metadata["License"], *reversed(classifiers)]
        lines = [str(text).strip().splitlines() for text in named if text]
        for line in filter(None, lines):
            return line[0].rpartition(":: ")[2]
    return "see below"


def _add_wheel(packages: Packages, wheel: Path) -> None:
    with ZipFile(wheel) as content:
        for item in content.infolist():
            name = CODE_IN_DATA.sub("", item.filename)
            if item.is_dir() or NOT_SHIPPED.match(name) or name.endswith(SUPERFLUOUS):
                continue
            data = content.read(item)
            if name.endswith(".so"):
                packages.libraries[f"{SITE_PACKAGES}/{name}"] = data
                packages.files[name] = ""  # the import system wants to see a file there
            elif METADATA.fullmatch(name):
                packages.files[name] = _text_or_base64(_headers(data))
            else:
                packages.files[name] = _text_or_base64(data)


def _headers(metadata: bytes) -> bytes:
    """Leave out the description, which is as long as a README."""
    return re.split(rb"\r?\n\r?\n", metadata, maxsplit=1)[0] + b"\n"


def _text_or_base64(data: bytes) -> str | dict[str, str]:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": b64encode(data).decode()}


def _is_license(name: str) -> bool:
    stem = name.rsplit("/", 1)[-1].upper()
    return ".dist-info/" in name and stem.startswith(("LICENSE", "LICENCE", "COPYING", "NOTICE"))
