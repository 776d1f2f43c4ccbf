"""The XML Schema of a self-registration, made from the catalogue's table: a field that changes there changes here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from workbench.catalog.base import Cite, Entry, Name, Text
from workbench.catalog.model import Catalog, Field, Table
from workbench.errors import WorkbenchError
from workbench.interchange.code_lists import closed_codes
from workbench.interchange.facts import CATALOG, read_facts
from workbench.interchange.lengths import lengths

XS = "http://www.w3.org/2001/XMLSchema"
TYPES = {
    "string": "string",
    "integer": "integer",
    "bigint": "integer",
    "decimal": "decimal",
    "date": "date",
    "boolean": "boolean",
}
NEWEST = 9999


class Facts(Entry):
    """What `catalog/interchange/selfreg.yaml` says."""

    tables: dict[Text, Name]
    year: Text
    name: Text
    namespace: Text
    most_bytes: int
    cite: Cite


@dataclass(frozen=True)
class SelfReg:
    """One self-registration: its table, the fields with hospital and year, and the name space of its files."""

    table: Table
    hospital: str
    year: str
    namespace: str
    most_bytes: int

    def tag(self, name: str) -> str:
        """The name of an element, with its name space."""
        return f"{{{self.namespace}}}{name}"


def selfreg_facts(ref: str, catalog: Catalog, root: Path = CATALOG) -> SelfReg:
    """The self-registration whose table is `ref`. Raises `WorkbenchError` for another table."""
    facts = read_facts(root, "selfreg.yaml", Facts)
    if ref not in facts.tables or ref not in catalog.tables:
        raise WorkbenchError(f"{ref} is no self-registration. Choose one of {', '.join(facts.tables)}.")
    table = catalog.tables[ref]
    return SelfReg(table, facts.tables[ref], facts.year, f"{facts.namespace}{table.table}", facts.most_bytes)


def schema_of(form: SelfReg, catalog: Catalog) -> bytes:
    """The XML Schema: control data first, then a `stay` per row with every field once, empty where it may be."""
    root = etree.Element(f"{{{XS}}}schema", nsmap={"xs": XS, "s": form.namespace})
    root.set("targetNamespace", form.namespace)
    root.set("elementFormDefault", "qualified")
    content = _sequence(_element(root, "selfreg"))
    control = _sequence(_element(content, "control"))
    _element(control, "hospital", "xs:string")
    _element(control, "written", "xs:date")
    count = _element(control, "stays", least=0, many=True)
    extension = etree.SubElement(_below(_below(count, "complexType"), "simpleContent"), f"{{{XS}}}extension")
    extension.set("base", "xs:nonNegativeInteger")
    year = etree.SubElement(extension, f"{{{XS}}}attribute")
    for name, value in (("name", "year"), ("type", "xs:integer"), ("use", "required")):
        year.set(name, value)
    stay = _sequence(_element(content, "stay", least=0, many=True))
    for field in form.table.fields:
        _typed(_element(stay, field.name), field, catalog)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _below(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{XS}}}{name}")


def _sequence(element: etree._Element) -> etree._Element:
    return _below(_below(element, "complexType"), "sequence")


def _element(
    parent: etree._Element, name: str, kind: str | None = None, least: int = 1, many: bool = False
) -> etree._Element:
    element = _below(parent, "element")
    element.set("name", name)
    if kind:
        element.set("type", kind)
    if least != 1:
        element.set("minOccurs", str(least))
    if many:
        element.set("maxOccurs", "unbounded")
    return element


def _typed(element: etree._Element, field: Field, catalog: Catalog) -> None:
    """The type of a field; an optional one may be empty too."""
    kind = _below(element, "simpleType")
    if not field.mandatory:
        union = _below(kind, "union")
        empty = _below(_below(union, "simpleType"), "restriction")
        empty.set("base", "xs:string")
        _below(empty, "maxLength").set("value", "0")
        kind = _below(union, "simpleType")
    restriction = _below(kind, "restriction")
    restriction.set("base", f"xs:{TYPES.get(field.type, field.type)}")
    if field.type == "string":
        sizes = lengths(field.length, NEWEST)
        _below(restriction, "minLength").set("value", str(min(sizes) if sizes else 1))
        _below(restriction, "maxLength").set("value", str(max(sizes) if sizes else 200))
        for code in sorted(closed_codes(catalog.codes.get(field.codes or "")) or ()):
            _below(restriction, "enumeration").set("value", code)
