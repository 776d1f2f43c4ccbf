"""Algorithms of derived variables: rows in, rows out, as worked out by hand; Charlson also against its indicator."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dataflow.tables import read, rows_of, same
from workbench.catalog import Catalog
from workbench.dataflow.derived_variables import ALGORITHMS, PARAMETERS, check_algorithms, compute
from workbench.indicators.charlson import groups_of, score_of
from workbench.simulate.backends import DuckSession, EngineSettings

STAY = "CODE_AGR:string | YEAR_REGISTR:integer | PERIOD_REGISTR:integer | STAYNUM:string"
IN = "A2_YEAR_HOSP_IN:integer | A2_MONTH_HOSP_IN:integer | A2_DAY_HOSP_IN:integer"
OUT = IN.replace("_IN:", "_OUT:")
KEY = ["CODE_AGR", "YEAR_REGISTR", "PERIOD_REGISTR", "STAYNUM"]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckSession]:
    made = DuckSession([tmp_path_factory.mktemp("derived")], EngineSettings(threads=1, memory="500MB"))
    yield made
    made.close()


def run(name: str, session: DuckSession, catalog: Catalog, tables: Mapping[str, str | pa.Table]) -> pa.Table:
    given = {ref: session.register(read(table) if isinstance(table, str) else table) for ref, table in tables.items()}
    return session.arrow(compute(name, given, catalog))


def test_every_algorithm_of_the_catalogue_exists_and_every_function_is_used(catalog: Catalog) -> None:
    assert check_algorithms(catalog) == []
    assert {entry.algorithm for entry in catalog.derived.values() if entry.algorithm} == set(ALGORITHMS)
    assert set(PARAMETERS) == set(ALGORITHMS)


def test_what_has_an_algorithm_has_everything_a_reader_asks_for(catalog: Catalog) -> None:
    made = [entry for entry in catalog.derived.values() if entry.algorithm]
    assert len(made) >= 8
    for entry in made:
        assert entry.definition and entry.inputs and entry.owner and entry.version and entry.explanation, entry.name


@pytest.mark.parametrize(
    ("change", "said"),
    [({"algorithm": "length_of_sty"}, "length_of_sty"), ({"parameters": {"days": 3}}, "days")],
)
def test_a_wrong_algorithm_or_parameter_is_told_at_its_line(catalog: Catalog, change: Any, said: str) -> None:
    wrong = catalog.derived["LOS"].model_copy(update=change)
    spoiled = replace(catalog, derived={**catalog.derived, "LOS": wrong})
    (problem,) = check_algorithms(spoiled)
    place = catalog.places["derived:LOS"]
    assert (problem.file, problem.line) == (place.file, place.line)
    assert said in problem.what


STAYS = f"""
{STAY} | PATNUM:string | {IN} | {OUT}
001 | 2020 | 1 | A | p1 | 2020 | 2 | 28 | 2020 | 3 | 1
001 | 2020 | 1 | B | p2 | 2020 | 5 | 4 | 2020 | 5 | 4
002 | 2020 | 1 | A | p1 | 2019 | 12 | 31 | 2020 | 1 | 1
002 | 2020 | 2 | C | p3 | 2020 | 2 | 30 | 2020 | 3 | 1
"""


def test_length_of_stay(session: DuckSession, catalog: Catalog) -> None:
    made = run("LOS", session, catalog, {"mzg.STAYHOSP": STAYS})
    wanted = f"""
    {STAY} | value:integer
    001 | 2020 | 1 | A | 2
    001 | 2020 | 1 | B | 0
    002 | 2020 | 1 | A | 1
    002 | 2020 | 2 | C |
    """
    same(made, wanted)


@pytest.mark.parametrize(
    ("name", "table", "order", "columns"),
    [
        ("OpnameSpecialisme", "mzg.STAYSPEC", "ORDER_SPEC", "A3_{}_SPEC_IN"),
        ("OpnameBedindex", "mzg.STAYINDX", "ORDER_BEDINDEX", "A4_{}_BEDINDEX_IN"),
    ],
)
def test_days_since_admission(
    session: DuckSession, catalog: Catalog, name: str, table: str, order: str, columns: str
) -> None:
    head = " | ".join(f"{columns.format(part)}:integer" for part in ("YEAR", "MONTH", "DAY"))
    within = f"""
    {STAY} | {order}:integer | {head}
    001 | 2020 | 1 | A | 1 | 2020 | 2 | 28
    001 | 2020 | 1 | A | 2 | 2020 | 3 | 1
    002 | 2020 | 1 | A | 1 | 2020 | 1 | 1
    009 | 2020 | 1 | A | 1 | 2020 | 1 | 1
    """
    wanted = f"""
    {STAY} | {order}:integer | value:integer
    001 | 2020 | 1 | A | 1 | 0
    001 | 2020 | 1 | A | 2 | 2
    002 | 2020 | 1 | A | 1 | 1
    009 | 2020 | 1 | A | 1 |
    """
    same(run(name, session, catalog, {"mzg.STAYHOSP": STAYS, table: within}), wanted)


CHAIN = """
RN:bigint | CODE_AGR:string | STAYNUM:string | Opnamedag:date | Ontslagdag:date | RIZIVnummer ziekenhuis:string
1 | 001 | a | 2020-01-01 | 2020-01-03 | H1
1 | 002 | b | 2020-01-03 | 2020-01-09 | H2
1 | 002 | c | 2020-01-09 | 2020-01-10 | H2
2 | 003 | d | 2020-01-03 | 2020-01-04 | H3
"""


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("VorigZiekenhuis", {"a": None, "b": "H1", "c": None, "d": None}),
        ("VorigVerblijf", {"a": None, "b": "a", "c": None, "d": None}),
        ("VolgendZiekenhuis", {"a": "H2", "b": None, "c": None, "d": None}),
        ("VolgendVerblijf", {"a": "b", "b": None, "c": None, "d": None}),
    ],
)
def test_neighbour_stays(session: DuckSession, catalog: Catalog, name: str, wanted: dict[str, str | None]) -> None:
    """Another hospital on the same day only: not the same hospital, not another person."""
    made = run(name, session, catalog, {"stay": CHAIN})
    assert dict(zip(made["STAYNUM"].to_pylist(), made["value"].to_pylist(), strict=True)) == wanted
    assert made.column_names == [*read(CHAIN).column_names, "value"]


@pytest.mark.parametrize("days", [30, 90])
def test_death_within(session: DuckSession, catalog: Catalog, days: int) -> None:
    """On the last day counts, a day later does not; nor does a death before the admission."""
    admitted = date(2020, 1, 1)
    deaths = {1: days, 2: days + 1, 3: 0, 4: -1, 5: None}
    stays = pa.table({"C2": pa.array([*deaths, 6], pa.int64()), "Opnamedag": pa.array([admitted] * 6)})
    dated = [None if after is None else admitted + timedelta(after) for after in deaths.values()]
    members = pa.table(
        {
            "PP0010": pa.array([*deaths, *deaths], pa.int64()),
            "PP0040": pa.array([None] * 5 + dated, pa.date32()),  # in the first year nobody had died
        }
    )
    made = run(f"Overlijden{days}", session, catalog, {"stay": stays, "ima.POPULATION": members})
    found = dict(zip(made["C2"].to_pylist(), made["value"].to_pylist(), strict=True))
    assert found == {1: True, 2: False, 3: True, 4: False, 5: False, 6: False}


def test_age_class(session: DuckSession, catalog: Catalog) -> None:
    patients = """
    CODE_AGR:string | YEAR_REGISTR:integer | PERIOD_REGISTR:integer | PATNUM:string | A1_YEAR_BIRTH:integer
    001 | 2020 | 1 | p1 | 1925
    001 | 2020 | 1 | p2 | 2020
    002 | 2020 | 1 | p1 | 1955
    002 | 2020 | 2 | p3 |
    """
    made = run("age_class_5", session, catalog, {"mzg.STAYHOSP": STAYS, "mzg.PATHOSPI": patients})
    wanted = f"""
    {STAY} | value:string
    001 | 2020 | 1 | A | 95+
    001 | 2020 | 1 | B | <1
    002 | 2020 | 1 | A | 60-64
    002 | 2020 | 2 | C |
    """
    same(made, wanted)


def test_gp_contacts(session: DuckSession, catalog: Catalog) -> None:
    """Two codes of one GP on a day are one contact, two GPs two; what was taken back and other codes are none."""
    lines = """
    SS00010:bigint | SS00015:date | SS00020:string | SS00050:integer | SS00065A:string
    1 | 2020-01-02 | 101076 | 1 | g1
    1 | 2020-01-02 | 101032 | 1 | g1
    1 | 2020-01-02 | 101076 | 1 | g2
    1 | 2020-12-31 | 103132 | 1 | g1
    1 | 2021-01-01 | 103132 | 1 | g1
    1 | 2021-03-01 | 103132 | 1 | g1
    1 | 2021-03-01 | 103132 | -1 | g1
    2 | 2020-05-05 | 212015 | 1 | g1
    3 | 2020-05-05 | 101032 | 1 |
    """
    wanted = """
    SS00010:bigint | year:integer | value:integer
    1 | 2020 | 3
    1 | 2021 | 1
    3 | 2020 | 1
    """
    same(run("gp_contacts", session, catalog, {"ima.HEALTH": lines}), wanted)


def test_length_of_stay_at_a_delivery(session: DuckSession, catalog: Catalog) -> None:
    """By a diagnosis, by a procedure, by both once; a newborn's stay and other stays have no row."""
    diagnoses = f"""
    {STAY} | CODE_DIAGNOSE:string
    001 | 2020 | 1 | A | Z370
    001 | 2020 | 1 | A | O80
    001 | 2020 | 1 | B | Z3800
    002 | 2020 | 2 | C | I639
    """
    procedures = f"""
    {STAY} | M2_CODE_PROCEDURE:string
    001 | 2020 | 1 | A | 10E0XZZ
    002 | 2020 | 1 | A | 10D00Z1
    002 | 2020 | 2 | C | 10D17ZZ
    """
    tables = {"mzg.STAYHOSP": STAYS, "mzg.DIAGNOSE": diagnoses, "mzg.PROCEDUR": procedures}
    wanted = f"""
    {STAY} | value:integer
    001 | 2020 | 1 | A | 2
    002 | 2020 | 1 | A | 1
    """
    same(run("delivery_los", session, catalog, tables), wanted)


