"""21/194 as it runs: what every party gets equals SQL of our own on the sources and on the answer key.

While the study runs, the keys and the lists that it destroys are copied out of the vaults. With the keys the oracle
makes the pseudonyms itself, so it can say which code every record must carry.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from tests.indicators.breast_oracle import WAITING, crude
from tests.study.conftest import CATALOG
from tests.study.releasing import certified
from workbench.catalog import Catalog
from workbench.catalog.study_rule import study_rules
from workbench.crypto import pseudonymise, read_key
from workbench.dataflow import Flow, compile_flow
from workbench.indicators import compute_indicators
from workbench.simulate import Now, Run, run_flow
from workbench.study import load_study
from workbench.synth import generate
from workbench.synth.sources import tables_for
from workbench.verify.check import check_flow, unused

PERSONS, SEED = 8_000, 21194
KEYS = {"IDprojectBCR": "ehealth", "IDprojectFOD": "ehealth", "IDprojectfinaal": "ksz", "Verblijfcode": "fps-health"}
COPIED = {"id_list": "ehealth", "fod_list": "fps-health", "index_fod": "fps-health"}
STAYS = ("stayhosp", "stayspec", "stayunit", "diagnose", "procedur", "testresu")
# The population of paragraph 5, and the window of step 5, in words of our own.
COHORT = """SELECT * FROM TUMOUR WHERE fld_nn IS NOT NULL AND year(fld_ic) BETWEEN 2009 AND 2018
    AND (icd10 LIKE 'C50%' OR icd10 LIKE 'D05%')"""
WINDOW = """SELECT DISTINCT CODE_AGR, STAYNUM, final, stay, admission - first AS came, discharge - first AS went
    FROM key_stays JOIN persons USING (INSZ) JOIN stay_codes USING (STAYNUM) JOIN cohort ON fld_nn = INSZ
    WHERE NOT missing_insz AND abs(year(discharge) - year(fld_ic)) <= 1"""


@dataclass(frozen=True)
class Ran:
    """A finished run, what was copied while it ran, and the sources in one database."""

    run: Run
    flow: Flow
    copies: Path
    con: duckdb.DuckDBPyConnection

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.con.execute(query).fetchall()

    def got(self, ref: str, party: str = "bcr-output") -> str:
        """A part in a party's vault, as a table of SQL."""
        return f"'{self.run.part(party, ref)}'"

    def same(self, ref: str, columns: str, expected: str, party: str = "bcr-output") -> int:
        """Rows of a part; asserts that they are the expected ones, each as often."""
        made, wanted = f"SELECT {columns} FROM {self.got(ref, party)}", f"SELECT {columns} FROM ({expected})"
        for one, other, what in ((wanted, made, "missing"), (made, wanted, "too many")):
            rows = self.rows(f"({one}) EXCEPT ALL ({other})")
            assert not rows, f"{ref}: {len(rows)} rows {what}, first {rows[0]}"
        return int(self.rows(f"SELECT count(*) FROM {self.got(ref, party)}")[0][0])

    def held(self) -> dict[str, set[str]]:
        """Datasets in every vault at the end."""
        vaults = self.run.folder / "vaults"
        return {one.name: {d.name for d in one.iterdir() if not d.name.startswith(".")} for one in vaults.iterdir()}


@pytest.fixture(scope="module")
def flow(catalog: Catalog) -> Flow:
    return compile_flow(load_study("breast-clinics", catalog, CATALOG), catalog)


