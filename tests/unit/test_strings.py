"""The page's texts: every language says everything en-US says, nothing is left over, and the page finds its texts."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "webresource" / "page"
LANGUAGES = ("en-US", "de-DE", "fr-FR", "es-ES", "ja-JP", "ar-SA")
TRANSLATIONS = LANGUAGES[1:]

PLACEHOLDER = re.compile(r"\{[^}]*\}")
# Names that are typed or searched for as they are, whatever the language around them.
VERBATIM = (
    "'wasm-unsafe-eval'",
    "'unsafe-eval'",
    "script-src",
    "Content-Security-Policy",
    "python build.py preview",
    "conversationId",
    "JSON",
    "Dynamics 365",
)
# The start of a key that code completes: `f"state.{...}"`, "title.{{ mode }}" or, in JavaScript, `error.${code}.what`.
COMPLETED = re.compile(r"""["'`]([a-z]+\.)(?=\$?\{)""")


def read(language: str) -> dict[str, str]:
    texts: dict[str, str] = json.loads((PAGE / "strings" / f"{language}.json").read_text(encoding="utf-8"))
    return texts


def source() -> str:
    files = [*PAGE.glob("*.html"), *PAGE.glob("*.js"), *(ROOT / "pylib" / "cotab").glob("*.py")]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def is_used(key: str, code: str) -> bool:
    """Whether code names the key, or completes its first part with a code that it also names."""
    first, _, rest = key.partition(".")
    completed = f"{first}." in COMPLETED.findall(code)
    return re.search(rf"[\"'`]{re.escape(key)}[\"'`]", code) is not None or (
        completed and re.search(rf"[\"'`]{re.escape(rest.split('.')[0])}[\"'`]", code) is not None
    )


def test_there_is_a_file_for_every_language_and_no_other() -> None:
    assert {file.stem for file in (PAGE / "strings").iterdir()} == set(LANGUAGES)


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_a_language_has_the_keys_of_english_in_the_same_order(language: str) -> None:
    assert list(read(language)) == list(read("en-US"))


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_a_translation_keeps_the_placeholders(language: str) -> None:
    texts = read(language)
    for key, english in read("en-US").items():
        assert sorted(PLACEHOLDER.findall(texts[key])) == sorted(PLACEHOLDER.findall(english)), key


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_a_translation_keeps_names_that_are_typed_as_they_are(language: str) -> None:
    texts = read(language)
    for key, english in read("en-US").items():
        for name in VERBATIM:
            assert (name in texts[key]) >= (name in english), (key, name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_or_padded(language: str) -> None:
    assert [key for key, text in read(language).items() if not text or text != text.strip()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_holds_markup(language: str) -> None:
    assert [key for key, text in read(language).items() if "<" in text or "&" in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_names_each_key_once_in_plain_utf_8_with_unix_line_ends(language: str) -> None:
    raw = (PAGE / "strings" / f"{language}.json").read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    pairs = json.loads(raw, object_pairs_hook=list)
    assert len(pairs) == len(dict(pairs))


def test_every_text_is_used() -> None:
    code = source()
    assert [key for key in read("en-US") if not is_used(key, code)] == []


def test_every_text_the_page_names_exists() -> None:
    html = (PAGE / "index.html").read_text(encoding="utf-8")
    named = re.findall(r'data-(?:text|label)="([^"]+)"', html)
    modes = [key.replace("{{ mode }}", mode) for key in named for mode in ("cobrowse", "screenshare")]
    assert named
    assert sorted(set(modes) - set(read("en-US"))) == []