def test_chronic_use_of_antidepressants(session: DuckSession, catalog: Catalog) -> None:
    """80 days on two days of delivery and in one year; not by one large package, nor by what was taken back."""
    sizes = {str(one.code): one.attributes for one in catalog.codes["cnk"].entries}
    packages = {code: int(has["units"]) for code, has in sizes.items() if str(has["atc"]).startswith("N06A")}
    small, other = min(packages, key=lambda code: packages[code]), "9608878"
    assert packages[other] == 90 and packages["9598749"] == 98
    rows = [
        (1, date(2020, 1, 1), other, "N06AX05", 1),
        (1, date(2020, 6, 1), other, "N06AX05", 1),
        (2, date(2020, 1, 1), other, "N06AX05", 3),
        (3, date(2020, 12, 31), other, "N06AX05", 1),
        (3, date(2021, 1, 1), other, "N06AX05", 1),
        (4, date(2020, 1, 1), other, "N06AX05", 1),
        (4, date(2020, 2, 1), other, "N06AX05", 1),
        (4, date(2020, 2, 1), other, "N06AX05", -1),
        (5, date(2020, 1, 1), other, "N05BA01", 1),
        (5, date(2020, 2, 1), other, "N05BA01", 1),
        (6, date(2020, 1, 1), "0000000", "N06AB10", 50),
        (6, date(2020, 2, 1), "0000000", "N06AB10", 50),
        (7, date(2020, 1, 1), small, "N06AB10", 1),
    ]
    names = ("SS00010", "SS00015", "SS00135", "ATC_PROD_L", "SS00050")
    lines = pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))
    wanted = """
    SS00010:bigint | year:integer | value:boolean
    1 | 2020 | true
    2 | 2020 | false
    3 | 2020 | false
    3 | 2021 | false
    4 | 2020 | false
    6 | 2020 | false
    7 | 2020 | false
    """
    same(run("chronic_antidepressants", session, catalog, {"ima.FARMA": lines}), wanted)


