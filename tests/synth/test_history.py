"""The years before the window: made only when asked, coded as they were coded then, and nothing of the window moves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.synth.conftest import CATALOG, SEED, Data
from workbench.errors import WorkbenchError
from workbench.synth import Manifest, generate, is_valid
from workbench.synth.parameters import Parameters
from workbench.synth.sources import PLACES

PERSONS = 6_000
TABLES = {
    "mzg.STAYHOSP", "mzg.DIAGNOSE", "mzg.PROCEDUR", "mzg.STAYXTRA", "mzg.STAYUNIT", "mzg.CAMPUNIT", "mzg.PATHOSPI",
    "bcr.TUMOUR", "bcr.INSURED", "hospital.PATIENT", "ima.HEALTH",
}  # fmt: skip
KEY = "CODE_AGR, YEAR_REGISTR, PERIOD_REGISTR, STAYNUM"


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Data]:
    """Two folders of the same persons: `x` from 2012 on, `w_x` of the window alone."""
    folder = tmp_path_factory.mktemp("history")
    manifest = generate(folder / "long", PERSONS, SEED, catalog_root=CATALOG, tables=TABLES, first_year=2012)
    generate(folder / "window", PERSONS, SEED, catalog_root=CATALOG, tables=TABLES)
    con = duckdb.connect()
    for table in manifest.tables:
        name = f"key_{table}" if PLACES[table].startswith("answer_key") else table
        con.execute(f"CREATE VIEW {name} AS FROM '{folder / 'long' / PLACES[table]}'")
        con.execute(f"CREATE VIEW w_{name} AS FROM '{folder / 'window' / PLACES[table]}'")
    yield Data(folder / "long", manifest, con)
    con.close()


def test_every_row_of_the_window_is_as_without_the_earlier_years(long: Data) -> None:
    for table in ("STAYHOSP", "DIAGNOSE", "PROCEDUR", "STAYXTRA", "STAYUNIT", "TUMOUR", "HEALTH", "key_stays"):
        assert long.one(f"SELECT count(*) FROM (FROM w_{table} EXCEPT ALL FROM {table})") == 0, table
    # what is more belongs to the years before, or to the end of a course of chemotherapy that began in them
    late = """SELECT count(*), count(*) FILTER (admission >= DATE '2016-12-01') FROM
        (FROM key_stays EXCEPT ALL FROM w_key_stays)"""
    more, in_window = long.rows(late)[0]
    assert more > 5_000 and in_window < 20
    assert long.one("SELECT count(*) FROM (FROM key_persons EXCEPT ALL FROM w_key_persons)") == 0


def test_codes_are_those_of_their_registration_year(long: Data, parameters: Parameters) -> None:
    icd9 = set(parameters["history.diagnoses"].values())
    assert len(icd9) == len(parameters["history.diagnoses"]), "no two codes become one"
    systems = long.rows("SELECT DISTINCT YEAR_REGISTR, CODE_SYS_DIAGNOSE FROM DIAGNOSE ORDER BY 1")
    assert systems == [(year, "9") for year in (2012, 2013, 2014)] + [(year, "A") for year in range(2016, 2021)]
    old = {code for (code,) in long.rows("SELECT DISTINCT CODE_DIAGNOSE FROM DIAGNOSE WHERE YEAR_REGISTR <= 2014")}
    new = {code for (code,) in long.rows("SELECT DISTINCT CODE_DIAGNOSE FROM DIAGNOSE WHERE YEAR_REGISTR >= 2016")}
    assert old <= icd9 and len(old) > 80 and not old & new
    assert long.one("SELECT count(*) FROM DIAGNOSE WHERE CODE_DIAGNOSE IS NULL") == 0
    lengths = long.rows(
        """SELECT YEAR_REGISTR < 2015, min(length(M2_CODE_PROCEDURE)), max(length(M2_CODE_PROCEDURE)),
        count(*) - count(M2_CODE_PROCEDURE) FROM PROCEDUR GROUP BY 1 ORDER BY 1"""
    )
    assert lengths == [(False, 7, 7, 0), (True, 3, 4, 0)]
    assert long.one("SELECT count(*) FROM PROCEDUR WHERE YEAR_REGISTR = 2015") == 0
    assert long.one(f"SELECT count(*) FROM PROCEDUR ANTI JOIN DIAGNOSE USING ({KEY}, CODE_DIAGNOSE)") == 0
    coded = "SELECT DISTINCT YEAR_REGISTR, {0} IS NULL FROM {1} WHERE {0} IS NULL"
    for table, field in (("STAYHOSP", "A2_CODE_DIAG_VERIF_ADM"), ("STAYXTRA", "PRINDIAG")):
        assert long.rows(coded.format(field, table)) == [(2015, True)]


def test_earlier_stays_hold_together(long: Data) -> None:
    for keys in (KEY, f"{KEY}, ORDER_SPEC, TYPE_DIAGNOSE, CODE_SYS_DIAGNOSE, CODE_DIAGNOSE"):
        table = "STAYHOSP" if keys == KEY else "DIAGNOSE"
        assert long.rows(f"SELECT {keys} FROM {table} GROUP BY ALL HAVING count(*) > 1") == []
    overlaps = """SELECT count(*) FROM key_stays a JOIN key_stays b ON a.INSZ = b.INSZ AND a.STAYNUM <> b.STAYNUM
        WHERE a.admission <= b.admission AND b.admission < a.discharge AND b.discharge > a.admission"""
    assert long.one(overlaps) == 0
    assert long.one("SELECT count(*) FROM key_stays WHERE kind <> 'background' AND admission < DATE '2016-12-01'") == 0
    units = "CODE_AGR, YEAR_REGISTR, PERIOD_REGISTR, CODE_CAMPUS, CODE_UNIT"
    assert long.rows(f"SELECT {units} FROM STAYUNIT EXCEPT SELECT {units} FROM CAMPUNIT") == []
    assert long.one("SELECT count(*) FROM key_stays JOIN key_persons USING (INSZ) WHERE admission < birth_date") == 0
    yearly = dict(long.rows("SELECT year(discharge), count(*) FROM key_stays GROUP BY 1"))
    assert all(0.75 < yearly[year] / yearly[2018] < 1.15 for year in range(2012, 2017))


def test_earlier_tumours_are_operated_too(long: Data) -> None:
    operated = """SELECT year(incidence_date), count(*) FROM key_tumours t JOIN key_stays k USING (INSZ)
        WHERE site = 'C50' AND admission - incidence_date BETWEEN 12 AND 45 GROUP BY 1"""
    years = dict(long.rows(operated))
    assert min(years) < 2015 and sum(years.values()) > 20


def test_the_first_year_is_part_of_what_makes_a_folder_valid(long: Data) -> None:
    def valid(year: int | None) -> bool:
        return is_valid(long.folder, PERSONS, SEED, catalog_root=CATALOG, tables=TABLES, first_year=year)

    assert [valid(year) for year in (2012, 2013, None)] == [True, False, False]
    assert Manifest.read(long.folder).first_year == 2012


@pytest.mark.parametrize("year", [2011, 2016])
def test_a_year_that_cannot_be_made_is_refused_with_a_sentence(tmp_path: Path, year: int) -> None:
    with pytest.raises(WorkbenchError, match="give 2012 to 2015"):
        generate(tmp_path, 1_000, 1, catalog_root=CATALOG, first_year=year)


def test_who_died_before_the_window_is_known_to_the_registry_alone(long: Data) -> None:
    departed = "SELECT fld_nn FROM TUMOUR WHERE fld_nn NOT NULL AND fld_cd < DATE '2016-12-01'"
    assert len(long.rows(departed)) > 8
    assert long.rows(departed.replace("TUMOUR", "w_TUMOUR")), "also when no earlier stays are made"
    for known in ("SELECT INSZ FROM key_persons", "SELECT INSZ FROM PATIENT", "SELECT fld_nn FROM INSURED"):
        assert long.rows(f"{departed} INTERSECT {known}") == []
    check = "97 - (left(fld_nn, 9)::BIGINT + CASE WHEN fld_bi_year >= 2000 THEN 2000000000 ELSE 0 END) % 97"
    assert long.one(f"SELECT count(*) FROM TUMOUR WHERE right(fld_nn, 2)::INTEGER <> {check}") == 0
    odd = "SELECT count(*) FROM TUMOUR WHERE (fld_nn[7:9]::INTEGER % 2 = 1) <> (fld_sx = '1')"
    assert long.one(odd) == 0
