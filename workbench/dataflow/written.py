"""Identifiers as numbers and back: a key codes 64-bit numbers, and many identifiers are written with zeros in front.

An identifier of a fixed length is its number, and gets its zeros back from the length. Of any other the number of zeros
would be lost, so it is coded with a 1 before its first digit, which goes again when it is decoded.
"""

from __future__ import annotations

from typing import cast

import ibis.expr.types as ir

from workbench.catalog.model import Catalog, FieldType

GUARD = "1"


def field_of(name: str, catalog: Catalog) -> str:
    """Reference of a source field of that name, or nothing: an identifier looks the same wherever it stands."""
    return next((f"{table.ref}.{name}" for table in catalog.tables.values() if table.field(name)), "")


def type_of(name: str, catalog: Catalog) -> FieldType | None:
    """The type of an identifier where it comes from; None when nothing in the catalogue is called so."""
    entry = catalog.derived.get(name) or catalog.field(field_of(name, catalog))
    return entry.type if entry else None


def fixed_length(name: str, catalog: Catalog) -> int | None:
    """The number of digits that an identifier always has, or None when the catalogue gives no such number."""
    field = catalog.field(field_of(name, catalog))
    return int(field.length) if field and field.length and field.length.isdigit() else None


def written(number: ir.IntegerValue, name: str, catalog: Catalog) -> ir.Value:
    """A decoded number as the identifier `name` is written."""
    if type_of(name, catalog) != "string":
        return number
    digits = cast(ir.StringValue, number.cast("string"))
    length = fixed_length(name, catalog)
    return digits.lpad(length, "0") if length else digits.substr(len(GUARD))
