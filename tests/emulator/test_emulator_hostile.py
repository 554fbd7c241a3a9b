"""What an org must not take: broken packages, tricks in archives and XML, bodies of the wrong form and size."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cotab_kit.emulator import app, archive
from cotab_kit.emulator.errors import NOT_HERE, RefusedError
from cotab_kit.emulator.package import read_package
from cotab_kit.emulator.tables import ENTITIES
from emulator.client import edited, import_body, package, rebuilt, unpacked
from sizes import in_full

if TYPE_CHECKING:
    from collections.abc import Callable

    from cotab_kit.emulator import LocalOrg
    from cotab_kit.emulator.schema import Entity
    from emulator.client import Client

GOOD = package()
OF_EACH_KIND = {  # tables: of rows, of a context, of a solution, of an org, of everybody, of metadata
    *("msdyn_conversationaction", "msdyn_ocliveworkitemcontextitemelastic", "webresource"),
    *("environmentvariablevalue", "organization", "contact", "EntityMetadata"),
}
TEMPLATE = "msdyn_applicationtabtemplates/contoso_assist_cobrowse/msdyn_applicationtabtemplate.xml"
PARAMETER = "msdyn_templateparameters/contoso_assist_cobrowse_data/msdyn_templateparameter.xml"
BOMB = b"""<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>
<ImportExportXml>&b;</ImportExportXml>"""
NIL = "http://www.w3.org/2001/XMLSchema-instance"
LONE = json.dumps(
    {
        "environmentvariablevalues": {
            "environmentvariablevalue": {"@environmentvariablevalueid": str(UUID(int=5)), "value": "\ud800"}
        }
    }
).encode()
OUTSIDE = b"""<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><ImportExportXml>&a;</ImportExportXml>"""


def change(file: str, old: str, new: str) -> Callable[[], bytes]:
    return lambda: edited(GOOD, file, old, new)


def put(file: str, content: bytes | None) -> Callable[[], bytes]:
    return lambda: rebuilt(GOOD, {file: content})


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> Callable[[], bytes]:
    """The good package with further entries, however strange their names."""

    def make() -> bytes:
        buffer = io.BytesIO(GOOD)
        with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as content:
            for name, data in entries:
                content.writestr(name, data)
        return buffer.getvalue()

    return make


def packed(name: str, how: int, said: int | None = None) -> Callable[[], bytes]:
    """The good package with a file compressed in another way, or said to be."""

    def make() -> bytes:
        buffer = io.BytesIO(GOOD)
        with zipfile.ZipFile(buffer, "a") as content:
            content.writestr(name, b"<x/>", how)
            content.getinfo(name).compress_type = how if said is None else said
        return buffer.getvalue()

    return make


def without_file() -> bytes:
    name = next(name for name in unpacked(GOOD) if name.startswith("WebResources/"))
    return rebuilt(GOOD, {name: None})


@pytest.mark.parametrize(
    ("make", "code", "said"),
    [
        (lambda: b"", "0x80048060", "not a zip file"),
        (lambda: b"PK\x03\x04 nonsense", "0x80048060", "not a zip file"),
        (lambda: GOOD[:-100], "0x80048060", "not a zip file"),
        (lambda: GOOD.replace(b"PK\x01\x02", b"PK\x01\x03", 1), "0x80048060", ""),
        (put("solution.xml", None), "0x80048060", "solution.xml is missing"),
        (put("customizations.xml", None), "0x80048060", "customizations.xml is missing"),
        (put("[Content_Types].xml", None), "0x80048060", "[Content_Types].xml is missing"),
        (zipped(("../evil.txt", b"x")), "0x80048060", "'../evil.txt' is not the name of a file"),
        (zipped(("/etc/evil", b"x")), "0x80048060", "is not the name of a file"),
        (zipped(("a/../../evil", b"x")), "0x80048060", "is not the name of a file"),
        (zipped(("C:\\evil.txt", b"x")), "0x80048060", "is not the name of a file"),
        (zipped(("x" * 600, b"x")), "0x80048060", "is not the name of a file"),
        (packed("more.xml", zipfile.ZIP_LZMA), "0x80048060", "more.xml is compressed in a way that .NET does not"),
        (packed("more.xml", zipfile.ZIP_DEFLATED, said=9), NOT_HERE, "compressed by Deflate64: more.xml"),
        (zipped(("Solution.XML", b"<x/>")), "0x80048484", "File names must be unique"),
        (put("solution.xml", b"<ImportExportXml>"), "0x8004802c", "solution.xml: ParseError"),
        (put("solution.xml", b"\xff\xfe\x00"), "0x8004802c", "solution.xml: "),
        (put("solution.xml", BOMB), "0x8004802c", "solution.xml: DTDForbidden"),
        (put("customizations.xml", OUTSIDE), "0x8004802c", "customizations.xml: DTDForbidden"),
        (put(TEMPLATE, BOMB), "0x8004802c", "DTDForbidden"),
        (put("solution.xml", b"<ImportExportXml />"), "0x8004802c", "it has no SolutionManifest"),
        (put("solution.xml", b'<?xml version="1.0" encoding="nonsense"?><x/>'), "0x8004802c", "solution.xml"),
        (change("solution.xml", "<UniqueName>assist<", "<UniqueName>a-b<"), "0x8004f002", "'a-b'"),
        (change("solution.xml", "<UniqueName>assist<", "<UniqueName>Default<"), "0x8004f007", "restricted"),
        (change("solution.xml", "<Version>1.0.0.0<", "<Version>one<"), "0x8004f01e", "'one'"),
        (change("solution.xml", "<Managed>1<", "<Managed>yes<"), "0x8004802c", "Managed is neither"),
        (change("solution.xml", "Prefix>contoso<", "Prefix>mscrm1<"), "0x8004802c", "'mscrm1'"),
        (change("solution.xml", "<UniqueName>contoso<", "<UniqueName><"), "0x8004f01c", "uniquename is required"),
        (
            change("solution.xml", 'type="61" schemaName="contoso_/assist/boot.js"', 'type="x"'),
            "0x8004802c",
            "RootComponent",
        ),
        (change("solution.xml", "assist/boot.js", "assist/gone.js"), "0x8004801f", "contoso_/assist/gone.js"),
        (
            change("solution.xml", '<RootComponent type="61" schemaName="contoso_/assist/boot.js" behavior="0" />', ""),
            "0x8004803a",
            "component contoso_/assist/boot.js of type 61 is not declared",
        ),
        (
            change("solution.xml", "<RootComponents>", '<RootComponents><RootComponent type="10435" id="{x}" />'),
            "0x8004801f",
            "not listed as root components",
        ),
        (without_file, "0x8004f11a", "does not exist in the solution file"),
        (change("customizations.xml", "contoso_/assist/boot.js", "contoso_/assist//boot.js"), "0x80048", ""),
        (change("customizations.xml", "<WebResourceType>1<", "<WebResourceType>77<"), "0x8004431a", "77"),
        (change("customizations.xml", "<WebResourceId>{", "<WebResourceId>{zz"), "0x8004802c", "is no GUID"),
        (change("customizations.xml", "<IsCustomizable>0<", "<IsCustomizable>maybe<"), "0x8004802c", "'maybe'"),
        (change(TEMPLATE, "<msdyn_pagetype>509180002<", "<msdyn_pagetype>x<"), "0x8004802c", "no number"),
        (change(TEMPLATE, "<msdyn_pagetype>509180002</msdyn_pagetype>", ""), "0x8004802c", "msdyn_pagetype is missing"),
        (change(TEMPLATE, "Contoso", "C" * 201), "0x80044331", "msdyn_title"),
        (change(TEMPLATE, '"contoso_assist_cobrowse">', '"">'), "0x8004802c", "msdyn_uniquename"),
        (
            change(PARAMETER, ">contoso_assist_cobrowse<", ">gone<"),
            "0x80048033",
            "With msdyn_uniquename = gone Does Not",
        ),
        (
            put("msdyn_templateparameters/x/msdyn_templateparameter.xml", b"<y/>"),
            "0x8004802c",
            "is no msdyn_templatepar",
        ),
        (
            put("msdyn_applicationtabtemplates/again/msdyn_applicationtabtemplate.xml", unpacked(GOOD)[TEMPLATE]),
            "0x80071153",
            "Duplicate Component",
        ),
        (put("environmentvariabledefinitions/x/environmentvariablevalues.json", b"[]"), "0x8004802c", "no value"),
        (put("environmentvariabledefinitions/x/environmentvariablevalues.json", b"[" * 9999), "0x8004802c", "no value"),
        (put("environmentvariabledefinitions/x/environmentvariablevalues.json", LONE), "0x8004802c", "no value"),
    ],
)
async def test_a_package_that_is_not_in_order_is_refused_and_nothing_is_written(
    org: LocalOrg, client: Client, make: Callable[[], bytes], code: str, said: str
) -> None:
    before = org.snapshot()
    found = await client.refused(make())
    assert found.startswith(code)
    assert said in found
    assert org.snapshot() == before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("customizations.xml", "<WebResourceType>1<", '<LanguageCode xsi:nil="true" /><WebResourceType>1<'),
        ("customizations.xml", "<IsHidden>0</IsHidden>", '<IsHidden xsi:nil="true"></IsHidden>'),
        (TEMPLATE, "<msdyn_pinned>0</msdyn_pinned>", f'<msdyn_pinned xmlns:x="{NIL}" x:nil="1" />'),
    ],
)
async def test_what_is_nil_is_empty_whatever_its_type(client: Client, file: str, old: str, new: str) -> None:
    await client.install(edited(GOOD, file, old, new))


async def test_a_bomb_is_not_unpacked(org: LocalOrg, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    before = org.snapshot()
    monkeypatch.setattr(archive, "MAX_SIZE", 1_000_000)
    bomb = zipped(("bomb.xml", b"0" * 20_000_000))()
    assert len(bomb) < 100_000
    assert "unpacked it is larger than 1000000 bytes" in await client.refused(bomb)
    read_package.cache_clear()  # it was read under the usual limits
    monkeypatch.setattr(archive, "MAX_FILES", 5)
    assert "5 are allowed" in await client.refused(GOOD)
    assert org.snapshot() == before


async def test_a_file_that_says_it_is_smaller_than_it_is_is_not_believed(client: Client) -> None:
    liar = zipped(("bomb.xml", b"0" * 1_000_000))().replace(
        (1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little")
    )
    assert (await client.refused(liar)).startswith("0x80048060")


async def test_a_web_resource_is_not_larger_than_the_org_allows(org: LocalOrg, client: Client) -> None:
    org.seed_settings(max_upload=100)
    await client.install(package(resources={"cobrowse.html": b"x" * 75}, modes={"cobrowse": {}}))
    big = package("big", resources={"cobrowse.html": b"x" * 76}, modes={"cobrowse": {}})
    assert (await client.refused(big)).startswith("0x8004f114 Webresource content size is too big.")


async def test_texts_of_ten_megabytes_are_refused(org: LocalOrg, client: Client) -> None:
    before = org.snapshot()
    long = "x" * 10_000_000
    assert (await client.error("POST", "msdyn_providers", {"msdyn_name": long}))[1] == "0x80044331"
    assert (await client.error("POST", "msdyn_providers", {long: "x"}))[0] == 400
    bound = {"msdyn_Provider@odata.bind": f"/msdyn_providers({long})"}
    assert (await client.error("POST", "msdyn_channelcapabilities", bound))[0] == 404
    assert (await client.error("POST", "PublishXml", {"ParameterXml": long}))[0] == 400
    assert (await client.error("GET", f"msdyn_providers?$filter=msdyn_name eq '{long[:60_000]}'"))[0] == 414
    assert org.snapshot() == before


async def test_a_body_is_json_of_a_certain_size(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = {"Content-Type": "application/json"}
    for content in (b"{", b"nonsense", b'{"a":NaN}', b"\xff", b"[" * 100_000, b'{"msdyn_order": 1e999}'):
        answer = await client.post("msdyn_conversationactions", content=content, headers=kind)
        assert answer.status_code == 400, content[:20]
        assert answer.json()["error"]["message"]
    twice = b'{"msdyn_name":"a","msdyn_name":"b"}'
    answer = await client.post("msdyn_providers", content=twice, headers=kind)
    assert "Multiple properties with the name 'msdyn_name' were detected" in answer.json()["error"]["message"]
    wide = {"Content-Type": "application/json; charset=utf-16"}
    answer = await client.post("msdyn_providers", content='{"msdyn_name":"a"}'.encode("utf-16"), headers=wide)
    assert "not in this emulator: a body in utf-16" in answer.json()["error"]["message"]
    marked = {"Content-Type": 'application/json; charset="UTF-8"'}
    answer = await client.post("msdyn_providers", content=b'\xef\xbb\xbf{"msdyn_name":"a"}', headers=marked)
    assert answer.status_code == 204
    bodies: list[object] = [[], "x", 5, None]
    for body in bodies:
        assert (await client.error("POST", "msdyn_providers", body))[0] == 400
    assert (
        await client.post("msdyn_providers", content=b"{}", headers={"Content-Type": "text/plain"})
    ).status_code == 415
    monkeypatch.setattr(app, "MAX_BODY", 1000)
    assert (await client.error("POST", "msdyn_providers", {"msdyn_name": "x" * 1000}))[0] == 413


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"CustomizationFile": 5},
        import_body(GOOD) | {"CustomizationFile": "not base64!"},
        import_body(GOOD) | {"OverwriteUnmanagedCustomizations": "no"},
        import_body(GOOD) | {"ImportJobId": "one"},
        {name: value for name, value in import_body(GOOD).items() if name != "PublishWorkflows"},
    ],
)
@pytest.mark.parametrize("action", ["ImportSolution", "ImportSolutionAsync", "StageAndUpgrade"])
async def test_parameters_are_those_of_the_action(org: LocalOrg, client: Client, action: str, body: object) -> None:
    before = org.snapshot(history=True)
    status, code, _ = await client.error("POST", action, body)
    assert (status, code) == (400, "0x80040203")
    assert org.snapshot(history=True) == before


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "nonsense", 404),
        ("GET", "msdyn_providers(x)", 400),
        ("GET", "msdyn_providers()", 400),
        ("GET", "msdyn_providers(1,2)", 400),
        ("GET", "msdyn_providers(00000000-0000-0000-0000-000000000001)", 404),
        ("GET", "msdyn_providers/nonsense", 404),
        ("GET", "(", 404),
        ("GET", "_job", 404),
        ("GET", 'msdyn_providers";DROP TABLE x', 404),
        ("PUT", "msdyn_providers", 405),
        ("PATCH", "msdyn_providers", 405),
        ("GET", "PublishAllXml", 405),
        ("POST", "WhoAmI", 404),
        ("POST", "importjobs", 400),
        ("DELETE", "organizations(00000000-0000-0000-0000-000000000001)", 404),
        ("GET", "https://org.example/api/data/v8.0/WhoAmI", 400),
    ],
)
async def test_addresses_of_nothing_are_refused(client: Client, method: str, path: str, status: int) -> None:
    assert (await client.error(method, path, {} if method != "GET" else None))[0] == status


@pytest.mark.parametrize(
    "entity", [entity if name in OF_EACH_KIND else in_full(entity) for name, entity in ENTITIES.items()], ids=ENTITIES
)
async def test_every_table_refuses_bodies_that_do_not_fit_it(org: LocalOrg, client: Client, entity: Entity) -> None:
    """Strange values in every column, of a new row and of one that is there, in every table: never a 5xx."""
    rows = org.store.select(entity, rest="LIMIT 1")
    path = f"{entity.entity_set}({rows[0][entity.primary_id] if rows else UUID(int=7)})"
    values: tuple[object, ...] = (None, True, 5, 1.5, 10**30, "x" * 5000, "\0", [], {"Value": []})
    for value in values:
        for body in (
            {name: value} for name in (*entity.by_property, *(f"{n}@odata.bind" for n in entity.by_navigation))
        ):
            for method, address in (("POST", entity.entity_set), ("PATCH", path)):
                assert (await client.request(method, address, json=body)).status_code < 500, (method, address, body)
    lone = {
        "content": b'{"%s": "\\ud800"}' % entity.primary_name.encode(),
        "headers": {"Content-Type": "application/json"},
    }
    assert (await client.post(entity.entity_set, **lone)).status_code == 400  # type: ignore[arg-type]


@given(data=st.data())
def test_damage_to_a_package_is_never_more_than_a_refusal(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["solution.xml", "customizations.xml", TEMPLATE, PARAMETER]))
    content = bytearray(unpacked(GOOD)[name])
    at = data.draw(st.integers(0, len(content) - 1))
    content[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=40))
    try:
        read_package(rebuilt(GOOD, {name: bytes(content)}))
    except RefusedError as error:
        assert error.code.startswith("0x8")  # noqa: PT017 - whether it is refused depends on the damage


@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=20))
def test_damage_to_an_archive_is_never_more_than_a_refusal(at: int, damage: bytes) -> None:
    content = bytearray(GOOD)
    content[at : at + len(damage)] = damage
    try:
        read_package(bytes(content))
    except RefusedError as error:
        assert error.code.startswith("0x8")  # noqa: PT017 - whether it is refused depends on the damage
