"""The files that an org installs: solution zips, the data package, the staging folder for AppSource."""

from __future__ import annotations

import io
import json
import os
import re
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import xmlschema

from cotab_kit.layout import kit_files, source_root
from cotab_kit.manifest.icons import png_problem
from cotab_kit.manifest.model import Manifest
from cotab_kit.solution.package import MADE, packages
from cotab_kit.solution.records import DATA_TABLES, data_records
from cotab_kit.solution.web_resources import file_name, web_resource_id
from kit.test_manifest import valid

ROOT = source_root() or Path()
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
RESOURCES = {
    f"contoso_/assist/{name}": content
    for name, content in {
        "cobrowse.html": b"<!DOCTYPE html>",
        "configuration.html": b"<!DOCTYPE html><title>c</title>",
        "boot.js": b"1;",
        "style.css": b"*{}",
        "snapshot_bin_1.xml": b"<carrier/>",
        "assets/deep/My.Logo_2.svg": b"<svg/>",
        "icons/cobrowse.svg": b"<svg/>",
    }.items()
}
DIFFICULT = 'Ünï "cödé" & <b> {{ x }} \' 日本語 🎈'


def manifest(**changes: Any) -> Manifest:  # noqa: ANN401 - any part of the manifest
    document = valid()
    document["modes"]["cobrowse"]["languages"] = {
        "en-US": {"label": DIFFICULT, "slash_command": "/cb"},
        "ja-JP": {"label": "画面共有"},
    }
    document["provider"]["name"] = DIFFICULT
    return Manifest.model_validate(document | changes)


def made(manifest: Manifest | None = None, project: Path | None = None) -> dict[str, bytes]:
    logo = (kit_files().icons / "logo32x32.png").read_bytes()
    return packages(manifest or BASIC, project or Path(), RESOURCES, logo)


BASIC = manifest()


def opened(content: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(content))


def read(content: bytes, name: str) -> ET.Element:
    return ET.fromstring(opened(content).read(name))  # noqa: S314 - our own


@pytest.fixture(params=["assist_1.0.0.0.zip", "assist_1.0.0.0_managed.zip"])
def solution(request: pytest.FixtureRequest) -> bytes:
    return made()[request.param]


def test_the_files_are_named_after_solution_and_version() -> None:
    names = {name.partition("/")[0] for name in made()}
    assert names == {
        "assist_1.0.0.0.zip",
        "assist_1.0.0.0_managed.zip",
        "assist_1.0.0.0_data.zip",
        "assist_1.0.0.0_appsource",
    }
    assert all(MADE.fullmatch(name) for name in names)
    assert not any(MADE.fullmatch(name) for name in ("webresources", "README.md", "build.json", "my_files.zip"))


def test_the_same_input_gives_the_same_bytes_and_no_time_or_system_stands_in_them() -> None:
    assert made() == made(manifest())
    for name, content in made().items():
        if name.endswith(".zip"):
            entries = opened(content).infolist()
            assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
            assert {(entry.date_time, entry.create_system, entry.compress_type) for entry in entries} == {
                ((1980, 1, 1, 0, 0, 0), 3, zipfile.ZIP_DEFLATED)
            }


def test_a_solution_holds_web_resources_and_records_under_the_names_that_dataverse_expects(solution: bytes) -> None:
    names = set(opened(solution).namelist())
    template = "contoso_assist_cobrowse"
    assert {
        "[Content_Types].xml",
        "customizations.xml",
        "solution.xml",
        f"msdyn_applicationtabtemplates/{template}/msdyn_applicationtabtemplate.xml",
        f"msdyn_templateparameters/{template}_webresourceName/msdyn_templateparameter.xml",
        f"msdyn_templateparameters/{template}_data/msdyn_templateparameter.xml",
    } <= names
    guid = str(web_resource_id("contoso_/assist/assets/deep/My.Logo_2.svg")).upper()
    assert f"WebResources/contoso_assistassetsdeepMyLogo_2svg{guid}" in names
    files = {name for name in names if name.startswith("WebResources/")}
    assert {opened(solution).read(file_name(name)) for name in RESOURCES} == set(RESOURCES.values())
    assert len(files) == len(RESOURCES)
    assert not any("conversationaction" in name or "provider" in name for name in names)