@pytest.fixture(scope="module")
def ran(flow: Flow, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    folder = tmp_path_factory.mktemp("breast")
    data, out, copies = folder / "data", folder / "run", folder / "copies"
    tables = tables_for({use.ref for use in flow.study.study.variables})
    generate(data, PERSONS, SEED, enrich="breast-clinics", catalog_root=CATALOG, tables=tables, threads=2)
    copies.mkdir()

    def copy(now: Now) -> None:
        if not now.begins:
            return
        for name, party in COPIED.items():
            if (found := out / "vaults" / party / name).exists():
                shutil.copytree(found, copies / name, dirs_exist_ok=True)
        for name, party in KEYS.items():
            if (key := out / "vaults" / party / ".keys" / f"{name}.key").exists():
                shutil.copy(key, copies)

    run = run_flow(flow, data, out, progress=copy)
    con = duckdb.connect()
    for path in (data / "parties").rglob("*.parquet"):
        con.execute(f"CREATE VIEW {path.stem} AS FROM '{path}'")
    for path in (data / "answer_key").glob("*.parquet"):
        con.execute(f"CREATE VIEW key_{path.stem} AS FROM '{path}'")
    codes(con, {name: read_key(copies / f"{name}.key") for name in KEYS})
    con.execute(f"CREATE VIEW cohort AS SELECT *, min(fld_ic) OVER (PARTITION BY fld_nn) AS first FROM ({COHORT})")
    con.execute(f"CREATE TABLE window_stays AS {WINDOW.replace('persons', 'final_codes')}")
    yield Ran(run, flow, copies, con)
    con.close()


def codes(con: duckdb.DuckDBPyConnection, keys: dict[str, bytes]) -> None:
    """Tables `final_codes` (INSZ, final, both project codes) and `stay_codes` (STAYNUM, stay), without the flow."""
    # Who died before the window is in the registry alone.
    known = "SELECT INSZ FROM key_persons UNION SELECT fld_nn FROM TUMOUR WHERE fld_nn IS NOT NULL"
    insz = con.execute(known).fetchnumpy()["INSZ"]
    numbers = np.asarray(insz, dtype=np.int64)
    made = {name: pseudonymise(numbers, keys[name], name) for name in ("IDprojectBCR", "IDprojectFOD")}
    final = pseudonymise(made["IDprojectBCR"], keys["IDprojectfinaal"], "IDprojectfinaal")
    con.register("made", pa.table({"INSZ": list(insz), "final": final, **made}))
    con.execute("CREATE TABLE final_codes AS FROM made")
    stays = con.execute("SELECT DISTINCT STAYNUM FROM key_stays").fetchnumpy()["STAYNUM"]
    coded = pseudonymise(np.asarray(stays, dtype=np.int64), keys["Verblijfcode"], "Verblijfcode")
    con.register("made", pa.table({"STAYNUM": list(stays), "stay": coded}))
    con.execute("CREATE TABLE stay_codes AS FROM made")


def test_the_tumours_are_those_of_the_population_with_every_interval_a_difference_of_dates(ran: Ran) -> None:
    (part,) = (ran.flow.datasets["bcr_final"].parts["tumour"],)
    intervals = {"cd": "fld_cd", "ic": "fld_ic", "dd": "fld_dd", "la": "fld_la", "lf": "fld_lf", "lod": "cls_lod"}
    kept = ", ".join(one.name for one in part if one.name != "IDprojectfinaal" and not one.name.startswith("int_ic_"))
    counted = ", ".join(f"{date} - first AS int_ic_{name}" for name, date in intervals.items())
    columns = ", ".join(one.name for one in part)
    expected = f"SELECT {kept}, {counted}, final AS IDprojectfinaal FROM cohort JOIN final_codes ON INSZ = fld_nn"
    assert ran.same("bcr_final.tumour", columns, expected) > 40
    assert len(part) == 71 + 1, "the 72 printed less the series bron1-bronxx kept once, with a code for the number"


@pytest.mark.parametrize(
    ("part", "table", "dates"),
    [
        ("health", "HEALTH", ("SS00015", "SS00110", "SS00115", "SS00125", "SS00155")),
        ("farma", "FARMA", ("SS00015", "SS00155")),
        ("hosp", "HOSP", ("FIRST_PREST", "LAST_PREST")),
    ],
)
def test_the_billing_of_exactly_these_persons_is_linked(
    ran: Ran, part: str, table: str, dates: tuple[str, ...]
) -> None:
    names = [one.name for one in ran.flow.datasets["bcr_final"].parts[part] if one.name != "IDprojectfinaal"]
    chosen = ", ".join(f"{name} - first AS {name}" if name in dates else name for name in names)
    member = "key_persons ON c2 = SS00010" if table != "HOSP" else "key_persons ON INSZ = fld_nn"
    people = "(SELECT DISTINCT fld_nn AS who, first FROM cohort)"
    expected = f"""SELECT {chosen}, final AS IDprojectfinaal FROM {table} JOIN {member}
        JOIN final_codes USING (INSZ) JOIN {people} ON who = INSZ"""
    assert ran.same(f"bcr_final.{part}", ", ".join([*names, "IDprojectfinaal"]), expected) > 50


def test_the_stays_are_those_of_the_answer_key_within_the_window(ran: Ran) -> None:
    """Through Hnew, patient number and three codes, against persons and stays that are known by their true number."""
    wanted = """SELECT final AS IDprojectfinaal, CODE_AGR, stay AS Verblijfcode, came AS int_ic_hosp_in,
        went AS int_ic_hosp_out FROM window_stays"""
    columns = "IDprojectfinaal, CODE_AGR, Verblijfcode, int_ic_hosp_in, int_ic_hosp_out"
    assert ran.same("fod_final.stayhosp", columns, wanted) > 20
    every = "SELECT count(*) FROM key_stays SEMI JOIN cohort ON fld_nn = INSZ"
    assert ran.rows(every)[0][0] > ran.rows("SELECT count(*) FROM window_stays")[0][0], "the window leaves stays out"


@pytest.mark.parametrize(
    ("part", "columns", "interval"),
    [
        ("stayspec", ("ORDER_SPEC", "CODE_SPEC"), ("int_ic_spec_in", "A3", "SPEC_IN")),
        ("stayunit", ("ORDER_UNIT", "CODE_CAMPUS", "CODE_UNIT"), ("int_ic_unit_in", "A5", "UNIT_IN")),
        ("diagnose", ("ORDER_SPEC", "TYPE_DIAGNOSE", "CODE_DIAGNOSE"), None),
        ("procedur", ("ORDER_SPEC", "M2_CODE_PROCEDURE"), ("int_ic_procedure", "M2", "PROCEDURE")),
        ("testresu", ("M5_TYPE_TEST", "M5_RESULT_TEST"), ("int_ic_test", "M5", "TEST")),
    ],
)
def test_what_belongs_to_a_stay_comes_with_it(
    ran: Ran, part: str, columns: tuple[str, ...], interval: tuple[str, str, str] | None
) -> None:
    names, made = ["IDprojectfinaal", "Verblijfcode", *columns], ""
    if interval:
        new, prefix, date = interval
        names.append(new)
        parts = ", ".join(f"{prefix}_{unit}_{date}" for unit in ("YEAR", "MONTH", "DAY"))
        made = f", make_date({parts}) - first AS {new}"
    wanted = f"""SELECT final AS IDprojectfinaal, stay AS Verblijfcode, {", ".join(columns)}{made}
        FROM {part} JOIN window_stays USING (CODE_AGR, STAYNUM) JOIN final_codes USING (final)
        JOIN (SELECT DISTINCT fld_nn, first FROM cohort) ON fld_nn = INSZ"""
    assert ran.same(f"fod_final.{part}", ", ".join(names), wanted) > 10


def test_birth_year_and_main_diagnosis_stand_in_the_stays(ran: Ran) -> None:
    wanted = """SELECT stay AS Verblijfcode, PRINDIAG, year(birth_date) AS A1_YEAR_BIRTH FROM window_stays
        JOIN STAYXTRA USING (CODE_AGR, STAYNUM) JOIN final_codes USING (final) JOIN key_persons USING (INSZ)"""
    assert ran.same("fod_final.stayhosp", "Verblijfcode, PRINDIAG, A1_YEAR_BIRTH", wanted) > 20


def test_every_tumour_is_linked_to_every_stay_of_its_patient(ran: Ran) -> None:
    wanted = """SELECT final AS IDprojectfinaal, order_alltum, stay AS Verblijfcode FROM cohort
        JOIN final_codes ON INSZ = fld_nn LEFT JOIN window_stays USING (final)"""
    assert ran.same("linked.tumour_stay", "IDprojectfinaal, order_alltum, Verblijfcode", wanted) > 40


def test_no_number_and_no_date_reaches_the_researchers(ran: Ran) -> None:
    """Column by column, value by value: no number by which a source or third party knows anybody, no calendar day."""
    forbidden = """SELECT INSZ::BIGINT FROM key_persons UNION SELECT c2 FROM key_persons UNION SELECT Hnew FROM PATNEW
        UNION SELECT try_cast(PATNUM AS BIGINT) FROM PATNEW UNION SELECT try_cast(STAYNUM AS BIGINT) FROM key_stays"""
    forbidden += "".join(f" UNION SELECT {code} FROM final_codes" for code in ("IDprojectBCR", "IDprojectFOD"))
    ran.con.execute(f"CREATE OR REPLACE TABLE forbidden AS SELECT * FROM ({forbidden}) AS numbers(number)")
    looked = 0
    for party in ("bcr-output", "kce-researchers", "committee"):
        for path in (ran.run.folder / "vaults" / party).rglob("*.parquet"):
            for name, kind, *_ in ran.rows(f"DESCRIBE SELECT * FROM '{path}'"):
                assert "DATE" not in kind and "TIME" not in kind, (party, path, name)
                if kind in ("BIGINT", "VARCHAR"):
                    big = f'try_cast("{name}" AS BIGINT) > 100000000'
                    met = ran.rows(f"""SELECT count(*) FROM '{path}'
                        WHERE {big} AND try_cast("{name}" AS BIGINT) IN (FROM forbidden)""")
                    assert met[0][0] == 0, (party, path, name)
                    looked += 1
    assert looked > 150


def test_only_the_month_of_birth_and_of_incidence_say_when(ran: Ran) -> None:
    """Beside a number of days since the index, any calendar year or month of an event would give the index away."""
    parts = [part for name in ("bcr_final", "fod_final") for part in ran.flow.datasets[name].parts.values()]
    calendar = {
        column.name
        for part in parts
        for column in part
        for ref in column.origin
        if any(word in ref for word in ("YEAR", "MONTH", "_bi_", "_ic_", "SS00025", "FARMA.SS00110", "STAY_NR"))
        and not column.name.startswith("int_ic_")
    }
    assert calendar == {"fld_bi_month", "fld_bi_year", "fld_ic_month", "fld_ic_year", "A1_YEAR_BIRTH"}


def test_the_kce_holds_nothing_but_protected_counts(ran: Ran) -> None:
    assert ran.held()["kce-researchers"] == {"results"}
    results = ran.flow.datasets["results"]
    assert results.aggregate and results.protected
    wanted = """SELECT fld_ic_year, bron1, count(*) AS tumoren, count(DISTINCT fld_nn) AS patienten FROM cohort
        GROUP BY ALL HAVING count(DISTINCT fld_nn) >= 5"""
    ran.same("results.hospital_year", "fld_ic_year, bron1, tumoren, patienten", wanted, "kce-researchers")
    campus = """SELECT CODE_AGR, CODE_CAMPUS, count(DISTINCT stay) AS ziekenhuisverblijven,
            count(DISTINCT final) AS patienten
        FROM window_stays JOIN STAYUNIT USING (CODE_AGR, STAYNUM) GROUP BY ALL HAVING count(DISTINCT final) >= 5
        AND count(DISTINCT stay) >= 5"""
    ran.same("results.campus", "CODE_AGR, CODE_CAMPUS, ziekenhuisverblijven, patienten", campus, "kce-researchers")
    for part in results.parts:
        counts = ran.rows(f"SELECT min(patienten) FROM {ran.got(f'results.{part}', 'kce-researchers')}")
        assert counts[0][0] is None or counts[0][0] >= 5


def test_ehealth_sees_numbers_only_and_as_many_others_as_patients(ran: Ran) -> None:
    listed = f"'{ran.copies}/id_list/*.parquet'"
    assert [name for name, *_ in ran.rows(f"DESCRIBE SELECT * FROM {listed}")] == ["INSZ"]
    patients = ran.rows("SELECT count(DISTINCT fld_nn) FROM cohort")[0][0]
    assert ran.rows(f"SELECT count(*), count(DISTINCT INSZ) FROM {listed}") == [(2 * patients, 2 * patients)]
    others = f"SELECT count(*) FROM {listed} WHERE INSZ NOT IN (SELECT fld_nn FROM cohort)"
    assert ran.rows(others)[0][0] == patients


def test_the_federal_service_gets_the_index_date_of_patients_only(ran: Ran) -> None:
    index, known = f"'{ran.copies}/index_fod/*.parquet'", f"'{ran.copies}/fod_list/*.parquet'"
    assert {name for name, *_ in ran.rows(f"DESCRIBE SELECT * FROM {known}")} == {"Hnew", "IDprojectFOD"}
    pairs = f"SELECT Hnew, Incidentiedatum FROM {index} JOIN {known} USING (IDprojectFOD)"
    hnew = "SELECT DISTINCT Hnew, INSZ FROM PATNEW JOIN key_stays USING (PATNUM, CODE_AGR)"
    wanted = f"SELECT DISTINCT Hnew, fld_ic FROM cohort JOIN ({hnew}) ON INSZ = fld_nn"
    assert not ran.rows(f"({wanted}) EXCEPT ({pairs})")
    assert ran.rows(f"SELECT count(DISTINCT IDprojectFOD) FROM {index}") == ran.rows(
        "SELECT count(DISTINCT fld_nn) FROM cohort"
    )


def test_the_vital_status_is_brought_up_to_date_under_the_same_code(ran: Ran) -> None:
    wanted = """SELECT final AS IDprojectfinaal, order_alltum, fld_vs, fld_cd - first AS int_ic_cd,
            cls_lod - first AS int_ic_lod
        FROM cohort JOIN final_codes ON INSZ = fld_nn"""
    assert ran.same("followed.tumour", "IDprojectfinaal, order_alltum, fld_vs, int_ic_cd, int_ic_lod", wanted) > 40


def test_lists_extracts_and_keys_are_gone_at_the_end(ran: Ran) -> None:
    held = {party: names for party, names in ran.held().items() if names}
    report = {"scra_report"}
    kept = {"bcr_final", "fod_final", "mzg_structure", "linked", "results", "vital_final", "followed"}
    kept |= {"clinics", "analysis"}
    assert held == {"bcr-output": kept, "kce-researchers": {"results"}, "committee": report, "ima": report}
    assert not list((ran.run.folder / "vaults").rglob("*.key"))


def test_two_persons_release_the_results_before_they_leave(ran: Ran) -> None:
    steps = [entry.step for entry in ran.run.ledger.entries]
    release = next(entry for entry in ran.run.ledger.entries if entry.step == "release-results")
    assert release.remark and "2 different persons" in release.remark
    assert steps.index("count-linked") < steps.index("release-results") < steps.index("send-results")
    assert steps.index("report-scra") < steps.index("send-bcr-final")


def test_no_error_of_the_rules_stands_open_and_no_acceptance_is_idle(flow: Flow) -> None:
    found = check_flow(flow, study_rules(CATALOG))
    assert not [str(one) for one in found if one.open]
    assert not unused(flow, found)


CLINICS = {"C": "coordinating", "S": "satellite", "O": "other"}
COUNTED = ("proportion", "count", "survival at 1")


def test_every_crude_indicator_equals_the_answer_key_cell_for_cell(ran: Ran) -> None:
    computed = compute_indicators(ran.flow, ran.run)
    found = {
        (one.indicator, one.cell.hospital, one.cell.year, CLINICS.get(one.cell.level, "")): (one.n, one.k)
        for one in computed.results
        if one.statistic in COUNTED and one.cell.stratum in ("", "clinic") and one.n
        and not (one.cell.stratum and (one.cell.hospital != "ALL" or one.cell.year))
        and one.indicator != "breast_campus_volume"
    }  # fmt: skip
    wanted = {
        (row.indicator, row.hospital, row.year, row.clinic): (row.n, row.k) for row in crude(ran.con).itertuples()
    }
    # Of a survival the deaths of the first year are shown, and no year; of a count there is no numerator.
    for key, (n, k) in wanted.items():
        if key[0] == "breast_survival":
            if key[2]:
                continue
            assert found.pop(key)[0] == n, key
        else:
            value, events = found.pop(key)
            assert (value, k if events is None else events) == (n, k), key
    assert not found, f"not in the answer key: {list(found)[:3]}"
    assert len(wanted) > 200
    (operated,) = (one.value for one in computed.results if one.indicator == "breast_campus_volume"
                   and one.cell.hospital == "ALL" and not one.cell.year)  # fmt: skip
    assert (
        operated
        == ran.rows("SELECT count(*) FROM tumours WHERE counted AND indexed AND billed AND surgery NOT NULL")[0][0]
    )


def test_waiting_times_are_those_of_the_answer_key(ran: Ran) -> None:
    crude(ran.con)
    days = [row[0] for row in ran.rows(WAITING)]
    computed = compute_indicators(ran.flow, ran.run)
    found = {
        one.statistic: one
        for one in computed.results
        if one.indicator == "breast_waiting"
        and one.cell.hospital == "ALL"
        and not one.cell.year
        and not one.cell.stratum
    }
    assert found["median"].n == len(days) > 20
    assert found["mean"].value == pytest.approx(sum(days) / len(days))
    for limit in (29, 43):
        assert found[f"below {limit}"].k == sum(day < limit for day in days)


def test_the_release_is_certified_against_every_clinic_and_asks_four_eyes(ran: Ran, tmp_path: Path) -> None:
    release, rows = certified(ran.flow, ran.run, tmp_path)
    hospitals = {hospital for _, hospital, _ in rows} - {"ALL"}
    assert len(hospitals) > 3 and set(release.certificate()["verdicts"]) == {"outsider", *hospitals}
    assert release.policy()["signatures"] == 2, "two persons approve the results before they leave"
