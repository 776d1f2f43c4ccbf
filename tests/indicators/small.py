"""Small text tables -> parts of an analysis dataset: a test shows patients and expected results side by side."""

from __future__ import annotations

from pathlib import Path

import ibis.expr.types as ir
import pyarrow as pa

from workbench.simulate.backends import DuckSession, EngineSettings
from workbench.study.model import Chain, Unit

TYPES: dict[str, dict[str, pa.DataType]] = {
    "stay": {
        "Cproject": pa.int64(), "SS00075": pa.string(), "STAYNUM": pa.string(), "A1_YEAR_BIRTH": pa.int64(),
        "A1_CLASS_WIDTH": pa.int64(), "LOS": pa.int64(), "A2_CODE_SEX": pa.string(), "A2_CODE_DESTINATE": pa.string(),
        "VorigVerblijf": pa.string(), "VolgendZiekenhuis": pa.string(), "VolgendVerblijf": pa.string(),
        "Overlijden30": pa.bool_(), "Overlijden90": pa.bool_(), "Jaar": pa.int64(),
    },
    "diagnosis": {
        "SS00075": pa.string(), "STAYNUM": pa.string(), "TYPE_DIAGNOSE": pa.string(), "CODE_DIAGNOSE": pa.string(),
        "M1_PRESENT_ADM": pa.string(), "M1_CODE_CERT": pa.string(),
    },
    "billing": {
        "SS00075": pa.string(), "STAYNUM": pa.string(), "SS00015": pa.int64(), "SS00020": pa.string(),
        "SS00135": pa.string(),
    },
}  # fmt: skip
DEFAULTS = {
    "Cproject": "1", "SS00075": "71090101", "A1_YEAR_BIRTH": "1940", "A1_CLASS_WIDTH": "1", "LOS": "10",
    "A2_CODE_SEX": "1",
    "A2_CODE_DESTINATE": "1", "Overlijden30": "no", "Overlijden90": "no", "Jaar": "2018", "TYPE_DIAGNOSE": "P",
    "M1_PRESENT_ADM": "Y", "M1_CODE_CERT": "C",
}  # fmt: skip

STAY = Unit(
    part="stay", key=("SS00075", "STAYNUM"), person="Cproject", hospital="SS00075", hospital_characters=(4, 6),
    year="Jaar", birth_year="A1_YEAR_BIRTH", birth_width="A1_CLASS_WIDTH", sex="A2_CODE_SEX",
    chain=Chain(previous="VorigVerblijf", next=("VolgendZiekenhuis", "VolgendVerblijf"), days="LOS"),
)  # fmt: skip
CODED = {"billing.SS00135": "cnk"}


def rows(text: str) -> list[dict[str, str]]:
    """Lines of `a | b | c` under a heading line; `-` is empty."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    head, *body = lines
    return [dict(zip(head, line, strict=True)) for line in body]


def table(part: str, text: str) -> pa.Table:
    """A part from a text table; columns that are not written get a default, or stay empty."""
    found = rows(text) if text.strip() else []
    columns = {}
    for name, kind in TYPES[part].items():
        values = [row.get(name, DEFAULTS.get(name, "-")) for row in found]
        columns[name] = pa.array([None if value == "-" else _value(value, kind) for value in values], kind)
    return pa.table(columns)


def _value(text: str, kind: pa.DataType) -> object:
    if kind == pa.bool_():
        return text == "yes"
    return int(text) if kind == pa.int64() else text


def open_parts(folder: Path, **texts: str) -> tuple[DuckSession, dict[str, ir.Table]]:
    """A session with the parts of the given text tables; parts that are not given are empty."""
    session = DuckSession([folder], EngineSettings(threads=1))
    return session, {part: session.register(table(part, texts.get(part, ""))) for part in TYPES}