def test_settings_become_the_default_of_an_environment_variable() -> None:
    page = valid()["page"] | {"settings": {"region": "eu <&> ü\ufffe", "hosts": ["a"]}}
    files = made(manifest(page=page))
    for name in ("assist_1.0.0.0.zip", "assist_1.0.0.0_managed.zip"):
        variable = "environmentvariabledefinitions/contoso_assist_settings/environmentvariabledefinition.xml"
        root = read(files[name], variable)
        assert (root.tag, root.attrib) == ("environmentvariabledefinition", {"schemaname": "contoso_assist_settings"})
        assert [child.tag for child in root] == sorted(child.tag for child in root)
        assert json.loads(root.findtext("defaultvalue") or "") == page["settings"]
        assert (root.findtext("type"), root.findtext("isrequired")) == ("100000003", "0")
        label = root.find("displayname/label")
        assert label is not None
        assert label.attrib == {"description": f"{DIFFICULT} settings", "languagecode": "1033"}
        parts = read(files[name], "solution.xml").findall(".//RootComponent")
        assert {part.get("type") for part in parts} == {"61"}
    long = page | {"settings": {"text": "x" * 2000}}
    root = read(made(manifest(page=long))["assist_1.0.0.0.zip"], variable)
    assert root.find("defaultvalue") is None
    assert not any("environmentvariable" in entry for entry in opened(made()["assist_1.0.0.0.zip"]).namelist())


def test_every_file_without_extension_has_its_own_content_type(solution: bytes) -> None:
    raw = opened(solution).read("[Content_Types].xml")
    assert raw.startswith(b"\xef\xbb\xbf<?xml")
    assert b"\n" not in raw
    types = read(solution, "[Content_Types].xml")
    assert {kind.get("Extension") for kind in types.iter(f"{TYPES}Default")} == {"xml"}
    parts = {str(kind.get("PartName")).removeprefix("/") for kind in types.iter(f"{TYPES}Override")}
    assert parts == {name for name in opened(solution).namelist() if name.startswith("WebResources/")}
    assert {kind.get("ContentType") for kind in types} == {"application/octet-stream"}


def test_root_components_are_the_web_resources_and_nothing_else(solution: bytes) -> None:
    components = read(solution, "solution.xml").findall("SolutionManifest/RootComponents/RootComponent")
    assert [component.attrib for component in components] == [
        {"type": "61", "schemaName": name, "behavior": "0"} for name in sorted(RESOURCES)
    ]


def test_the_solution_says_what_it_is_and_who_publishes_it() -> None:
    document = valid()
    document["publisher"] |= {"support_url": "https://contoso.example/?a=1&b=2", "option_value_prefix": 48217}
    document["solution"]["names"] = {"1033": "Assist", "de-DE": "Assistent"}
    files = made(Manifest.model_validate(document))
    solution = read(files["assist_1.0.0.0_managed.zip"], "solution.xml")
    texts = {child.tag: child.text for child in solution[0]}
    assert (texts["UniqueName"], texts["Version"], texts["Managed"]) == ("assist", "1.0.0.0", "1")
    assert read(files["assist_1.0.0.0.zip"], "solution.xml").findtext("SolutionManifest/Managed") == "0"
    titles = solution.findall("SolutionManifest/LocalizedNames/LocalizedName")
    assert [title.attrib for title in titles] == [
        {"description": "Assistent", "languagecode": "1031"},
        {"description": "Assist", "languagecode": "1033"},
    ]
    publisher = {child.tag: child.text for child in solution[0].iterfind("Publisher/*")}
    assert publisher["UniqueName"] == publisher["CustomizationPrefix"] == "contoso"
    assert publisher["SupportingWebsiteUrl"] == "https://contoso.example/?a=1&b=2"
    assert publisher["CustomizationOptionValuePrefix"] == "48217"
    assert len(solution.findall("SolutionManifest/Publisher/Addresses/Address")) == 2


def test_the_solution_names_its_configuration_page_and_says_where_it_is(solution: bytes) -> None:
    about = read(solution, "solution.xml")[0]
    order = [child.tag for child in about]
    assert order[order.index("Managed") + 1] == "ConfigurationPage"
    page = about.findtext("ConfigurationPage") or ""
    assert page == "contoso_/assist/configuration.html"
    assert page in RESOURCES
    description = about.find("Descriptions/Description")
    assert description is not None
    assert f"<org>/WebResources/{page} " in description.attrib["description"]


