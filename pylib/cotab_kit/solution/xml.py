"""XML as Dataverse writes it: UTF-8, indented, attributes in the order in which they are given."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree as ET

XSI = "http://www.w3.org/2001/XMLSchema-instance"
XSD = "http://www.w3.org/2001/XMLSchema"
DECLARATION = b'<?xml version="1.0" encoding="utf-8"?>\n'

Element = ET.Element


def element(name: str, text: str = "", /, **attributes: str) -> Element:
    """Make an element with text or without."""
    return with_attributes(name, attributes, text)


def with_attributes(name: str, attributes: Mapping[str, str], text: str = "") -> Element:
    """Make an element with attributes whose names are no names in Python, such as "xmlns:xsi"."""
    made = ET.Element(name, dict(attributes))
    made.text = text or None
    return made


def xml_bytes(root: Element, *, declared: bool = False) -> bytes:
    """Write the document. Solution files stand without a declaration, as Dataverse exports them."""
    ET.indent(root)
    text: str = ET.tostring(root, encoding="unicode")
    return (DECLARATION if declared else b"") + f"{text}\n".encode()
