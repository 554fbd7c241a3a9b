"""The bills of materials: CycloneDX as its specification wants it, complete, and the same for the same parts.

test_build.py and test_extras.py look at those of a real build.
"""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest

from cotab_kit.build.sbom import Part, bill, locked_parts, npm_parts
from cotab_kit.build.sbom_xml import bill_as_xml
from cotab_kit.build.tandem import MARKER, NOT_IN_IT
from cotab_kit.tools.wheels import read_lock

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

LENGTHS = {"SHA-256": 64, "SHA-512": 128}
HEAD = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1}
MIT = Part("npm", "@x/one", "1.2.3", "MIT", ("SHA-256", "a" * 64))


def checked(content: bytes) -> dict[str, Any]:
    """The bill, which is in order by the schema of CycloneDX 1.6, as far as it goes."""
    found: dict[str, Any] = json.loads(content)
    assert {name: found[name] for name in HEAD} == HEAD
    assert set(found) == {*HEAD, "serialNumber", "metadata", "components", "dependencies"}
    assert found["serialNumber"] == UUID(found["serialNumber"]).urn
    assert "timestamp" not in found["metadata"]
    product = found["metadata"]["component"]
    assert {"type", "bom-ref", "name", "version"} == set(product)
    for component in found["components"]:
        _component(component)
    refs = [component["bom-ref"] for component in found["components"]]
    assert len(set(refs)) == len(refs)
    graph = {each["ref"]: each.get("dependsOn", []) for each in found["dependencies"]}
    assert graph == {product["bom-ref"]: refs} | {ref: [] for ref in refs}
    return found


def _component(component: dict[str, Any]) -> None:
    assert {"type", "name", "version", "purl"} <= set(component)
    assert set(component) <= {"type", "bom-ref", "name", "version", "hashes", "licenses", "purl"}
    assert component["type"] == "library"
    assert re.fullmatch(r"pkg:(npm|pypi|generic)/(%40[\w.-]+/)?[\w.-]+@[\w.+%-]+", component["purl"])
    for each in component.get("hashes", []):
        assert re.fullmatch(r"[0-9a-f]+", each["content"])
        assert len(each["content"]) == LENGTHS[each["alg"]]
    for each in component.get("licenses", []):
        (kind,) = each
        assert kind in {"license", "expression"}
        assert kind == "expression" or len(each["license"]) == 1


def test_a_part_is_described_with_all_that_is_known_of_it() -> None:
    (component,) = checked(bill("assist", "1.0.0.0", [MIT, MIT]))["components"]
    assert component == {
        "type": "library",
        "bom-ref": "pkg:npm/%40x/one@1.2.3",
        "name": "@x/one",
        "version": "1.2.3",
        "hashes": [{"alg": "SHA-256", "content": "a" * 64}],
        "licenses": [{"license": {"id": "MIT"}}],
        "purl": "pkg:npm/%40x/one@1.2.3",
    }


@pytest.mark.parametrize(
    ("named", "described"),
    [
        ("MIT License", {"license": {"name": "MIT License"}}),
        ("MIT OR Apache-2.0", {"expression": "MIT OR Apache-2.0"}),
    ],
)
def test_a_license_is_an_identifier_an_expression_or_a_name(named: str, described: object) -> None:
    (component,) = checked(bill("a", "1", [Part("npm", "b", "1", named)]))["components"]
    assert component["licenses"] == [described]


def test_as_xml_it_says_the_same_in_the_order_of_the_schema() -> None:
    parts = [MIT, Part("npm", "either", "1", "MIT OR Apache-2.0"), Part("pypi", "named", "2", "Their <License>")]
    root = ET.fromstring(bill_as_xml(written := bill("assist", "1.0.0.0", parts)))  # noqa: S314 - our own
    told = checked(written)
    bom = "{http://cyclonedx.org/schema/bom/1.6}"
    assert root.tag == f"{bom}bom"
    assert root.attrib == {"serialNumber": told["serialNumber"], "version": "1"}
    assert [each.tag.removeprefix(bom) for each in root] == ["metadata", "components", "dependencies"]
    first = root.find(f"{bom}components/{bom}component")
    assert first is not None
    assert first.attrib == {"type": "library", "bom-ref": MIT.url}
    assert [each.tag.removeprefix(bom) for each in first] == ["name", "version", "hashes", "licenses", "purl"]
    assert [each.text for each in root.iter(f"{bom}hash")] == ["a" * 64]
    names = [each.text for each in root.iterfind(f".//{bom}licenses//*") if len(each) == 0]
    assert names == ["MIT", "MIT OR Apache-2.0", "Their <License>"]
    assert root.findtext(f"{bom}metadata/{bom}component/{bom}name") == "assist"
    assert root.findtext(f"{bom}metadata/{bom}tools/{bom}components/{bom}component/{bom}name") == "cotab"
    graph = {each.get("ref"): [inner.get("ref") for inner in each] for each in root.iterfind(f"{bom}dependencies/*")}
    assert graph == {each["ref"]: each.get("dependsOn", []) for each in told["dependencies"]}


def test_the_order_of_the_parts_is_nothing() -> None:
    two = Part("pypi", "two", "2")
    assert bill("a", "1", [MIT, two]) == bill("a", "1", [two, MIT])
    assert bill("a", "1", [MIT]) != bill("a", "1", [two])


def installed(modules: Path, names: Iterable[str]) -> list[Path]:
    listed = {}
    for name in names:
        about = {"name": name.rpartition("node_modules/")[2], "version": "1.0.0", "license": "ISC"}
        (modules / name).mkdir(parents=True)
        (modules / name / "package.json").write_text(json.dumps(about), "utf-8")
        integrity = f"sha512-{base64.b64encode(name.encode().ljust(64)).decode()}"
        listed[f"node_modules/{name}"] = {"version": "1.0.0", "integrity": integrity}
    (modules / ".package-lock.json").write_text(json.dumps({"packages": listed}), "utf-8")
    return [modules / name for name in names]


def test_packages_of_npm_have_the_hashes_of_their_lock_nested_ones_too(tmp_path: Path) -> None:
    names = ["@x/one", "two", "two/node_modules/@x/three"]
    parts = npm_parts(installed(tmp_path / "node_modules", names))
    assert [part.name for part in parts] == ["@x/one", "two", "@x/three"]
    assert [part.hash for part in parts] == [("SHA-512", name.encode().ljust(64).hex()) for name in names]
    assert str(tmp_path) not in bill("a", "1", parts).decode()


def test_of_a_lock_for_several_systems_what_is_for_the_browser_alone_is_left_out() -> None:
    lock = "".join(
        f"{line} \\\n    --hash=sha256:{'0' * 64} \\\n    --hash=sha256:{'1' * 64}\n"
        for line in (
            "One.x==1",
            "two==2 ; sys_platform == 'emscripten'",
            "three==3 ; a != 'b'",
        )
    )
    pins = read_lock(MARKER.sub("", NOT_IN_IT.sub("", lock)), "the lock")
    assert locked_parts(pins) == [Part("pypi", "one-x", "1"), Part("pypi", "three", "3")]