def test_an_option_value_prefix_is_made_up_where_none_is_given_and_stays_the_same() -> None:
    path = "SolutionManifest/Publisher/CustomizationOptionValuePrefix"
    found = read(made()["assist_1.0.0.0.zip"], "solution.xml").findtext(path)
    assert found == "36446"


def test_a_web_resource_is_described_as_dataverse_exports_it(solution: bytes) -> None:
    customizations = read(solution, "customizations.xml")
    entries = {entry.findtext("Name"): entry for entry in customizations.iter("WebResource")}
    assert list(entries) == sorted(RESOURCES)
    types = {str(name).rpartition(".")[2]: entry.findtext("WebResourceType") for name, entry in entries.items()}
    assert types == {"html": "1", "css": "2", "js": "3", "xml": "4", "svg": "11"}
    entry = entries["contoso_/assist/boot.js"]
    guid = str(web_resource_id("contoso_/assist/boot.js"))
    assert entry.findtext("WebResourceId") == f"{{{guid}}}"
    assert entry.findtext("FileName") == f"/WebResources/contoso_assistbootjs{guid.upper()}"
    assert entry.findtext("IsCustomizable") == "0"
    assert [language.text for language in customizations.iter("Language")] == ["1033", "1041"]


def schema_folder() -> Path:
    """Microsoft's schema is not ours to copy; where it lies beside the checkout, or is named, it is used."""
    named = os.environ.get("COTAB_DATAVERSE_XSD")
    return Path(named) if named else ROOT.parent / "shared" / "dataverse" / "xsd"


@pytest.fixture(scope="module")
def schema() -> xmlschema.XMLSchema:
    path = schema_folder() / "CustomizationsSolution.xsd"
    if not path.is_file():
        pytest.skip(f"Microsoft's schema is not at {path}; COTAB_DATAVERSE_XSD may name its folder")
    return xmlschema.XMLSchema(str(path))


def test_customizations_are_valid_by_microsofts_schema(solution: bytes, schema: xmlschema.XMLSchema) -> None:
    text = opened(solution).read("customizations.xml").decode()
    assert [str(error.reason) for error in schema.iter_errors(text)] == []
    broken = text.replace("<WebResourceType>1<", "<WebResourceType>HTML<", 1)
    assert len(list(schema.iter_errors(broken))) == 1


def test_a_record_in_a_solution_reads_as_microsofts_own_exports_do(solution: bytes) -> None:
    name = "msdyn_applicationtabtemplates/contoso_assist_cobrowse/msdyn_applicationtabtemplate.xml"
    template = read(solution, name)
    assert template.attrib == {"msdyn_uniquename": "contoso_assist_cobrowse"}
    assert [child.tag for child in template] == [
        "iscustomizable",
        "msdyn_name",
        "msdyn_pagetype",
        "msdyn_pinned",
        "msdyn_templateparameters",
        "msdyn_title",
        "statecode",
        "statuscode",
    ]
    assert template.findtext("msdyn_pinned") == "0"
    parameters = json.loads(template.findtext("msdyn_templateparameters") or "")
    assert parameters["webresourceName"]["value"] in RESOURCES
    title = template.find("msdyn_title")
    assert title is not None
    assert title.get("default") == DIFFICULT
    assert {label.get("languagecode"): label.get("description") for label in title} == {
        "1033": DIFFICULT,
        "1041": "画面共有",
    }
    name = "msdyn_templateparameters/contoso_assist_cobrowse_data/msdyn_templateparameter.xml"
    parameter = read(solution, name)
    assert parameter.findtext("msdyn_applicationtabtemplateid/msdyn_uniquename") == "contoso_assist_cobrowse"
    assert parameter.find("msdyn_value") is None


def test_the_data_package_holds_the_rows_that_the_solution_cannot_carry() -> None:
    package = made()["assist_1.0.0.0_data.zip"]
    assert opened(package).namelist() == ["[Content_Types].xml", "data.xml", "data_schema.xml"]
    rows = {str(row.get("id")): row for row in read(package, "data.xml").iter("record")}
    records = data_records(BASIC)
    assert list(rows) == [record.key for record in records]
    for record in records:
        fields = {field.get("name"): field.attrib for field in rows[record.key]}
        assert set(fields) == {name for name, value in record.values.items() if value is not None}
        assert fields[record.table.id_column]["value"] == record.key


