"""Reads a self-registration without trusting it: a file may neither expand, nor fetch, nor fill the memory."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pyarrow as pa
from lxml import etree

from workbench.catalog.model import Catalog
from workbench.errors import Problem, Problems
from workbench.interchange.selfreg.schema import SelfReg, schema_of

ARROW = {
    "string": pa.string(), "integer": pa.int64(), "bigint": pa.int64(), "decimal": pa.float64(),
    "date": pa.date32(), "boolean": pa.bool_(),
}  # fmt: skip
SHOWN = 20  # faults of one file
DECLARED = re.compile(rb"\A\s*<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")
FORBIDDEN = {
    b"<!DOCTYPE": "a document type, by which it could define entities or fetch files",
    b"<!ENTITY": "an entity, which could stand for a million others or for a file",
    b"<?xml-": "an instruction to programs",
    b"xinclude": "an inclusion of another file",
}


def read_selfreg(path: Path, form: SelfReg, catalog: Catalog) -> tuple[str, pa.Table]:
    """Hospital and rows of a file; raises `Problems` with what is wrong, by line.

    Refused before it is parsed: a file that is too large, is not UTF-8, or has a document type, entity, instruction or
    inclusion. The parser itself resolves no entity, reads no network and no other file, and keeps libxml2's limits on
    depth and length. Then the schema is applied, and the control data are held against the stays.
    """
    root = _parsed(path, _bytes(path, form))
    schema = etree.XMLSchema(etree.fromstring(schema_of(form, catalog)))
    if not schema.validate(root):
        errors: Any = schema.error_log
        raise Problems([_fault(path, one.line, one.message) for one in list(errors)[:SHOWN]])
    hospital = root.findtext(f"{form.tag('control')}/{form.tag('hospital')}") or ""
    rows = _rows(path, root, form)
    problems = [*_counts(path, root, rows, form), *_senders(path, rows, hospital, form)]
    if problems:
        raise Problems(problems)
    return hospital, rows


def _bytes(path: Path, form: SelfReg) -> bytes:
    try:
        size = path.stat().st_size
        if size > form.most_bytes:
            raise Problems([_fault(path, 1, f"the file has {size:,} bytes, more than {form.most_bytes:,}")])
        content = path.read_bytes()
    except OSError as error:
        raise Problems([_fault(path, 1, f"the file cannot be read: {error.strerror}")]) from None
    declared = DECLARED.match(content)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        raise Problems([_fault(path, 1, "the file is not in UTF-8")]) from None
    # Another declared code page would let the parser see other characters than were looked at here.
    if b"\0" in content or (declared and declared[1].lower() not in (b"utf-8", b"utf8")):
        raise Problems([_fault(path, 1, "the file is not in UTF-8")])
    folded = content.lower()
    for mark, what in FORBIDDEN.items():
        at = folded.find(mark.lower())
        if at >= 0:
            raise Problems([_fault(path, content[:at].count(b"\n") + 1, f"the file has {what}")])
    return content


def _parsed(path: Path, content: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, attribute_defaults=False,
        huge_tree=False, remove_comments=True, remove_pis=True, recover=False,
    )  # fmt: skip
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise Problems([_fault(path, error.lineno or 1, f"it is no XML: {error.msg}")]) from None


def _rows(path: Path, root: etree._Element, form: SelfReg) -> pa.Table:
    """The stays with their types; a number or a year of any length is right for the schema, and none of ours."""
    columns, problems = {}, []
    for field in form.table.fields:
        found = list(root.iterfind(f"{form.tag('stay')}/{form.tag(field.name)}"))
        kept = [one.text.strip() if one.text and field.type != "string" else one.text or None for one in found]
        try:
            columns[field.name] = pa.array(kept, pa.string()).cast(ARROW[field.type])
        except pa.ArrowInvalid:
            at = next(at for at, text in enumerate(kept) if not _fits(text, ARROW[field.type]))
            what = f"{field.name} is '{str(kept[at])[:20]}', which is too large for a value of the kind {field.type}"
            element: Any = found[at]
            problems.append(_fault(path, element.sourceline or 1, what))
    if problems:
        raise Problems(problems)
    return pa.table(columns)


def _fits(text: str | None, kind: pa.DataType) -> bool:
    try:
        pa.scalar(text, pa.string()).cast(kind)
    except pa.ArrowInvalid:
        return False
    return True


def _counts(path: Path, root: etree._Element, rows: pa.Table, form: SelfReg) -> list[Problem]:
    """The control data must say how many stays each year has."""
    said = {one.get("year"): _count(one.text) for one in root.iterfind(f"{form.tag('control')}/{form.tag('stays')}")}
    counted = rows.group_by(form.year).aggregate([([], "count_all")]).to_pylist()
    found = {str(one[form.year]): one["count_all"] for one in counted}
    found |= {str(year): 0 for year in said if year not in found}
    return [
        _fault(path, 1, f"{found[year]} stays of {year} where the control data say {said.get(year, 0)}")
        for year in sorted(found)
        if found[year] != said.get(year, 0)
    ]


def _count(text: str | None) -> int:
    try:
        return int(text or 0)
    except ValueError:  # thousands of digits, which the schema lets through and Python does not read
        return -1


def _senders(path: Path, rows: pa.Table, hospital: str, form: SelfReg) -> list[Problem]:
    others = sorted({str(one) for one in rows[form.hospital].unique().to_pylist()} - {hospital})
    if not others:
        return []
    return [_fault(path, 1, f"stays of hospital {', '.join(others)} in the file of {hospital}")]


def _fault(path: Path, line: int, what: str) -> Problem:
    why = "only a file that is in order is taken over"
    return Problem(path.name, line, what, why, "correct it at the hospital and send the file again")
