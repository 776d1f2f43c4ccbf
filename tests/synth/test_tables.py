"""Columns as catalogued, keys unique, references that hold, codes that stand in their lists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.synth.conftest import CATALOG, Data
from workbench.synth.sources import REFS

# The catalogue describes more sources than are generated.
TABLES = sorted(path for path in CATALOG.glob("tables/*/*.yaml") if path.stem in REFS)
# HEALTH repeats lines on purpose; FARMA knows no number of its lines.
# The documents of the Technical Cell hold the lines of HEALTH; the self-registrations have no key on purpose,
# nor have registrations of the practices: the same medicine may be prescribed several times in a year.
WITHOUT_KEY = {"HEALTH", "FARMA", "DOCUMENT_P", "SHA_PREST", "ADH_PREST", "STROKE_2020", "STROKE_2022", "REGISTRY"}
FITTING = {
    "string": {"VARCHAR"},
    "integer": {"TINYINT", "SMALLINT", "INTEGER", "BIGINT"},
    "bigint": {"BIGINT"},
    "date": {"DATE"},
    "decimal": {"DECIMAL(10,2)"},
    "boolean": {"BOOLEAN"},
}


def catalogued(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_columns_are_those_of_the_catalogue(data: Data, path: Path) -> None:
    fields = catalogued(path)["fields"]
    described = {row[0]: row[1] for row in data.rows(f"DESCRIBE {path.stem}")}
    # A source has fields no study asks for yet; those made stand in the catalogue's order.
    made = [field for field in fields if field["name"] in described]
    assert list(described) == [field["name"] for field in made]
    for field in made:
        assert described[field["name"]] in FITTING[field["type"]], field["name"]


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_mandatory_fields_are_filled_and_lengths_kept(data: Data, path: Path) -> None:
    described = {row[0] for row in data.rows(f"DESCRIBE {path.stem}")}
    for field in catalogued(path)["fields"]:
        if field["name"] not in described:
            continue
        if field.get("mandatory"):
            assert data.one(f"SELECT count(*) FROM {path.stem} WHERE {field['name']} IS NULL") == 0, field["name"]
        if field["type"] == "string" and field.get("length"):
            low, _, high = str(field["length"]).partition("-")
            too = f"length({field['name']}) NOT BETWEEN {low} AND {high or low}"
            assert data.one(f"SELECT count(*) FROM {path.stem} WHERE {too}") == 0, field["name"]


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_keys_are_unique(data: Data, path: Path) -> None:
    if path.stem not in WITHOUT_KEY:
        keys = catalogued(path)["keys"]
        # the registry has tumours of persons whose number it does not know
        known = f"{keys[0]} IS NOT NULL"
        repeated = f"SELECT {', '.join(keys)} FROM {path.stem} WHERE {known} GROUP BY ALL HAVING count(*) > 1 LIMIT 3"
        assert data.rows(repeated) == []


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_codes_stand_in_their_lists(data: Data, path: Path) -> None:
    described = {row[0] for row in data.rows(f"DESCRIBE {path.stem}")}
    for field in (one for one in catalogued(path)["fields"] if one["name"] in described):
        listed = CATALOG / "codes" / f"{field.get('codes')}.yaml"
        if field.get("codes") and listed.exists():
            known = {str(entry["code"]) for entry in catalogued(listed)["entries"]}
            used = {code for (code,) in data.rows(f"SELECT DISTINCT {field['name']} FROM {path.stem}")} - {None}
            assert used and used <= known, field["name"]


@pytest.mark.parametrize(
    ("child", "parent", "key"),
    [
        ("STAYHOSP", "PATHOSPI", "CODE_AGR, YEAR_REGISTR, PERIOD_REGISTR, PATNUM"),
        ("PATHOSPI", "PATIENT", "CODE_AGR, PATNUM"),
        ("PATIENT", "PATHOSPI", "CODE_AGR, PATNUM"),
        ("STAYSPEC", "STAYHOSP", "CODE_AGR, YEAR_REGISTR, PERIOD_REGISTR, STAYNUM"),
        ("STAYHOSP", "STAYSPEC", "CODE_AGR, YEAR_REGISTR, PERIOD_REGISTR, STAYNUM"),
        ("STAYINDX", "STAYHOSP", "CODE_AGR, YEAR_REGISTR, PERIOD_REGISTR, STAYNUM"),
        ("STAYHOSP", "STAYINDX", "CODE_AGR, YEAR_REGISTR, PERIOD_REGISTR, STAYNUM"),
        ("DIAGNOSE", "STAYSPEC", "CODE_AGR, YEAR_REGISTR, PERIOD_REGISTR, STAYNUM, ORDER_SPEC"),
        ("STAYXTRA", "STAYHOSP", "CODE_AGR, YEAR_REGISTR, PERIOD_REGISTR, STAYNUM"),
        ("STAYHOSP", "STAYXTRA", "CODE_AGR, YEAR_REGISTR, PERIOD_REGISTR, STAYNUM"),
        ("STAYUNIT", "STAYHOSP", "CODE_AGR, YEAR_REGISTR, PERIOD_REGISTR, STAYNUM"),
        ("STAYHOSP", "STAYUNIT", "CODE_AGR, YEAR_REGISTR, PERIOD_REGISTR, STAYNUM"),
        ("STAYUNIT", "CAMPUNIT", "CODE_AGR, YEAR_REGISTR, PERIOD_REGISTR, CODE_CAMPUS, CODE_UNIT"),
        ("CAMPUNIT", "HOSPCAMP", "CODE_AGR, YEAR_REGISTR, PERIOD_REGISTR, CODE_CAMPUS"),
        ("TESTRESU", "STAYHOSP", "CODE_AGR, YEAR_REGISTR, PERIOD_REGISTR, STAYNUM"),
        ("ITEMDIVG", "STAYHOSP", "CODE_AGR, YEAR_REGISTR, PERIOD_REGISTR, STAYNUM"),
        ("URGADMIN", "STAYSPEC", "CODE_AGR, YEAR_REGISTR, PERIOD_REGISTR, STAYNUM, ORDER_SPEC"),
        ("PATNEW", "PATIENT", "CODE_AGR, PATNUM"),
        ("key_stays", "STAYHOSP", "CODE_AGR, STAYNUM, PATNUM"),
        ("STAYHOSP", "key_stays", "CODE_AGR, STAYNUM, PATNUM"),
        ("key_stays", "key_persons", "INSZ"),
        ("key_episodes", "key_stays", "INSZ, CODE_AGR, STAYNUM"),
    ],
)
def test_references_hold(data: Data, child: str, parent: str, key: str) -> None:
    assert data.rows(f"SELECT {key} FROM {child} EXCEPT SELECT {key} FROM {parent}") == []


def test_every_billed_person_is_a_member(data: Data) -> None:
    for table in ("HEALTH", "FARMA"):
        assert data.one(f"SELECT count(*) FROM {table} ANTI JOIN POPULATION ON PP0010 = SS00010") == 0


def test_every_stay_has_one_main_diagnosis(data: Data) -> None:
    mains = """SELECT CODE_AGR, STAYNUM FROM STAYHOSP LEFT JOIN DIAGNOSE USING (CODE_AGR, STAYNUM)
        GROUP BY ALL HAVING count(*) FILTER (TYPE_DIAGNOSE = 'P' AND ORDER_SPEC = 1) <> 1
            OR count(*) FILTER (TYPE_DIAGNOSE = 'P') <> 1"""
    assert data.rows(mains) == []


def test_a_person_is_the_same_person_everywhere(data: Data) -> None:
    different = """SELECT count(*) FROM key_stays k JOIN STAYHOSP s USING (CODE_AGR, STAYNUM, PATNUM)
        JOIN PATHOSPI h USING (CODE_AGR, YEAR_REGISTR, PERIOD_REGISTR, PATNUM)
        JOIN key_persons p ON p.INSZ = k.INSZ
        JOIN POPULATION m ON m.PP0010 = p.c2
        WHERE A2_CODE_SEX <> CASE p.sex WHEN 'man' THEN '1' ELSE '2' END OR PP0020 <> A2_CODE_SEX
            OR A1_YEAR_BIRTH <> year(birth_date) OR PP0015 <> A1_YEAR_BIRTH
            OR PP0040 IS DISTINCT FROM death_date"""
    assert data.one(different) == 0
    assert data.one("SELECT count(*) FROM PATIENT p JOIN key_stays k USING (PATNUM) WHERE p.INSZ <> k.INSZ") == 0


def test_a_missing_insz_is_missing_in_every_hospital_of_the_person(data: Data) -> None:
    told = "SELECT DISTINCT CODE_AGR, PATNUM, missing_insz FROM key_stays"
    different = f"""SELECT count(*) FROM ({told}) JOIN PATIENT USING (CODE_AGR, PATNUM)
        WHERE (INSZ IS NULL) <> missing_insz"""
    assert data.one(different) == 0
    assert data.one("SELECT count(*) FROM PATIENT WHERE INSZ IS NULL") > 20
    mixed = "SELECT INSZ FROM key_stays GROUP BY INSZ HAVING count(DISTINCT missing_insz) > 1"
    assert data.rows(mixed) == []