CODES = ("I210", "I500", "I639", "B20", "B59", "K7030", "K766", "K721", "E119", "E1122", "C509", "C780", "N186", "G819")


@given(stays=st.lists(st.lists(st.sampled_from(CODES), max_size=5), min_size=1, max_size=6))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_charlson_score_equals_the_score_worked_out_stay_by_stay(
    session: DuckSession, catalog: Catalog, stays: list[list[str]]
) -> None:
    table, groups = catalog.codes["charlson"], catalog.codes["charlson_groups"]
    rows = [(f"{number}", code, "S", "Y", "C") for number, codes in enumerate(stays) for code in codes]
    expected = {
        f"{number}": score_of(frozenset(group for code in codes for group in groups_of(code, table)), groups)
        for number, codes in enumerate(stays)
    }
    random.Random(1).shuffle(rows)
    made = run("charlson_score", session, catalog, _diagnosed(rows, len(stays)))
    assert dict(zip(made["STAYNUM"].to_pylist(), made["value"].to_pylist(), strict=True)) == expected


def test_charlson_score_by_hand(session: DuckSession, catalog: Catalog) -> None:
    """Heart failure and dementia make 2; the graver diabetes counts alone; the main diagnosis, what arose in
    hospital and what is not certain count nothing; nor does the stroke itself."""
    rows = [
        ("0", "I500", "S", "Y", "C"),
        ("0", "I210", "S", "Y", "C"),
        ("1", "E119", "S", "Y", "C"),
        ("1", "E1122", "S", "Y", "C"),
        ("2", "I500", "P", "Y", "C"),
        ("2", "I210", "S", "N", "C"),
        ("2", "F03", "S", "Y", "P"),
        ("3", "I639", "S", "Y", "C"),
    ]
    made = run("charlson_score", session, catalog, _diagnosed(rows, 5))
    assert [(row[3], row[4]) for row in rows_of(made)] == [("0", 2), ("1", 2), ("2", 0), ("3", 0), ("4", 0)]


def _diagnosed(rows: list[tuple[str, ...]], stays: int) -> dict[str, pa.Table]:
    def key(numbers: list[str]) -> dict[str, pa.Array]:
        same_period = {name: pa.array([2020] * len(numbers), pa.int64()) for name in KEY[1:3]}
        hospital = pa.array(["001"] * len(numbers), pa.string())
        return {"CODE_AGR": hospital, **same_period, "STAYNUM": pa.array(numbers, pa.string())}

    names = ("CODE_DIAGNOSE", "TYPE_DIAGNOSE", "M1_PRESENT_ADM", "M1_CODE_CERT")
    told = {name: pa.array([row[at] for row in rows], pa.string()) for at, name in enumerate(names, 1)}
    diagnoses = pa.table({**key([row[0] for row in rows]), **told})
    return {"mzg.STAYHOSP": pa.table(key([str(number) for number in range(stays)])), "mzg.DIAGNOSE": diagnoses}
