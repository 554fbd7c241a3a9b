"""What keys of provider.toml must be to each other, to files, and to the limits of Dataverse's columns."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import pytest

from cotab.modes import EscalationMode
from cotab_kit.errors import ManifestError
from cotab_kit.manifest.languages import LANGUAGES
from cotab_kit.manifest.load import load_manifest
from cotab_kit.manifest.model import MANIFEST
from cotab_kit.manifest.resolved import resolved_modes
from kit.test_manifest import Document, valid, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Findings = Callable[[Document], dict[str, str]]

TWENTY_MISTAKES = """
[publisher]
prefix = "Contoso"
privacy_url = "http://contoso.example/privacy"
suport_url = "https://contoso.example/help"
option_value_prefix = 7

[provider]
guid = "12"

[page]
adaptor = "main:Assist"
boot = "python"
max_web_resource_bytes = "5MB"
boot_timeout_seconds = 0
packages = "iniconfig==2.3.1"
settings = {since = 2026-01-01}

[modes.video]

[modes.cobrowse]
label = "Co-browse"
icon = "none.svg"

[modes.cobrowse.languages.en]
label = "Co-browse"

[appsource]
countries = ["US", "germany"]

[preview]
command = ["python", "service.py"]
"""
FIXES = {
    "publisher.prefix": "write 3 to 8 lower-case letters and digits, beginning with a letter, "
    'but not with mscrm, such as "contoso"',
    "publisher.privacy_url": "write an address that begins with https://, without blanks and quotes, "
    'such as "https://contoso.example/privacy"',
    "publisher.suport_url": "write support_url instead",
    "publisher.option_value_prefix": "write a whole number from 10_000 to 99_999, such as 48217, or leave it out",
    "solution": "add [solution] with unique_name and version. The solution in which an org takes the provider.",
    "provider.name": 'write 1 to 100 characters on one line, such as "Contoso Assist". '
    "What agents and administrators read.",
    "provider.guid": 'write a GUID, such as "6a1f0a51-9d5c-4c0f-8a3e-0c3b5b0e7c11", or leave it out',
    "page.adapter": 'write a module, a colon, and a class in it, such as "main:Assist". '
    "The adapter, your class that the tab runs.",
    "page.adaptor": "write adapter instead",
    "page.boot": 'write "pyscript" or "pyodide"',
    "page.max_web_resource_bytes": "write a whole number from 100_000 to 100_000_000",
    "page.boot_timeout_seconds": "write a number above 0, at most 600",
    "page.packages": "write a list of requirements, each with version and hash, "
    'such as ["iniconfig==2.3.1 --hash=sha256:..."]',
    "page.settings.since": "write text, a number, true, false, a list or a table; a date as text",
    "modes.video": 'write "cobrowse" or "screenshare"',
    "modes.cobrowse.label": "move it to another table, such as [modes.cobrowse.languages.en-US]",
    "modes.cobrowse.icon": "write the path of an SVG file, seen from provider.toml, "
    'such as "icons/cobrowse.svg", or leave it out',
    "modes.cobrowse.languages.en": 'write a language of Omnichannel, such as "en-US" or its number "1033"; '
    "docs/manifest.md lists them",
    "appsource.countries.1": 'write a list of two capital letters each, such as ["US", "DE"]',
    "preview.command": "add {port}",
}

SVG = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'


@pytest.fixture
def findings(tmp_path: Path) -> Findings:
    """What is wrong, by key."""

    def findings(document: Document) -> dict[str, str]:
        write(tmp_path, document)
        try:
            load_manifest(tmp_path / MANIFEST)
        except ManifestError as error:
            said, all_found = str(error), error.findings
        else:
            return {}
        assert said == "\n".join(map(str, all_found))
        assert all(found.file == str(tmp_path / MANIFEST) and found.fix for found in all_found)
        return {found.key: str(found).removeprefix(f"{found.file}: ") for found in all_found}

    return findings


def modes(**keys: Any) -> Document:  # noqa: ANN401 - any part of the manifest
    """A manifest whose modes have some keys: `cobrowse`, `screenshare`, or `both`."""
    both = keys.pop("both", {})
    return valid() | {"modes": {mode: {**both, **keys.get(mode, {})} for mode in ("cobrowse", "screenshare")}}


def texts(command: str | None = None, **more: str) -> Document:
    return {"label": "x"} | ({"slash_command": command} if command else {}) | more


def test_texts_without_english_are_named(findings: Findings) -> None:
    document = modes(cobrowse={"languages": {"de-DE": texts()}})
    document["solution"]["names"] = {"1036": "Contoso"}
    assert findings(document) == {
        "solution.names": "solution.names lacks English; add en-US",
        "modes.cobrowse.languages": "modes.cobrowse.languages lacks English; add en-US",
    }


@pytest.mark.parametrize("language", ["9999", "de", "de-AT", "en-us", "1034", "\u0661\u0660\u0663\u0663"])
def test_an_unknown_language_is_named(findings: Findings, language: str) -> None:
    found = findings(modes(cobrowse={"languages": {"en-US": texts(), language: texts()}}))
    ((key, said),) = found.items()
    assert key.startswith("modes.cobrowse.languages.")
    assert 'is not a key of the manifest; write a language of Omnichannel, such as "en-US"' in said


def test_a_language_may_be_written_as_its_number_but_not_twice(findings: Findings) -> None:
    for tag, number in [(tag, str(number)) for number, tag in LANGUAGES.items()]:
        assert findings(modes(cobrowse={"languages": {"1033": texts(), number: texts()}})) == {}
        said = findings(modes(cobrowse={"languages": {"1033": texts(), number: texts(), tag: texts()}}))
        assert "twice" in said["modes.cobrowse.languages"]


def test_one_slash_command_for_two_actions_is_named(findings: Findings) -> None:
    document = modes(
        cobrowse={"languages": {"en-US": texts("/cb"), "de-DE": texts("/cb")}},
        screenshare={"languages": {"en-US": texts("/ss"), "fr-FR": texts("/CB")}},
    )
    key = "modes.screenshare.languages.fr-FR.slash_command"
    assert findings(document) == {key: f'{key} = "/CB": modes.cobrowse has the same; give each action its own'}


@pytest.mark.parametrize(
    ("key", "value"), [("name", "Assist"), ("capability_name", "Assist"), ("template", "contoso_assist")]
)
def test_names_that_collide_are_named(findings: Findings, key: str, value: str) -> None:
    document = modes(cobrowse={key: value}, screenshare={key: value.replace("ssist", "SSIST")})
    ((where, said),) = findings(document).items()
    assert where == f"modes.screenshare.{key}"
    assert "modes.cobrowse has the same; give each mode its own" in said


def test_a_name_that_collides_with_one_that_the_kit_makes_up_is_named(
    findings: Findings,
) -> None:
    assert list(findings(modes(cobrowse={"template": "contoso_assist_screenshare"}))) == ["modes.screenshare.template"]


def test_a_template_without_the_publishers_prefix_is_named(findings: Findings) -> None:
    said = findings(modes(cobrowse={"template": "fabrikam_x"}))["modes.cobrowse.template"]
    assert said.endswith('begin it with "contoso_"')


def test_two_actions_with_one_guid_would_share_their_capability(findings: Findings) -> None:
    guid = "01234567-89ab-cdef-0123-456789abcdef"
    found = findings(modes(cobrowse={"guid": guid}, screenshare={"guid": guid.upper()}))
    assert "a capability must be the only one of its action and provider" in found["modes.screenshare.guid"]
    document = modes(cobrowse={"guid": guid, "capability_guid": guid})
    document["modes"]["cobrowse"]["languages"] = {"1033": texts(guid=guid)}
    document["provider"]["guid"] = guid
    assert list(findings(document)) == [
        "modes.cobrowse.guid",
        "modes.cobrowse.capability_guid",
        "modes.cobrowse.languages.en-US.guid",
    ]


@pytest.mark.parametrize("name", ["Default", "active", "BASIC", "System"])
def test_the_name_of_a_solution_that_every_org_has_is_refused(findings: Findings, name: str) -> None:
    document = valid()
    document["solution"]["unique_name"] = name
    assert "every org has one of this name" in findings(document)["solution.unique_name"]


@pytest.mark.parametrize("name", ["con", "AUX", "nul", "com1", "lpt9"])
def test_the_name_of_a_solution_that_windows_keeps_for_devices_is_refused(findings: Findings, name: str) -> None:
    document = valid()
    document["solution"]["unique_name"] = name
    assert "no folder on Windows can be called so" in findings(document)["solution.unique_name"]


def test_microsofts_own_publisher_is_refused(findings: Findings) -> None:
    document = valid()
    document["publisher"]["unique_name"] = "MicrosoftCorporation"
    assert list(findings(document)) == ["publisher.unique_name"]


ICONS = {
    "missing.svg": (None, "there is no such file"),
    "icon.png": (b"\x89PNG", "an icon is an SVG file"),
    "text.svg": (b"hello", "it is no XML"),
    "unknown.svg": (b'<?xml version="1.0" encoding="none"?>' + SVG.encode(), "it is no XML (unknown encoding"),
    "chinese.svg": (b'<?xml version="1.0" encoding="gb2312"?>' + SVG.encode(), "it is no XML (multi-byte encodings"),
    "html.svg": (b"<html/>", "outermost element is not <svg>"),
    "bare.svg": (b"<svg/>", "outermost element is not <svg>"),
    "bomb.svg": (b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + SVG.encode(), "no entities"),
    "wide.svg": (SVG.encode("utf-16"), "UTF-8"),
    "script.svg": (SVG.replace("<path", "<script/><path").encode(), "no script"),
    "handler.svg": (SVG.replace("<path", '<path onload="x()"').encode(), "no script"),
    "link.svg": (SVG.replace("<path", '<path href=" JavaScript:x()"').encode(), "no script"),
    "huge.svg": (SVG.encode() + b" " * 100_000, "at most 100,000 bytes"),
}


@pytest.mark.parametrize("name", ICONS)
def test_an_icon_that_is_none_is_named(findings: Findings, tmp_path: Path, name: str) -> None:
    content, said = ICONS[name]
    if content is not None:
        (tmp_path / name).write_bytes(content)
    found = findings(modes(cobrowse={"icon": name}))
    assert said in found["modes.cobrowse.icon"]


def test_an_icon_is_shipped_under_the_name_of_its_mode(findings: Findings, tmp_path: Path) -> None:
    (tmp_path / "My icon.SVG").write_text(f"<?xml version='1.0'?><!-- mine -->{SVG}", "utf-8")
    assert findings(modes(cobrowse={"icon": "My icon.SVG"})) == {}
    cobrowse, screenshare = resolved_modes(load_manifest(tmp_path / MANIFEST))
    assert cobrowse.icon == "contoso_/assist/icons/cobrowse.svg"
    assert screenshare.icon == "contoso_/assist/icons/screenshare.svg"


def test_an_icon_whose_address_is_too_long_is_named_and_the_kits_own_left_out(
    findings: Findings, tmp_path: Path
) -> None:
    (tmp_path / "icon.svg").write_text(SVG, "utf-8")
    document = modes(cobrowse={"icon": "icon.svg"})
    document["solution"]["unique_name"] = "a" * 64
    ((key, said),) = findings(document).items()
    assert key == "modes.cobrowse.icon"
    assert "shorten solution.unique_name by 6" in said
    document["solution"]["unique_name"] = "a" * 58
    assert findings(document) == {}
    document = valid()
    document["solution"]["unique_name"] = "a" * 64
    assert findings(document) == {}
    assert [mode.icon for mode in resolved_modes(load_manifest(tmp_path / MANIFEST))] == [None, None]


def test_parameters_that_the_template_cannot_hold_are_named(findings: Findings) -> None:
    found = findings(modes(cobrowse={"parameters": {"conversationId": "x"}}))
    assert "Dynamics sets it" in found["modes.cobrowse.parameters.conversationId"]
    found = findings(modes(cobrowse={"parameters": {"a": "x" * 2000}}))
    assert "2048 are allowed" in found["modes.cobrowse.parameters"]
    assert findings(modes(cobrowse={"parameters": {"a": "x" * 1900}})) == {}


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height)


def test_files_for_appsource_must_be_what_it_takes(findings: Findings, tmp_path: Path) -> None:
    document = valid() | {"appsource": {"logo": "logo.png", "terms": "terms.html"}}
    found = findings(document)
    assert "there is no such file" in found["appsource.logo"]
    assert "there is no such file" in found["appsource.terms"]
    (tmp_path / "terms.html").touch()
    (tmp_path / "logo.png").write_bytes(png(64, 32))
    assert "it has 64 by 32 pixels" in findings(document)["appsource.logo"]
    (tmp_path / "logo.png").write_bytes(png(32, 32)[:-1])
    assert "it is no PNG" in findings(document)["appsource.logo"]
    (tmp_path / "logo.png").write_bytes(png(32, 32))
    assert findings(document) == {}


def test_wrong_keys_do_not_hide_what_is_wrong_between_others(findings: Findings) -> None:
    document = modes(
        cobrowse={"languages": {"1033": texts("/x")}, "icon": "none.svg", "order": "first", "template": "other_x"},
        screenshare={"languages": {"1033": texts("/x"), "de-DE": {"tooltip": "x"}, "xx": texts()}},
    )
    document["provider"] = 7
    document["page"]["boot"] = "x"
    del document["solution"]["version"]
    assert set(findings(document)) == {
        "modes.cobrowse.icon",
        "modes.cobrowse.order",
        "modes.cobrowse.template",
        "modes.screenshare.languages.de-DE.label",
        "modes.screenshare.languages.en-US.slash_command",
        "modes.screenshare.languages.xx",
        "page.boot",
        "provider",
        "solution.version",
    }


def test_twenty_mistakes_come_at_once_each_with_its_own_advice(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text(TWENTY_MISTAKES, "utf-8")
    with pytest.raises(ManifestError) as failure:
        load_manifest(tmp_path / MANIFEST)
    assert {found.key: found.fix for found in failure.value.findings} == FIXES


def test_what_only_follows_from_a_wrong_key_is_not_told(findings: Findings) -> None:
    document = modes(cobrowse={"template": "contoso_x", "languages": {"en-US": {"label": ""}, "de-DE": texts()}})
    document["publisher"]["prefix"] = "C"
    document["solution"]["names"] = {"en-US": "", "de-DE": "x"}
    assert set(findings(document)) == {
        "publisher.prefix",
        "modes.cobrowse.languages.en-US.label",
        "solution.names.en-US",
    }


def test_a_finding_is_also_for_machines(tmp_path: Path) -> None:
    write(tmp_path, modes(cobrowse={"order": "first"}))
    with pytest.raises(ManifestError) as failure:
        load_manifest(tmp_path / MANIFEST)
    assert [found.as_json() for found in failure.value.findings] == [
        {
            "file": str(tmp_path / MANIFEST),
            "key": "modes.cobrowse.order",
            "value": '"first"',
            "problem": "",
            "fix": "write a whole number, such as 0, or leave it out",
        }
    ]


def test_what_is_left_open_is_filled_from_the_providers_name(tmp_path: Path) -> None:
    write(tmp_path, valid())
    cobrowse, screenshare = resolved_modes(load_manifest(tmp_path / MANIFEST))
    assert (cobrowse.mode, screenshare.mode) == (EscalationMode.CO_BROWSE, EscalationMode.SCREEN_SHARE)
    assert (cobrowse.name, screenshare.name) == ("Contoso Assist co-browse", "Contoso Assist screen sharing")
    assert (cobrowse.capability_name, screenshare.template) == ("Contoso Assist_cobrowse", "contoso_assist_screenshare")
    assert (cobrowse.order, screenshare.order) == (0, 1)
    assert {lcid: (text.label, text.tooltip, text.slash_command) for lcid, text in cobrowse.texts.items()} == {
        1033: ("Contoso Assist co-browse", "Start a co-browse session provided by Contoso Assist", None)
    }


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"server": "backend.service:make", "command": ["node", "{port}"]}, {"preview.command"}),
        ({"command": ["node", "service.js"]}, {"preview.command"}),
        ({"script": "/customer.js", "frame_sources": ["{server}"]}, {"preview.script", "preview.frame_sources"}),
        ({"script_attributes": {"onload": "alert(1)"}}, {"preview.script_attributes.onload"}),
        ({"script": "//elsewhere.example/x.js"}, {"preview.script"}),
        ({"frame_sources": ["https://x; script-src *"]}, {"preview.frame_sources.0"}),
        ({"settings": {"region": "local"}}, {"preview.settings"}),
        ({"server": "backend.service:make", "script": "/customer.js", "frame_sources": ["{server}"]}, set()),
    ],
)
def test_what_the_preview_needs_must_go_together(findings: Findings, given: Document, wrong: set[str]) -> None:
    assert set(findings(valid() | {"preview": given})) == wrong
