"""Thirty-odd invented persons in four hospitals, each there for a reason, and the data folder made from them.

The cases stand here with full identity. What the parties receive is written from them by `write_data`; what
the study must find is computed from them by `oracle`, with loops and dates, as the workbench does not.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.catalog import Catalog
from workbench.crypto import derive_key, pseudonymise, write_key

ARROW = {
    "string": pa.string(),
    "integer": pa.int32(),  # a provider may store fewer bits than the flow uses
    "decimal": pa.float64(),
    "date": pa.date32(),
    "boolean": pa.bool_(),
    "bigint": pa.int64(),
}
STROKE, TIA, FLUTTER = "I639", "G459", "I4891"
APIXABAN, AMOXICILLIN, ALTEPLASE, PANTOPRAZOLE = "9365750", "9001074", "9315102", "9406273"
INTAKE, MONITORING, CONSULTATION = "477724", "212015", "101032"


@dataclass
class Person:
    """`insz` None: the hospital has none; `insured` False: the sickness funds do not know the person."""

    name: str
    insz: str | None
    born: int
    sex: str = "1"
    died: date | None = None
    insured: bool = True


@dataclass
class Stay:
    """A hospital stay; `out` None: the three fields of the discharge give no day."""

    person: str
    hospital: str
    number: str
    begin: date
    end: date | None
    codes: tuple[str, ...] = (STROKE,)
    patnum: str = ""
    type: str = "H"


@dataclass
class Line:
    """A line billed by a hospital, or delivered by a pharmacy when `hospital` is empty."""

    person: str
    day: date
    hospital: str = ""
    code: str = ""
    product: str | None = None


@dataclass
class World:
    persons: list[Person] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def person(self, name: str) -> Person:
        return next(person for person in self.persons if person.name == name)


def patnum(stay: Stay) -> str:
    """Number of the patient in the hospital: unique over all hospitals, several per person."""
    return stay.patnum or f"{stay.hospital}-{stay.person}"


def world() -> World:
    """The persons, with the case each is there for."""
    made = World()
    may = date(2018, 5, 10)

    def person(name: str, born: int = 1950, sex: str = "1", **more: Any) -> None:
        number = 10_000_000_000 + 7_654_321 * (len(made.persons) + 1)
        # The first ones begin with a zero, as persons born in 1900-1909 and 2000-2009 do.
        insz = f"{number % 10_000_000_000 if len(made.persons) < 3 else number:011d}"
        made.persons.append(Person(name, insz, born, sex, **more))

    def stay(name: str, hospital: str, number: str, begin: date, days: int, *codes: str, **more: Any) -> None:
        end = begin + timedelta(days=days)
        made.stays.append(Stay(name, hospital, number, begin, end, codes or (STROKE,), **more))

    def bill(name: str, hospital: str, day: date, code: str = "", product: str | None = None) -> None:
        made.lines.append(Line(name, day, hospital, code or ("000000" if product else INTAKE), product))

    def buy(name: str, day: date, product: str = APIXABAN) -> None:
        made.lines.append(Line(name, day, "", "750011", product))

    # Plain stays that fill a class: five women of one birth year in 901.
    for number in range(5):
        person(f"plain{number}", 1940, "2")
        stay(f"plain{number}", "901", f"10{number}", may + timedelta(days=number), 6)
        bill(f"plain{number}", "901", may + timedelta(days=number), MONITORING)
    # Chains of stays.
    person("transfer", 1944)
    stay("transfer", "901", "200", may, 2)
    stay("transfer", "902", "200", may + timedelta(days=2), 8)
    bill("transfer", "901", may, "000000", ALTEPLASE)
    bill("transfer", "902", may + timedelta(days=2))
    bill("transfer", "902", may + timedelta(days=10), "000000", APIXABAN)
    person("same-day", 1944)
    stay("same-day", "901", "201", may, 0)
    stay("same-day", "902", "201", may, 5)
    person("both-zero", 1944)
    stay("both-zero", "902", "202", may, 0)
    stay("both-zero", "901", "203", may, 0)
    person("readmitted", 1947)
    stay("readmitted", "901", "204", may, 3)
    stay("readmitted", "901", "205", may + timedelta(days=3), 3)
    person("day-stay-inside", 1947)
    stay("day-stay-inside", "901", "206", may, 9)
    stay("day-stay-inside", "903", "206", may + timedelta(days=4), 0)
    stay("day-stay-inside", "902", "206", may + timedelta(days=9), 2)
    person("two-candidates", 1947)
    stay("two-candidates", "901", "207", may, 4)
    stay("two-candidates", "902", "207", may + timedelta(days=4), 1)
    stay("two-candidates", "903", "207", may + timedelta(days=4), 6)
    person("gap", 1947)
    stay("gap", "901", "208", may, 4)
    stay("gap", "902", "208", may + timedelta(days=5), 4)
    person("unselected-before", 1947)
    stay("unselected-before", "901", "209", may, 4, "J189")
    stay("unselected-before", "902", "209", may + timedelta(days=4), 4)
    person("twin-stays", 1952)  # one hospital, one period, two stays: linking by date cannot tell them apart
    stay("twin-stays", "903", "210", may, 0)
    stay("twin-stays", "903", "211", may, 0)
    bill("twin-stays", "903", may)
    person("two-numbers", 1952)  # known to one hospital under two patient numbers
    stay("two-numbers", "903", "212", may, 3, patnum="903-A")
    stay("two-numbers", "903", "213", may + timedelta(days=20), 3, patnum="903-B")
    # In and out of the population.
    person("minor", 2001)
    stay("minor", "901", "300", may, 2)
    person("eighteen", 2000)
    stay("eighteen", "901", "301", may, 2)
    person("new-year", 1960)
    stay("new-year", "901", "302", date(2016, 12, 30), 3)
    person("out-2016", 1960)
    stay("out-2016", "901", "303", date(2016, 12, 20), 3)
    person("out-2020", 1960)
    stay("out-2020", "901", "304", date(2019, 12, 30), 3)
    person("elsewhere", 1960)
    stay("elsewhere", "854", "305", may, 3)
    person("secondary", 1960)
    stay("secondary", "902", "306", may, 3, "J189", FLUTTER)
    person("other-vascular", 1960)
    stay("other-vascular", "902", "307", may, 3, "I6789", "E119")
    person("neighbour-code", 1960)
    stay("neighbour-code", "902", "308", may, 3, "I6781")
    person("tia", 1960)
    stay("tia", "902", "309", may, 3, TIA, "Z99999")
    person("tia-neighbour", 1960)
    stay("tia-neighbour", "902", "310", may, 3, "G450")
    # Identity and dates.
    person("no-insz", 1950, insured=True)
    made.persons[-1].insz = None
    stay("no-insz", "902", "400", may, 3)
    person("uninsured", 1950, insured=False)
    stay("uninsured", "902", "401", may, 3)
    person("no-such-day", 1950)
    made.stays.append(Stay("no-such-day", "902", "402", may, None))
    # Deaths, in days after admission.
    for days in (-3, 0, 30, 31, 90, 91):
        person(f"died{days}", 1938, "2", died=may + timedelta(days=days))
        stay(f"died{days}", "903", f"5{days + 10:02d}", may, 1)
    # Billing: which lines are taken along.
    person("billed", 1938, "2")
    stay("billed", "903", "600", may, 10)
    for day in (-1, 0, 5, 10, 11):
        bill("billed", "903", may + timedelta(days=day), INTAKE)
    bill("billed", "902", may + timedelta(days=1), INTAKE)  # another hospital's bill of the same days
    bill("billed", "903", may + timedelta(days=2), CONSULTATION)  # not asked for
    bill("billed", "903", may + timedelta(days=2), "000000", AMOXICILLIN)
    bill("billed", "903", may + timedelta(days=2), "000000", PANTOPRAZOLE)  # not asked for
    for day in (-1, 0, 10, 24, 25):
        buy("billed", may + timedelta(days=day))
    buy("billed", may + timedelta(days=12), PANTOPRAZOLE)
    return made


def hospital_number(code: str) -> str:
    """NIHDI number of a hospital, as on paper: 710, the recognition number, and 97 minus the rest."""
    rest = 97 - int(f"710{code}") % 97
    return f"710{code}{rest:02d}"


def write_data(folder: Path, catalog: Catalog, made: World) -> Path:
    """The data folder of the contract: `parties/...` with the tables and source keys, and a manifest."""
    keys = {name: derive_key(b"tiny", name) for name in ("C1", "C2")}
    write_key(folder / "parties" / "nic" / "keys" / "C1.key", keys["C1"])
    write_key(folder / "parties" / "ksz" / "keys" / "C2.key", keys["C2"])
    c2 = _coded(made, keys)
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in catalog.tables}
    patients: dict[tuple[str, str], dict[str, Any]] = {}
    for stay in made.stays:
        person = made.person(stay.person)
        key = {"CODE_AGR": stay.hospital, "YEAR_REGISTR": (stay.end or stay.begin).year, "PERIOD_REGISTR": 1}
        ids = {**key, "STAYNUM": stay.number}
        patients[stay.hospital, patnum(stay)] = {
            "CODE_AGR": stay.hospital,
            "PATNUM": patnum(stay),
            "INSZ": person.insz,
        }
        rows["mzg.PATHOSPI"].append({**key, "PATNUM": patnum(stay), "A1_YEAR_BIRTH": person.born})
        end = (stay.end.year, stay.end.month, stay.end.day) if stay.end else (stay.begin.year, 2, 30)
        rows["mzg.STAYHOSP"].append(
            {
                **ids,
                "PATNUM": patnum(stay),
                **dict(zip(_ymd("A2_{}_HOSP_IN"), stay.begin.timetuple()[:3], strict=True)),
                **dict(zip(_ymd("A2_{}_HOSP_OUT"), end, strict=True)),
                "A2_HOSPTYPE_FAC": stay.type,
                "A2_CODE_SEX": person.sex,
                "A2_CODE_DESTINATE": "1",
            }
        )
        for order, day in enumerate((stay.begin, stay.begin + timedelta(days=1)), start=1):
            rows["mzg.STAYSPEC"].append(
                {
                    **ids,
                    "ORDER_SPEC": order,
                    "CODE_SPEC": f"S{order}",
                    **dict(zip(_ymd("A3_{}_SPEC_IN"), day.timetuple()[:3], strict=True)),
                }
            )
        rows["mzg.STAYINDX"].append(
            {
                **ids,
                "ORDER_BEDINDEX": 1,
                "A4_CODE_BEDINDEX_FAC": "C",
                **dict(zip(_ymd("A4_{}_BEDINDEX_IN"), stay.begin.timetuple()[:3], strict=True)),
            }
        )
        for order, code in enumerate(stay.codes):
            rows["mzg.DIAGNOSE"].append(
                {
                    **ids,
                    "ORDER_SPEC": 1,
                    "TYPE_DIAGNOSE": "S" if order else "P",
                    "CODE_SYS_DIAGNOSE": "10",
                    "CODE_DIAGNOSE": code,
                    "M1_PRESENT_ADM": "Y",
                    "M1_CODE_CERT": "1",
                }
            )
    rows["mzg.PATHOSPI"] = _once(rows["mzg.PATHOSPI"])
    rows["hospital.PATIENT"] = list(patients.values())
    for person in made.persons:
        if person.name in c2:
            born = {"PP0010": c2[person.name], "PP0015": person.born, "PP0020": person.sex}
            rows["ima.POPULATION"].append({**born, "PP0040": person.died})
    for line in made.lines:
        common = {"SS00010": c2[line.person], "SS00015": line.day, "SS00020": line.code}
        common |= {"SS00050": 1, "SS00070": "010", "SS00135": line.product}
        if line.hospital:
            number = hospital_number(line.hospital)
            rows["ima.HEALTH"].append({**common, "SS00055": 1, "SS00075": number, "SS00125": line.day})
        else:
            rows["ima.FARMA"].append(common)
    for ref, found in rows.items():
        table = catalog.tables[ref]
        schema = pa.schema([(entry.name, ARROW[entry.type]) for entry in table.fields])
        path = folder / "parties" / table.provider / f"{table.table}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(found, schema=schema), path)
    manifest = {"persons": len(made.persons), "stays": len(made.stays)}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def _coded(made: World, keys: dict[str, bytes]) -> dict[str, int]:
    known = [person for person in made.persons if person.insured and person.insz]
    numbers = np.array([int(person.insz or 0) for person in known], dtype=np.int64)
    coded = pseudonymise(pseudonymise(numbers, keys["C1"], "C1"), keys["C2"], "C2")
    return {person.name: int(value) for person, value in zip(known, coded, strict=True)}


def _ymd(pattern: str) -> tuple[str, ...]:
    return tuple(pattern.format(part) for part in ("YEAR", "MONTH", "DAY"))


def _once(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({tuple(row.items()): row for row in rows}.values())
