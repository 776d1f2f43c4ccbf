"""The catalogue as a Frictionless data package: a Table Schema per table, its code lists, all variables.

The tables' CSV files have a header and no rows: the catalogue holds no data. A data holder who fills them can
have them checked by any program that reads the standard.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workbench import __version__
from workbench.catalog.model import Catalog, CodeList, Field, Table
from workbench.interchange.code_lists import closed_codes
from workbench.interchange.flat import csv_text, variables_csv
from workbench.interchange.lengths import UnreadLength, lengths
from workbench.interchange.sections import CODES, cells_of
from workbench.interchange.variables import columns_by_name, variable_columns

TYPES = {
    "string": "string",
    "integer": "integer",
    "bigint": "integer",
    "decimal": "number",
    "date": "date",
    "boolean": "boolean",
}
CELLS = {"text": "string", "number": "number", "boolean": "boolean", "list": "string", "numbers": "string"}
LATEST = 9999  # lengths that hold from a year on hold in this one


def package_files(catalog: Catalog) -> Iterator[tuple[Path, str]]:
    """The files of the package, relative to its folder; `datapackage.json` first."""
    resources: list[dict[str, Any]] = [_variables()]
    files = [(Path("variables.csv"), variables_csv(catalog))]
    for table in catalog.tables.values():
        resources.append(_table(table, catalog))
        header = csv_text((field.name for field in table.fields), ())
        files.append((Path(resources[-1]["path"]), header))
    for codes in catalog.codes.values():
        resources.append(_codes(codes))
        rows = (cells_of(entry, CODES.columns) for entry in codes.entries)
        columns = (column.name for column in CODES.columns)
        files.append((Path(resources[-1]["path"]), csv_text(columns, rows)))
    package = {
        "profile": "tabular-data-package",
        "name": "study-workbench-catalogue",
        "title": "Catalogue of Belgian health data sources",
        "version": __version__,
        "resources": resources,
    }
    yield Path("datapackage.json"), json.dumps(package, ensure_ascii=False, indent=1) + "\n"
    yield from files


def resource(name: str, path: str, title: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A resource that is a CSV file in the folder of the package."""
    resource = {"profile": "tabular-data-resource", "name": name, "path": path, "title": title, **more}
    return {**resource, "format": "csv", "mediatype": "text/csv", "encoding": "utf-8", "schema": schema}


def _variables() -> dict[str, Any]:
    known = columns_by_name()
    kinds = {name: CELLS.get(known[name].kind, "string") if name in known else "string" for name in variable_columns()}
    fields = [{"name": name, "type": kind} for name, kind in kinds.items()]
    schema = {"fields": fields, "primaryKey": ["ref"]}
    return resource("variables", "variables.csv", "Every variable of the catalogue", schema)


def _table(table: Table, catalog: Catalog) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [field_schema(field, catalog) for field in table.fields]}
    schema["primaryKey"] = list(table.keys)
    foreign = list(_foreign_keys(table, catalog))
    if foreign:
        schema["foreignKeys"] = foreign
    said = {"description": ". ".join(filter(None, [table.grain, table.note])), "ref": table.ref}
    more = {**said, "labels": table.label.model_dump(), "provider": table.provider}
    path = f"tables/{table.source}.{table.table}.csv"
    return resource(_name(table.ref), path, table.label.en, schema, **more)


def field_schema(field: Field, catalog: Catalog) -> dict[str, Any]:
    """A field of a Table Schema; what the standard has no word for stands under our own."""
    constraints: dict[str, Any] = {"required": True} if field.mandatory else {}
    codes = closed_codes(catalog.codes.get(field.codes or ""))
    if field.type == "string":
        constraints |= _sizes(field)
        constraints |= {"enum": sorted(codes)} if codes else {}
    said = {"name": field.name, "type": TYPES[field.type], "title": field.label.en}
    said |= {"description": field.note} if field.note else {}
    kept = field.model_dump(by_alias=True, include={"length", "codes", "unit", "role", "sensitive", "cite"})
    extra = {key: value for key, value in kept.items() if value not in (None, ())}
    found: dict[str, Any] = {**said, "labels": field.label.model_dump(), **extra}
    return found | ({"constraints": constraints} if constraints else {})


def _sizes(field: Field) -> dict[str, int]:
    try:
        sizes = lengths(field.length, LATEST)
    except UnreadLength:
        return {}  # a length in a form of its own says nothing that the standard could check
    return {"minLength": min(sizes), "maxLength": max(sizes)} if sizes else {}


def _foreign_keys(table: Table, catalog: Catalog) -> Iterator[dict[str, Any]]:
    """The fields that refer to another table, together per table."""
    pairs: dict[str, list[tuple[str, str]]] = {}
    for field in table.fields:
        for target in field.references:
            of, _, name = target.rpartition(".")
            if of in catalog.tables and of != table.ref:
                pairs.setdefault(of, []).append((field.name, name))
    for of, both in pairs.items():
        reference = {"resource": _name(of), "fields": [name for _, name in both]}
        yield {"fields": [name for name, _ in both], "reference": reference}


def _codes(codes: CodeList) -> dict[str, Any]:
    columns = CODES.columns
    fields = [{"name": column.name, "type": CELLS.get(column.kind, "string")} for column in columns]
    more = {"description": codes.note} if codes.note else {}
    path = f"codes/{codes.id}.csv"
    return resource(_name(f"codes.{codes.id}"), path, codes.label.en, {"fields": fields}, **more)


def _name(ref: str) -> str:
    """A resource name as the standard wants it: small letters, digits, dots and dashes."""
    return "".join(letter if letter.isalnum() or letter in ".-_" else "-" for letter in ref.lower())
