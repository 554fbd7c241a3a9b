"""solution.xml: which solution this is, in which version, managed or not, and who publishes it.

Root components are the web resources and nothing else: records of solution-aware tables are not listed, as in every
export of Microsoft's that is known.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from uuid import UUID

from cotab_kit.manifest.identity import row_id
from cotab_kit.manifest.languages import ENGLISH
from cotab_kit.manifest.model import Manifest, Publisher
from cotab_kit.manifest.resolved import configuration_page
from cotab_kit.solution.xml import XSI, Element, element, with_attributes, xml_bytes

WEB_RESOURCE_TYPE = "61"

ROOT = {
    "version": "9.1.0.25112",
    "SolutionPackageVersion": "9.1",
    "languagecode": str(ENGLISH),
    "generatedBy": "CrmLive",
    "xmlns:xsi": XSI,
}
# A publisher has two addresses, empty if nobody fills them in.
ADDRESS = (
    *("AddressTypeCode", "City", "County", "Country", "Fax", "FreightTermsCode", "ImportSequenceNumber", "Latitude"),
    *("Line1", "Line2", "Line3", "Longitude", "Name", "PostalCode", "PostOfficeBox", "PrimaryContactName"),
    *("ShippingMethodCode", "StateOrProvince", "Telephone1", "Telephone2", "Telephone3", "TimeZoneRuleVersionNumber"),
    *("UPSZone", "UTCOffset", "UTCConversionTimeZoneCode"),
)


def solution_xml(manifest: Manifest, names: Iterable[str], *, managed: bool) -> bytes:
    """Make the file for a solution with web resources of these names."""
    root = with_attributes("ImportExportXml", ROOT)
    solution = element("SolutionManifest")
    root.append(solution)
    titles = {ENGLISH: manifest.provider.name, **manifest.solution.names}
    solution.append(element("UniqueName", manifest.solution.unique_name))
    solution.append(_texts("LocalizedNames", "LocalizedName", titles))
    solution.append(_texts("Descriptions", "Description", {ENGLISH: _description(manifest)}))
    solution.append(element("Version", manifest.solution.version))
    solution.append(element("Managed", str(int(managed))))
    solution.append(element("ConfigurationPage", configuration_page(manifest)))
    solution.append(_publisher(manifest.publisher))
    components = element("RootComponents")
    for name in sorted(names):
        components.append(element("RootComponent", type=WEB_RESOURCE_TYPE, schemaName=name, behavior="0"))
    solution.extend([components, element("MissingDependencies")])
    return xml_bytes(root)


def option_value_prefix(publisher: Publisher) -> int:
    """Return what begins the values of a publisher's choices: five digits, the same in every build."""
    digest = int.from_bytes(sha256(publisher.prefix.encode()).digest()[:4], "big")
    return publisher.option_value_prefix or 10_000 + digest % 90_000


def publisher_mark(unique_name: str) -> UUID:
    """Return what stands in the description of a publisher that an import has made.

    A publisher that was there before keeps its own description, and is not ours to delete.
    """
    return row_id(unique_name, "publisher")


def _description(manifest: Manifest) -> str:
    publisher = manifest.publisher
    support = f" Support: {publisher.support_url}" if publisher.support_url else ""
    page = f"Configuration page, to set up and to remove: <org>/WebResources/{configuration_page(manifest)} ."
    return f"{manifest.provider.name} for Omnichannel. {page} Privacy: {publisher.privacy_url}{support}"


def _texts(plural: str, singular: str, texts: dict[int, str]) -> Element:
    parent = element(plural)
    for lcid, text in sorted(texts.items()):
        parent.append(element(singular, description=text, languagecode=str(lcid)))
    return parent


def _publisher(publisher: Publisher) -> Element:
    unique_name = publisher.unique_name or publisher.prefix
    parent = element("Publisher")
    parent.append(element("UniqueName", unique_name))
    parent.append(_texts("LocalizedNames", "LocalizedName", {ENGLISH: publisher.name or unique_name}))
    description = f"Came with a solution ({publisher_mark(unique_name)})"
    parent.append(_texts("Descriptions", "Description", {ENGLISH: description}))
    parent.append(_or_nil("EMailAddress", None))
    parent.append(_or_nil("SupportingWebsiteUrl", publisher.support_url))
    parent.append(element("CustomizationPrefix", publisher.prefix))
    parent.append(element("CustomizationOptionValuePrefix", str(option_value_prefix(publisher))))
    addresses = element("Addresses")
    addresses.extend(_address(number) for number in (1, 2))
    parent.append(addresses)
    return parent


def _address(number: int) -> Element:
    parent = element("Address")
    parent.append(element("AddressNumber", str(number)))
    parent.extend(_or_nil(name, None) for name in ADDRESS)
    return parent


def _or_nil(name: str, text: str | None) -> Element:
    return element(name, text) if text else with_attributes(name, {"xsi:nil": "true"})
