"""A small invented world: twelve persons with a stay each, three source tables at three parties, and their catalogue.

Every number that identifies is unique over the whole world, every diagnosis and item is of one stay. Hospital, day of
admission and day of discharge are unique together, and no two of them are. So whoever brings rows together, rightly or
wrongly, can be told from the values alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.catalog import Catalog
from workbench.catalog.base import Cite, Label
from workbench.catalog.knowledge import Attribute, Derivation, Identifier, Knowledge, QuasiKey
from workbench.catalog.model import Derived, Document, Field, FieldType, Party, Table
from workbench.crypto import derive_key, pseudonymise, write_key

PARTIES = ("anna", "bert", "cleo", "dirk", "elsa")
DOMAINS = ("D1", "D2", "D3", "D4")
ADMISSIONS = (date(2018, 1, 1), date(2018, 2, 15))
DISCHARGES = (date(2018, 5, 3), date(2018, 9, 30), date(2018, 12, 1))
CITE = Cite(document="own", note="invented")
C2_KEY = derive_key(b"guard", "C2")


@dataclass(frozen=True)
class Stay:
    """A person's stay with everything that is true of it."""

    number: int
    hospital: str
    begin: date
    end: date

    @property
    def insz(self) -> int:
        return 10_000_000_000 + 7919 * (self.number + 1)

    @property
    def patnum(self) -> int:
        return 3_000_000_000 + 104_729 * (self.number + 1)

    @property
    def staynum(self) -> int:
        return 5_000_000_000 + 15_485_863 * (self.number + 1)

    @property
    def facts(self) -> frozenset[object]:
        return frozenset({self.hospital, self.begin, self.end})


STAYS = tuple(Stay(number, *facts) for number, facts in enumerate(product(("H1", "H2"), ADMISSIONS, DISCHARGES)))

TYPES: dict[str, FieldType] = {
    "INSZ": "bigint", "PATNUM": "bigint", "STAYNUM": "bigint", "C2": "bigint", "HOSP": "string", "ADM": "date",
    "DIS": "date", "DX": "string", "ITEM": "string", "LOS": "integer", "REF": "bigint", "N": "integer",
    **dict.fromkeys(DOMAINS, "bigint"),
}  # fmt: skip
IDS = ("INSZ", "PATNUM", "STAYNUM", "C2", *DOMAINS)
TABLES = {
    "PERSON": ("anna", ("INSZ", "PATNUM")),
    "STAY": ("bert", ("PATNUM", "STAYNUM", "HOSP", "ADM", "DIS", "DX")),
    "BILL": ("cleo", ("C2", "HOSP", "ADM", "DIS", "ITEM")),
}
ATTRIBUTES = {
    "hospital": "HOSP", "admission_date": "ADM", "discharge_date": "DIS", "diagnosis": "DX", "service": "ITEM",
    "discharge_since_admission": "LOS",
}  # fmt: skip


def label(text: str) -> Label:
    return Label(nl=text, fr=text, en=text)


def catalogue() -> Catalog:
    """The catalogue of this world: the rules and the quasi-key that hold in it, and no other."""
    tables = {}
    for name, (provider, fields) in TABLES.items():
        made = tuple(
            Field(name=one, label=label(one), type=TYPES[one], role="linkage" if one in IDS else "payload", cite=CITE)
            for one in fields
        )
        table = Table(
            table=name, source="small", label=label(name), grain="row", keys=(fields[1],), provider=provider,
            cite=CITE, fields=made,
        )  # fmt: skip
        tables[table.ref] = table
    derived = {
        name: Derived(name=name, label=label(name), type=kind, role="linkage", explanation="invented", cite=CITE)
        for name, kind in TYPES.items()
    }
    parties = {
        name: Party(id=name, label=label(name), organisation=name, kind="processor", cite=CITE) for name in PARTIES
    }
    documents = {"own": Document(id="own", title="invented")}
    return Catalog(documents, tables, {}, parties, derived, knowledge=_knowledge())


def _knowledge() -> Knowledge:
    identifiers = {
        name: Identifier(
            id=name, identifies="stay" if name == "STAYNUM" else "person", enumerable=name == "INSZ",
            label=label(name), fields=(f"small.*.{name}",), derived=(name,), cite=CITE,
        )
        for name in ("INSZ", "PATNUM", "STAYNUM", "C2")
    }  # fmt: skip
    attributes = {
        id_: Attribute(
            id=id_, quasi=True, label=label(id_), fields=(f"small.*.{name}",) if name != "LOS" else (),
            derived=(name,), cite=CITE,
        )
        for id_, name in ATTRIBUTES.items()
    }  # fmt: skip
    facts = ("hospital", "admission_date", "discharge_date")
    quasi = {
        "stay-dates": QuasiKey(id="stay-dates", label=label("stay"), attributes=facts, identifies="stay", cite=CITE)
    }
    begin, end, days = "attr:admission_date", "attr:discharge_date", "attr:discharge_since_admission"
    derivations = {
        name: Derivation(id=name, known=known, gives=(gives,), why="arithmetic", cite=CITE)
        for name, known, gives in (
            ("end", (begin, days), end),
            ("begin", (end, days), begin),
            ("days", (begin, end), days),
        )
    }
    return Knowledge(identifiers, attributes, quasi, derivations, {})


def c2(stay: Stay) -> int:
    """The operational pseudonym of a person, whose key dirk keeps."""
    return int(pseudonymise(np.array([stay.insz], dtype=np.int64), C2_KEY, "C2")[0])


def write_sources(folder: Path) -> Path:
    """The source tables at their providers, dirk's key, and a manifest."""
    values: dict[str, Callable[[Stay], object]] = {
        "INSZ": lambda stay: stay.insz, "PATNUM": lambda stay: stay.patnum, "STAYNUM": lambda stay: stay.staynum,
        "C2": c2, "HOSP": lambda stay: stay.hospital, "ADM": lambda stay: stay.begin, "DIS": lambda stay: stay.end,
        "DX": lambda stay: f"dx {stay.number}", "ITEM": lambda stay: f"item {stay.number}",
    }  # fmt: skip
    arrow = {"bigint": pa.int64(), "string": pa.string(), "date": pa.date32()}
    for table, (provider, fields) in TABLES.items():
        columns = {name: pa.array([values[name](s) for s in STAYS], arrow[TYPES[name]]) for name in fields}
        path = folder / "parties" / provider / f"{table}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table(columns), path)
    write_key(folder / "parties" / "dirk" / "keys" / "C2.key", C2_KEY)
    (folder / "manifest.json").write_text("{}", encoding="utf-8")
    return folder
