"""The HTML pages, from the templates in webresource/page/: index.html, and what extends it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from cotab_kit.build.page_config import PageConfig

# The end of a script element, wherever it stands in a script's text.
SCRIPT_END = re.compile(r"</(?=script)", re.IGNORECASE)


def render(
    template: str,
    page: PageConfig,
    privacy_url: str,
    markup: dict[str, str],
    extended: Mapping[str, str] | None = None,
) -> str:
    """Fill the template; `markup` is what `linked` or `inlined` made, `extended` are templates that it may extend."""
    # A tab that a resident serves starts no Python of its own.
    starts_python = page.resident == "off" or page.mode in ("resident", "configuration")
    return filled(
        template,
        extended,
        page_json=json.dumps(page.model_dump(mode="json"), ensure_ascii=False, sort_keys=True),
        mode=page.mode,
        provider=page.provider,
        privacy_url=privacy_url,
        preload="interpreter.js" if starts_python and page.runtime != "inline" else "",
        **{name: Markup(text) for name, text in markup.items()},  # noqa: S704 - made below, nothing foreign in it
    )


def filled(template: str, extended: Mapping[str, str] | None = None, **values: str) -> str:
    """Fill a template; whatever is put into it stays a text, unless it is Markup."""
    environment = Environment(
        loader=DictLoader(extended or {}), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    return environment.from_string(template).render(**values)


def linked(*styles: str) -> dict[str, str]:
    """Refer to style and scripts as files: nothing inline, references relative. `styles` are further sheets."""
    return {
        "style": "\n".join(f'<link rel="stylesheet" href="{name}">' for name in ("style.css", *styles)),
        "scripts": '<script src="floor.js" defer></script>\n<script src="boot.js" defer></script>',
    }


def inlined(style: str, first: Iterable[str], modules: str, carried: dict[str, str], notices: str) -> dict[str, str]:
    """Put style, scripts and carriers inside the page; the scripts in `first` run before its module."""
    data = "\n".join(
        f'<script type="application/xml" id="{name}">{content.partition("?>")[2].strip()}</script>'
        for name, content in carried.items()
    )
    classic = "\n".join(f"<script>{_safe(script)}</script>" for script in first)
    return {
        "style": f"<style>\n{style}</style>",
        "scripts": (
            f'<template id="notices">{notices}</template>\n{data}\n{classic}\n'
            f'<script type="module">{_safe(modules)}</script>'
        ),
    }


def _safe(script: str) -> str:
    return SCRIPT_END.sub(r"<\\/", script).replace("<!--", r"<\!--")
