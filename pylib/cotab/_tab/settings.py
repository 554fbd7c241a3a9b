"""The settings that an adapter gets: the author's, and over them what an administrator has set for the org.

Settings of the org that cannot be used are a warning on the console, and the author's count: a mistake in an org's
setting must not be worse than no setting.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from cotab._js.interface import Browser
from cotab._tab.reporter import faults
from cotab.errors import SettingsInvalidError

__all__ = ["merged", "settings_of", "validated"]


async def settings_of(browser: Browser, model: type[BaseModel]) -> BaseModel:
    """Return the settings in force, as a `model`. Raises SettingsInvalidError where the author's own are not valid.

    The page has asked the org when it began to load, so mostly the answer is there.
    """
    own, variable = browser.page.settings, browser.page.settings_variable
    if variable:
        text = await browser.org_settings()
        try:
            return model.model_validate(merged(own, text))
        except (ValueError, RecursionError) as error:
            reason = faults(error) if isinstance(error, ValidationError) else error
            wrong = f"the value of {variable} is wrong: {reason}"
            browser.warn(f"cotab: the solution's own settings count, because {wrong}")
    return validated(own, model)


def validated(own: Mapping[str, Any], model: type[BaseModel]) -> BaseModel:
    """Return the author's `[page.settings]` as a `model`. Raises SettingsInvalidError."""
    try:
        return model.model_validate(own)
    except ValidationError as error:
        raise SettingsInvalidError(f"[page.settings] of provider.toml: {faults(error)}") from error


def merged(own: Mapping[str, Any], text: str) -> Mapping[str, Any]:
    """Put the members of the JSON object `text` in place of those of `own`; an empty text sets none.

    Members that `own` does not have are the author's business. Raises ValueError, or RecursionError for the absurd.
    """
    if not text.strip():
        return own
    given = json.loads(text)
    # JSON knows neither NaN nor infinity, which Python's parser takes, and half a surrogate pair is no text.
    json.dumps(given, ensure_ascii=False, allow_nan=False).encode()
    if not isinstance(given, dict):
        problem = f'it is {_kind(given)}, and must be an object such as {{"region": "us"}}'
        raise ValueError(problem)  # noqa: TRY004 - what an administrator wrote, not what a caller passed
    for name, value in given.items():
        if name in own and _kind(value) != _kind(own[name]):
            raise ValueError(f"{name} is {_kind(value)}, and must be {_kind(own[name])}")
    return {**own, **given}


def _kind(value: object) -> str:
    """Return what JSON calls it."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "an array"
        case _:
            return "an object"
