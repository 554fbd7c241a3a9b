"""The notices of third-party parts, generated from what was really bundled."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

# Parts whose packages carry no license file of their own. Facts: their projects' repositories.
PYTHON_NOTICE = (
    "Pyodide is licensed under the Mozilla Public License 2.0 (https://www.mozilla.org/MPL/2.0/); its source is at "
    "https://github.com/pyodide/pyodide. It contains CPython, licensed under the Python Software Foundation License "
    "(https://docs.python.org/3/license.html), built with Emscripten (MIT)."
)

NOT_NAMED = "no license named"
ASK = "This package names no license, and brings none. Its publisher alone can say who may give it away."

RRWEB_NOTICE = """MIT License

Copyright (c) 2018 Contributors (https://github.com/rrweb-io/rrweb/graphs/contributors) and SmartX Inc.

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE."""


def npm_notices(packages: tuple[Path, ...]) -> dict[str, str]:
    """Collect license texts of npm packages, by "name version (license)"."""
    found: dict[str, str] = {}
    for folder in packages:
        about = json.loads((folder / "package.json").read_text("utf-8"))
        texts = [path.read_text("utf-8", "replace") for path in sorted(folder.iterdir()) if _is_license(path)]
        text = _own_notice(about["name"]) or "\n\n".join(texts)
        license_ = _license(about) or ("see below" if text else NOT_NAMED)
        found[f"{about['name']} {about['version']} ({license_})"] = ASK if license_ == NOT_NAMED else text
    return dict(sorted(found.items()))


def unlicensed(packages: tuple[Path, ...]) -> list[str]:
    """Name the npm packages that neither name a license nor bring its text, with their versions."""
    return [name.removesuffix(f" ({NOT_NAMED})") for name, text in npm_notices(packages).items() if text == ASK]


def _license(about: Mapping[str, Any]) -> str:
    """Name a package's license, also as packages named it once: as an object, or as a list of them."""
    named = about.get("license") or about.get("licenses") or ()
    several = named if isinstance(named, list) else [named]
    return " or ".join(str(each["type"] if isinstance(each, dict) else each) for each in several if each)


def _own_notice(package: str) -> str:
    if package == "pyodide":
        return PYTHON_NOTICE
    return RRWEB_NOTICE if package.startswith("@rrweb/") else ""


def notices_page(parts: dict[str, str], title: str) -> str:
    """Write the notices as one well-formed HTML page without scripts."""
    body = "\n".join(
        f"<h2>{escape(name)}</h2>\n<pre>{escape(text.strip() or 'License as named above.')}</pre>"
        for name, text in parts.items()
    )
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{escape(title)}</title></head>\n'
        f"<body>\n<h1>{escape(title)}</h1>\n{body}\n</body>\n</html>\n"
    )


def _is_license(path: Path) -> bool:
    return path.is_file() and path.name.upper().startswith(("LICENSE", "LICENCE", "COPYING", "NOTICE"))
