"""Writes the file of one hospital, as its own script would: control data, then its stays."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from lxml import etree

from workbench.catalog.model import Catalog
from workbench.errors import WorkbenchError
from workbench.interchange.selfreg.schema import SelfReg, schema_of


def selfreg_name(form: SelfReg, hospital: str, written: datetime.date) -> str:
    """The name a file must have."""
    return f"{form.table.table}_{hospital}_{written:%Y%m%d}.xml"


def write_selfreg(rows: pa.Table, form: SelfReg, folder: Path, written: datetime.date, catalog: Catalog) -> Path:
    """Write the rows of one hospital, columns as in the table; returns the file. Raises `WorkbenchError`."""
    hospitals = pc.unique(rows[form.hospital]).to_pylist()
    if len(hospitals) != 1:
        raise WorkbenchError(
            f"A file is of one hospital, and the rows are of {len(hospitals)}. Write one file for each."
        )
    names: Any = {None: form.namespace}  # the stubs do not know that a name space may have no prefix
    root = etree.Element(form.tag("selfreg"), nsmap=names)
    control = etree.SubElement(root, form.tag("control"))
    etree.SubElement(control, form.tag("hospital")).text = hospitals[0]
    etree.SubElement(control, form.tag("written")).text = written.isoformat()
    counts = rows.group_by(form.year).aggregate([([], "count_all")]).sort_by(form.year)
    for year, count in zip(counts[form.year].to_pylist(), counts["count_all"].to_pylist(), strict=True):
        stays = etree.SubElement(control, form.tag("stays"), year=str(year))
        stays.text = str(count)
    names = [field.name for field in form.table.fields]
    texts = [_texts(rows[name]) for name in names]
    for values in zip(*texts, strict=True):
        stay = etree.SubElement(root, form.tag("stay"))
        for name, value in zip(names, values, strict=True):
            etree.SubElement(stay, form.tag(name)).text = value
    schema = etree.XMLSchema(etree.fromstring(schema_of(form, catalog)))
    if not schema.validate(root):
        errors: Any = schema.error_log
        raise WorkbenchError(f"The rows do not fit {form.table.ref}: {errors[0].message}")
    path = folder / selfreg_name(form, hospitals[0], written)
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))
    return path


def _texts(column: pa.ChunkedArray) -> list[str | None]:
    found: list[str | None] = pc.cast(column, pa.string()).to_pylist()
    return found
