"""A bill of materials as XML: a web resource may be that, and no JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from cotab_kit.solution.xml import Element, element, with_attributes, xml_bytes

NAMESPACE = "http://cyclonedx.org/schema/bom/1.6"


def bill_as_xml(bill: bytes) -> str:
    """Write it with its members in the order of CycloneDX's schema."""
    content = json.loads(bill)
    metadata = content["metadata"]
    root = element("bom", xmlns=NAMESPACE, serialNumber=content["serialNumber"], version=str(content["version"]))
    tools = _parent("tools", [_components(metadata["tools"]["components"])])
    dependencies = [_dependency(each["ref"], each.get("dependsOn", [])) for each in content["dependencies"]]
    root.extend(
        [
            _parent("metadata", [tools, _component(metadata["component"])]),
            _components(content["components"]),
            _parent("dependencies", dependencies),
        ]
    )
    return xml_bytes(root, declared=True).decode()


def _parent(name: str, children: Iterable[Element]) -> Element:
    made = element(name)
    made.extend(children)
    return made


def _components(components: Iterable[dict[str, Any]]) -> Element:
    return _parent("components", map(_component, components))


def _component(component: dict[str, Any]) -> Element:
    made = with_attributes("component", {name: component[name] for name in ("type", "bom-ref") if name in component})
    made.extend(element(name, component[name]) for name in ("name", "version"))
    if "hashes" in component:
        made.append(
            _parent("hashes", (element("hash", each["content"], alg=each["alg"]) for each in component["hashes"]))
        )
    if "licenses" in component:
        made.append(_parent("licenses", map(_license, component["licenses"])))
    if "purl" in component:
        made.append(element("purl", component["purl"]))
    return made


def _license(given: dict[str, Any]) -> Element:
    if "expression" in given:
        return element("expression", given["expression"])
    return _parent("license", (element(kind, text) for kind, text in given["license"].items()))


def _dependency(ref: str, needed: Iterable[str] = ()) -> Element:
    made = element("dependency", ref=ref)
    made.extend(map(_dependency, needed))
    return made
