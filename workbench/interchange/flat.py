"""The catalogue as JSON (whole, nested) and as CSV (every variable one row)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

from workbench.catalog.base import Entry
from workbench.catalog.model import Catalog
from workbench.interchange.sections import DERIVED, DOCUMENTS, LISTS, PARTIES, SECTIONS, TABLES, holder
from workbench.interchange.variables import variable_columns, variable_rows
from workbench.paper.spreadsheet import disarmed

FORMAT = "study-workbench-catalogue/1"
KEYS = {TABLES: "tables", LISTS: "code_lists", DERIVED: "derived", PARTIES: "parties", DOCUMENTS: "documents"}


def catalog_json(catalog: Catalog) -> str:
    """The whole catalogue as JSON, described by `json_schema`; every key of every entry stands in it."""
    data: dict[str, Any] = {"format": FORMAT}
    for section, key in KEYS.items():
        data[key] = [_dumped(ref, entry) for ref, entry in holder(catalog, section).items()]
    for table in data["tables"]:
        table["fields"] = [{"ref": f"{table['ref']}.{field['name']}", **field} for field in table["fields"]]
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def json_schema() -> dict[str, Any]:
    """The JSON Schema of `catalog_json`, made from the models of the entries."""
    definitions: dict[str, Any] = {}
    listed = {}
    for section in (section for section in SECTIONS if section in KEYS):
        schema = section.model.model_json_schema(mode="serialization", ref_template="#/$defs/{model}")
        definitions |= schema.pop("$defs", {})
        definitions[section.model.__name__] = schema
        listed[KEYS[section]] = {"type": "array", "items": {"$ref": f"#/$defs/{section.model.__name__}"}}
    for name in ("Table", "Field", "CodeList", "Derived", "Party", "Document"):
        definitions[name]["properties"]["ref"] = {"type": "string", "description": "stable reference"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Catalogue of the Study Workbench",
        "type": "object",
        "additionalProperties": False,
        "required": ["format", *listed],
        "properties": {"format": {"const": FORMAT}, **listed},
        "$defs": definitions,
    }


def variables_csv(catalog: Catalog) -> str:
    """Every variable one row, all columns (UTF-8, comma, quoted where needed, a header, CRLF).

    A text that a spreadsheet program would take for a formula has an apostrophe before it, as has one that
    begins with an apostrophe itself; `restored` takes it away.
    """
    return csv_text(variable_columns(), variable_rows(catalog))


def csv_text(columns: Iterable[str], rows: Iterable[Mapping[str, str]]) -> str:
    """Rows of texts as CSV that a spreadsheet can open without running anything."""
    out = io.StringIO(newline="")
    names = list(columns)
    writer = csv.DictWriter(out, names)
    writer.writeheader()
    writer.writerows({name: disarmed(row[name]) for name in names} for row in rows)
    return out.getvalue()


def _dumped(ref: str, entry: Entry) -> dict[str, Any]:
    return {"ref": ref, **entry.model_dump(mode="json", by_alias=True)}
