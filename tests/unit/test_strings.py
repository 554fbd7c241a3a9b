"""The pages' texts: every language says everything en-US says, nothing is left over, and a page finds its texts."""

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
# Whose texts they are: every page's, and what the configuration page has beside them, with the code that uses them.
CATALOGS = {
    PAGE / "strings": [*PAGE.glob("*.html"), *PAGE.glob("*.js"), *(ROOT / "pylib/cotab").rglob("*.py")],
    PAGE / "configuration/strings": [
        *PAGE.glob("configuration/*.html"),
        *PAGE.glob("*.html"),
        *PAGE.glob("*.js"),
        *(ROOT / "pylib/cotab_setup/configuration_page").glob("*.py"),
        *(ROOT / "pylib/cotab_setup/provisioning").glob("*.py"),
        ROOT / "pylib/cotab_kit/build/configuration.py",
    ],
    PAGE / "trial/strings": [PAGE / "trial/trial.html", PAGE / "trial.js"],
}
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
    "Omnichannel for Customer Service",
)
# The start of a key that code completes: `f"state.{...}"`, "title.{{ mode }}" or, in JavaScript, `error.${code}.what`.
COMPLETED = re.compile(r"""["'`]([a-z]+\.)(?=\$?\{)""")

catalogs = pytest.mark.parametrize("folder", CATALOGS, ids=lambda folder: folder.parent.name)


def read(folder: Path, language: str) -> dict[str, str]:
    texts: dict[str, str] = json.loads((folder / f"{language}.json").read_text(encoding="utf-8"))
    return texts


def is_used(key: str, code: str) -> bool:
    """Whether code names the key, or completes its first part with a code that it also names."""
    first, _, rest = key.partition(".")
    completed = f"{first}." in COMPLETED.findall(code)
    return re.search(rf"[\"'`]{re.escape(key)}[\"'`]", code) is not None or (
        completed and re.search(rf"[\"'`]{re.escape(rest.split('.')[0])}[\"'`]", code) is not None
    )


@catalogs
def test_there_is_a_file_for_every_language_and_no_other(folder: Path) -> None:
    assert {file.stem for file in folder.iterdir()} == set(LANGUAGES)


@catalogs
@pytest.mark.parametrize("language", TRANSLATIONS)
def test_a_language_has_the_keys_of_english_in_the_same_order(folder: Path, language: str) -> None:
    assert list(read(folder, language)) == list(read(folder, "en-US"))


@catalogs
@pytest.mark.parametrize("language", TRANSLATIONS)
def test_a_translation_keeps_the_placeholders(folder: Path, language: str) -> None:
    texts = read(folder, language)
    for key, english in read(folder, "en-US").items():
        assert sorted(PLACEHOLDER.findall(texts[key])) == sorted(PLACEHOLDER.findall(english)), key


@catalogs
@pytest.mark.parametrize("language", TRANSLATIONS)
def test_a_translation_keeps_names_that_are_typed_as_they_are(folder: Path, language: str) -> None:
    texts = read(folder, language)
    for key, english in read(folder, "en-US").items():
        for name in VERBATIM:
            assert (name in texts[key]) >= (name in english), (key, name)


@catalogs
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_or_padded(folder: Path, language: str) -> None:
    assert [key for key, text in read(folder, language).items() if not text or text != text.strip()] == []


@catalogs
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_holds_markup(folder: Path, language: str) -> None:
    assert [key for key, text in read(folder, language).items() if "<" in text or "&" in text] == []


@catalogs
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_names_each_key_once_in_plain_utf_8_with_unix_line_ends(folder: Path, language: str) -> None:
    raw = (folder / f"{language}.json").read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    pairs = json.loads(raw, object_pairs_hook=list)
    assert len(pairs) == len(dict(pairs))


@catalogs
def test_every_text_is_used(folder: Path) -> None:
    code = "\n".join(file.read_text(encoding="utf-8") for file in CATALOGS[folder])
    assert [key for key in read(folder, "en-US") if not is_used(key, code)] == []


@pytest.mark.parametrize("page", ["index.html", "configuration/configuration.html", "trial/trial.html"])
def test_every_text_a_page_names_exists(page: str) -> None:
    html = (PAGE / page).read_text(encoding="utf-8")
    named = re.findall(r'data-(?:text|label)="([^"]+)"', html)
    modes = [key.replace("{{ mode }}", mode) for key in named for mode in ("cobrowse", "screenshare", "configuration")]
    assert named
    texts = {key for folder in CATALOGS for key in read(folder, "en-US")}
    assert sorted(set(modes) - texts) == []