def test_lookups_of_the_data_package_say_where_they_lead() -> None:
    data = read(made()["assist_1.0.0.0_data.zip"], "data.xml")
    names = {
        row.get("id"): (entity.get("name"), next(f.get("value") for f in row if f.get("name") == "msdyn_name"))
        for entity in data
        for row in entity.iter("record")
    }
    lookups = [field for field in data.iter("field") if field.get("lookupentity")]
    assert len(lookups) == 7  # the actions of three texts, provider and action of two capabilities
    for field in lookups:
        assert names[field.get("value")] == (field.get("lookupentity"), field.get("lookupentityname"))


def test_rows_are_matched_by_their_guid_alone_and_imported_in_order() -> None:
    schema = read(made()["assist_1.0.0.0_data.zip"], "data_schema.xml")
    entities = schema.findall("entity")
    tables = [table.name for table in DATA_TABLES]
    assert [entity.get("name") for entity in entities] == tables
    assert [name.text for name in schema.iterfind("entityImportOrder/entityName")] == tables
    for entity in entities:
        keys = [field for field in entity.iter("field") if field.get("updateCompare")]
        assert [(key.get("name"), key.get("type"), key.get("primaryKey")) for key in keys] == [
            (entity.get("primaryidfield"), "guid", "true")
        ]
        lookups = [field for field in entity.iter("field") if field.get("type") == "entityreference"]
        assert all(field.get("lookupType") in tables for field in lookups)


def test_the_staging_folder_has_all_that_appsource_wants_but_the_library() -> None:
    folder = "assist_1.0.0.0_appsource/"
    files = {name.removeprefix(folder): content for name, content in made().items() if name.startswith(folder)}
    assert set(files) == {
        "README.md",
        "TermsOfUse.html",
        "[Content_Types].xml",
        "input.xml",
        "logo32x32.png",
        "package/PkgAssets/ImportConfig.xml",
        "package/PkgAssets/assist_1.0.0.0_data.zip",
        "package/PkgAssets/assist_1.0.0.0_managed.zip",
        "package/[Content_Types].xml",
    }
    assert files["package/PkgAssets/assist_1.0.0.0_managed.zip"] == made()["assist_1.0.0.0_managed.zip"]
    config = ET.fromstring(files["package/PkgAssets/ImportConfig.xml"])  # noqa: S314 - our own
    assert config.get("crmmigdataimportfile") == "assist_1.0.0.0_data.zip"
    assert [file.get("solutionpackagefilename") for file in config.iter("configsolutionfile")] == [
        "assist_1.0.0.0_managed.zip"
    ]
    offer = ET.fromstring(files["input.xml"])  # noqa: S314 - our own
    assert offer.findtext("SolutionAnchorName") == "assist_1.0.0.0_managed.zip"
    assert offer.findtext("LearnMoreLink") == "https://contoso.example/privacy"
    assert all(re.fullmatch(r"\d\d/\d\d/\d{4}", offer.findtext(name) or "") for name in ("StartDate", "EndDate"))
    assert b'Extension="dll"' in files["[Content_Types].xml"]
    assert "https://contoso.example/privacy" in files["TermsOfUse.html"].decode()
    assert "dotnet publish" in files["README.md"].decode()


def test_logo_and_terms_of_ones_own_take_their_place(tmp_path: Path) -> None:
    (tmp_path / "mine.png").write_bytes(b"logo")
    (tmp_path / "mine.html").write_text("terms")
    appsource = {"logo": "mine.png", "terms": "mine.html", "countries": ["DE", "FR"]}
    files = made(manifest(appsource=appsource), tmp_path)
    folder = "assist_1.0.0.0_appsource"
    assert files[f"{folder}/logo32x32.png"] == b"logo"
    assert files[f"{folder}/TermsOfUse.html"] == b"terms"
    assert b"<SupportedCountries>DE,FR</SupportedCountries>" in files[f"{folder}/input.xml"]


def test_the_kits_own_logo_is_one_that_appsource_takes() -> None:
    assert png_problem(kit_files().icons / "logo32x32.png") == ""
