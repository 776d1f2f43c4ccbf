"""21/104 as it runs: every table researchers get equals SQL of our own on the sources, pseudonyms included.

The keys of the study are copied out of eHealth's vault just before the step that destroys them: with them the oracle
codes identities itself, so that it can say which pseudonym each record must carry.
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
import yaml

from tests.study.conftest import CATALOG
from tests.study.releasing import certified
from workbench.catalog import Catalog
from workbench.crypto import Identifiers, pseudonymise_reversibly, read_key
from workbench.dataflow import Flow, compile_flow
from workbench.indicators import compute_indicators
from workbench.simulate import Now, Run, run_flow
from workbench.study import load_study
from workbench.synth import generate
from workbench.synth.sources import tables_for

PERSONS, SEED = 6_000, 21104


def codes(name: str) -> str:
    """The codes of a list of the catalogue, as SQL."""
    entries = yaml.safe_load((CATALOG / "codes" / f"{name}.yaml").read_text(encoding="utf-8"))["entries"]
    return "(" + ", ".join(f"'{entry['code']}'" for entry in entries) + ")"


@dataclass(frozen=True)
class Ran:
    """A finished run beside the sources it was made from, in one database."""

    run: Run
    flow: Flow
    con: duckdb.DuckDBPyConnection

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.con.execute(query).fetchall()

    def got(self, ref: str, party: str = "omni-care-consult") -> str:
        """A part in a party's vault, as a table of SQL."""
        return f"'{self.run.part(party, ref)}'"

    def same(self, ref: str, columns: str, expected: str) -> int:
        """Rows of a part of the analysis set; asserts that they are the expected ones, each as often."""
        made, wanted = f"SELECT {columns} FROM {self.got(ref)}", f"SELECT {columns} FROM ({expected})"
        for one, other, what in ((wanted, made, "missing"), (made, wanted, "too many")):
            rows = self.rows(f"({one}) EXCEPT ALL ({other})")
            assert not rows, f"{ref}: {len(rows)} rows {what}, first {rows[0]}"
        return int(self.rows(f"SELECT count(*) FROM {self.got(ref)}")[0][0])


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory, catalog: Catalog) -> Iterator[Ran]:
    folder = tmp_path_factory.mktemp("theatre")
    flow = compile_flow(load_study("operating-theatre", catalog, CATALOG), catalog)
    read = {ref for entry in flow.steps for _, ref in entry.step.reads() if ref in catalog.tables}
    tables = tables_for({*read, "mzg.PROCEDUR", "mzg.STAYUNIT", "hospital.PATIENT"})
    generate(folder / "data", PERSONS, SEED, enrich=None, catalog_root=CATALOG, tables=tables)
    secret = folder / "run" / "vaults" / "ehealth" / ".keys"

    def keep_keys(now: Now) -> None:
        if now.begins and now.number < now.steps and flow.steps[now.number].step.id == "destroy-at-ehealth":
            shutil.copytree(secret, folder / "keys")

    run = run_flow(flow, folder / "data", folder / "run", progress=keep_keys)
    with duckdb.connect() as con:
        for ref in tables:
            source, table = ref.split(".")[:2]
            paths = [*(folder / "data" / "parties").glob(f"*/{table}.parquet")]
            assert len(paths) == 1, (source, paths)
            con.execute(f"CREATE VIEW {table} AS FROM '{paths[0]}'")
        _identities(con, folder)
        _stays(con)
        yield Ran(run, flow, con)


def _identities(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Tables `person` (INSZ, INSZ_T, INSZ_X) and `stay` (STAYNUM, HOSNR_X): what eHealth must have made of them."""
    key = {name: read_key(folder / "keys" / f"{name}.key") for name in ("INSZ_X", "HOSNR_X")}
    old = read_key(folder / "data" / "parties" / "ehealth" / "keys" / "INSZ_T.key")
    insz = _column(con, f"SELECT INSZ FROM '{folder / 'data' / 'answer_key' / 'persons.parquet'}'")
    # A stay number has no fixed length: the 1 in front keeps its zeros, and goes again when it is decoded.
    stays = _column(con, "SELECT DISTINCT '1' || STAYNUM FROM STAYHOSP")
    person = {
        "INSZ": [f"{number:011d}" for number in insz],
        "INSZ_T": [str(number) for number in pseudonymise_reversibly(insz, old, "INSZ_T")],
        "INSZ_X": pseudonymise_reversibly(insz, key["INSZ_X"], "INSZ_X"),
    }
    stay = {
        "STAYNUM": [str(number)[1:] for number in stays],
        "HOSNR_X": pseudonymise_reversibly(stays, key["HOSNR_X"], "HOSNR_X"),
    }
    for name, columns in (("person", person), ("stay", stay)):
        con.register(f"made_{name}", pa.table(columns))
        con.execute(f"CREATE TABLE {name} AS FROM made_{name}")


def _column(con: duckdb.DuckDBPyConnection, query: str) -> Identifiers:
    return np.array([int(value) for (value,) in con.execute(query).fetchall()], dtype=np.int64)


def _stays(con: duckdb.DuckDBPyConnection) -> None:
    """Table `chosen`: stays of the study with a known person, beside both pseudonyms."""
    con.execute(
        f"""CREATE TABLE chosen AS
        SELECT s.*, INSZ_X, HOSNR_X, A2_YEAR_HOSP_IN - A1_YEAR_BIRTH AS age
        FROM STAYHOSP s JOIN PATHOSPI b USING (CODE_AGR, YEAR_REGISTR, PERIOD_REGISTR, PATNUM)
        JOIN PATIENT p ON p.PATNUM = s.PATNUM AND p.CODE_AGR = s.CODE_AGR
        JOIN person USING (INSZ) JOIN stay USING (STAYNUM)
        WHERE s.CODE_AGR IN {codes("theatre_participants")}
            AND STAYNUM IN (SELECT STAYNUM FROM STAYUNIT WHERE A5_YEAR_UNIT_IN IN (2017, 2018))
            AND (STAYNUM IN (SELECT STAYNUM FROM PROCEDUR WHERE M2_YEAR_PROCEDURE IN (2017, 2018))
                OR STAYNUM IN (SELECT STAYNUM FROM STAYUNIT WHERE A5_YEAR_UNIT_IN IN (2017, 2018)
                    AND CODE_UNIT IN ('OPR(OP)', 'OPR(RE)', 'DAYMIX')))"""
    )


def weekend(*parts: str) -> str:
    date = parts[0] if len(parts) == 1 else f"make_date({', '.join(parts)})"
    return f"CASE WHEN isodow({date}) >= 6 THEN 'weekend' ELSE 'week' END"


def age_class(age: str) -> str:
    return f"""CASE WHEN {age} <= 16 THEN '0-16' WHEN {age} <= 40 THEN '17-40' WHEN {age} <= 65 THEN '41-65'
        WHEN {age} <= 85 THEN '66-85' ELSE '86+' END"""


def triple(prefix: str, name: str) -> tuple[str, str, str]:
    return f"{prefix}_YEAR_{name}", f"{prefix}_MONTH_{name}", f"{prefix}_DAY_{name}"


def test_the_stays_are_the_selected_ones_with_their_person(ran: Ran) -> None:
    columns = """INSZ_X, HOSNR_X, CODE_AGR, A2_HOSPTYPE_FAC, A2_YEAR_HOSP_OUT, OpnameWeekWeekend, OntslagWeekWeekend,
        A2_CODE_SEX, LeeftijdsklasseOpname, A2_CODE_ADM, A2_CODE_DESTINATE, A2_CODE_DIAG_VERIF_ADM"""
    expected = f"""SELECT * REPLACE (A2_YEAR_HOSP_OUT::BIGINT AS A2_YEAR_HOSP_OUT),
        {weekend(*triple("A2", "HOSP_IN"))} AS OpnameWeekWeekend,
        {weekend(*triple("A2", "HOSP_OUT"))} AS OntslagWeekWeekend,
        {age_class("age")} AS LeeftijdsklasseOpname FROM chosen"""
    assert ran.same("analysis.stay", columns, expected) > 1_000
    years = f"SELECT HOSNR_X, A2_YEAR_HOSP_IN FROM {ran.got('analysis.stay')} WHERE A2_YEAR_HOSP_IN IS NOT NULL"
    assert ran.rows(f"({years}) EXCEPT (SELECT HOSNR_X, A2_YEAR_HOSP_IN FROM chosen)") == []
    classes = ran.rows(f"SELECT count(DISTINCT LeeftijdsklasseOpname) FROM {ran.got('analysis.stay')}")
    assert classes == [(5,)]


@pytest.mark.parametrize(
    ("part", "table", "plain", "dated"),
    [
        ("specialty", "STAYSPEC", "ORDER_SPEC, CODE_SPEC", triple("A3", "SPEC_IN")),
        (
            "bedindex",
            "STAYINDX",
            "ORDER_BEDINDEX, A4_CODE_BEDINDEX_FAC, A4_NUMBER_DAY_FAC",
            triple("A4", "BEDINDEX_IN"),
        ),
        ("unit", "STAYUNIT", "ORDER_UNIT, CODE_UNIT, CODE_CAMPUS, A5_YEAR_UNIT_IN, DagNacht", triple("A5", "UNIT_IN")),
        ("procedure", "PROCEDUR", "M2_CODE_PROCEDURE, M2_YEAR_PROCEDURE, M2_CODE_ANEST", triple("M2", "PROCEDURE")),
        ("diagnosis", "DIAGNOSE", "ORDER_SPEC, TYPE_DIAGNOSE, CODE_DIAGNOSE, M1_PRESENT_ADM, M1_CODE_CERT", ()),
        ("grouper", "STAYXTRA", "DRG_V15, SEVERITY_V28, PRINDIAG, LENGTH_OF_STAY", ()),
        ("emergency", "URGADMIN", "M6_TYPE_INFO_URG, M6_CODE_INFO_URG", ()),
        ("nursing", "ITEMDIVG", "ITEM, SCORE", ()),
    ],
)
def test_every_mzg_file_came_back_to_its_stay(
    part: str, table: str, plain: str, dated: tuple[str, ...], ran: Ran
) -> None:
    """REF_NR brought each record to the coded number of its own stay, and none was lost on the way."""
    made = f", {weekend(*dated)} AS WeekWeekend" if dated else ""
    if part == "unit":
        made += ", CASE WHEN A5_HOUR_UNIT_IN BETWEEN 8 AND 19 THEN 'day' ELSE 'night' END AS DagNacht"
    expected = f"SELECT t.*, HOSNR_X{made} FROM {table} t JOIN (SELECT STAYNUM, HOSNR_X FROM chosen) USING (STAYNUM)"
    assert ran.same(f"analysis.{part}", f"HOSNR_X, {plain}" + (", WeekWeekend" if dated else ""), expected) > 200


@pytest.mark.parametrize(
    ("part", "table"), [("hospital_services", "SHA_PREST"), ("day_services", "ADH_PREST"), ("ambulatory", "DOCUMENT_P")]
)
def test_services_of_the_technical_cell_are_those_of_person_and_stay(part: str, table: str, ran: Ran) -> None:
    plain = "INSZ_X, NOMEN_CODE, NUMBER, AMOUNT, PATIENT_SEX, SOCIAL_CONTEXT, WeekWeekend, LeeftijdsklasseOKA"
    stay = part != "ambulatory"
    columns = f"{plain}, HOSNR_X, CNK, OpnameWeekWeekend, PREVIOUS_STAY_INTERVAL" if stay else f"{plain}, JaarPrestatie"
    of_stay = f"HOSNR_X, {weekend('ADMISSION_DATE')} AS OpnameWeekWeekend"
    own = of_stay if stay else "year(REALIZATION_DATE) AS JaarPrestatie"
    found = "JOIN (SELECT STAYNUM, HOSNR_X FROM chosen) ON STAYNUM = admission_nr" if stay else ""
    expected = f"""SELECT t.* REPLACE (AMOUNT::DOUBLE AS AMOUNT), INSZ_X, {own},
            {weekend("REALIZATION_DATE")} AS WeekWeekend, {age_class("PATIENT_AGE")} AS LeeftijdsklasseOKA
        FROM {table} t JOIN person ON INSZ_T = patient_anonymous_id {found}
        WHERE year(REALIZATION_DATE) IN (2017, 2018) AND NOMEN_CODE IN {codes("theatre_nomenclature")}"""
    assert ran.same(f"analysis.{part}", columns, expected) > 200


def test_theatre_registers_are_those_of_person_and_stay(ran: Ran) -> None:
    columns = """INSZ_X, HOSNR_X, CODE_AGR, DagNacht, WeekWeekend, SPECIALTY, PROCEDURE_TYPE, ANAESTHESIA_TYPE,
        MATERIAL, NUMBER, AMOUNT"""
    expected = f"""SELECT t.* REPLACE (AMOUNT::DOUBLE AS AMOUNT), INSZ_X, HOSNR_X,
            {weekend("PROCEDURE_DATE")} AS WeekWeekend,
            CASE WHEN PROCEDURE_TIME >= '08:00' AND PROCEDURE_TIME < '20:00' THEN 'day' ELSE 'night' END AS DagNacht
        FROM THEATRE t JOIN person USING (INSZ) JOIN stay ON STAYNUM = HOSNR
        WHERE CODE_AGR IN {codes("theatre_participants")} AND year(PROCEDURE_DATE) IN (2017, 2018)"""
    assert ran.same("analysis.theatre", columns, expected) > 500


def test_a_person_has_one_pseudonym_in_every_source(ran: Ran) -> None:
    """Persons of the sources meet under INSZ_X exactly where they meet under their own number."""
    both = """SELECT count(DISTINCT INSZ_X) FROM {} JOIN {} USING (INSZ_X)"""
    names = ("stay", "hospital_services", "day_services", "ambulatory", "theatre")
    parts = [ran.got(f"analysis.{part}") for part in names]
    met = [ran.rows(both.format(parts[0], part))[0][0] for part in parts[1:]]
    assert min(met) > 50
    ambulatory = f"""SELECT count(DISTINCT p.INSZ_X) FROM DOCUMENT_P JOIN person p ON INSZ_T = patient_anonymous_id
        JOIN chosen USING (INSZ_X) WHERE year(REALIZATION_DATE) IN (2017, 2018)
        AND NOMEN_CODE IN {codes("theatre_nomenclature")}"""
    assert met[2] == ran.rows(ambulatory)[0][0]
    stays = f"SELECT HOSNR_X, INSZ_X FROM {parts[0]}"
    for part in (parts[1], parts[2], parts[4]):
        strays = f"SELECT count(*) FROM {part} x JOIN ({stays}) s USING (HOSNR_X) WHERE x.INSZ_X <> s.INSZ_X"
        assert ran.rows(strays) == [(0,)]


def test_no_identifier_of_a_source_is_left_with_the_receiver(ran: Ran) -> None:
    """Neither as a column nor as a value: every text and number in the vaults is compared."""
    numbers = (("person", "INSZ"), ("person", "INSZ_T"), ("stay", "STAYNUM"), ("STAYHOSP", "PATNUM"))
    raw = " UNION ".join(f"SELECT {name} AS raw_number FROM {table}" for table, name in numbers)
    ran.con.execute(f"CREATE OR REPLACE TABLE raw AS {raw}")
    seen = 0
    for party in ("omni-care-consult", "occ-linkage", "p-95", "minister", "committee"):
        for path in (ran.run.folder / "vaults" / party).rglob("*.parquet"):
            for name, *_ in ran.rows(f"DESCRIBE FROM '{path}'"):
                assert name not in {"INSZ", "INSZ_T", "HOSNR", "PATNUM", "STAYNUM", "REF_NR"}, path
                found = ran.rows(f"""SELECT count(*) FROM '{path}' JOIN raw ON raw_number = "{name}"::VARCHAR""")
                assert found == [(0,)], (path, name)
                seen += 1
    assert seen > 150


def test_what_is_left_in_the_vaults(ran: Ran) -> None:
    vaults = ran.run.folder / "vaults"
    left = {one.name: {d.name for d in one.iterdir() if not d.name.startswith(".")} for one in vaults.iterdir()}
    assert {party: names for party, names in left.items() if names} == {
        "occ-linkage": {"analysis"},
        "omni-care-consult": {"analysis", "finhosta_totals", "activity", "costs", "results"},
        "committee": {"scra_report"},
        "p-95": {"scra_report"},
        "minister": {"results"},
    }
    assert not list(vaults.rglob("*.key")), "the keys of the study outlive the feedback round"


def test_small_groups_are_counted_reported_and_lose_their_year(ran: Ran) -> None:
    group = "CODE_AGR, A2_CODE_SEX, age_class, A2_CODE_STAT_INSURANCE"
    stays = f"(SELECT *, {age_class('age')} AS age_class FROM chosen)"
    cells = f"SELECT count(*) AS n, count(DISTINCT INSZ_X) AS p FROM {stays} GROUP BY {group}, A2_YEAR_HOSP_IN"
    counted = f"SELECT sum(n), count(*), min(p), coalesce(sum(n) FILTER (p < 5), 0), 5 FROM ({cells})"
    assert ran.rows(f"FROM {ran.got('scra_report', 'committee')}") == ran.rows(counted)
    kept = f"SELECT count(DISTINCT INSZ_X) AS p FROM {ran.got('analysis.stay')} WHERE A2_YEAR_HOSP_IN IS NOT NULL"
    by = "CODE_AGR, A2_CODE_SEX, LeeftijdsklasseOpname, A2_CODE_STAT_INSURANCE, A2_YEAR_HOSP_IN"
    assert ran.rows(f"SELECT min(p) FROM ({kept} GROUP BY {by})")[0][0] >= 5
    withheld = ran.rows(f"SELECT count(*) FROM {ran.got('analysis.stay')} WHERE A2_YEAR_HOSP_IN IS NULL")[0][0]
    assert withheld >= ran.rows(counted)[0][3] > 0


def test_the_report_has_groups_of_five_and_the_costs_of_the_hospital(ran: Ran) -> None:
    theatre = ran.got("analysis.theatre")
    expected = f"""SELECT PROCEDURE_TYPE, ANAESTHESIA_TYPE, count(*), count(DISTINCT INSZ_X), round(avg(AMOUNT), 6)
        FROM {theatre} GROUP BY 1, 2 HAVING count(DISTINCT INSZ_X) >= 5 ORDER BY ALL"""
    made = "PROCEDURE_TYPE, ANAESTHESIA_TYPE, aantal_ingrepen, aantal_patienten, round(gemiddeld_bedrag, 6)"
    report = ran.got("results.procedures", "minister")
    assert ran.rows(f"SELECT {made} FROM {report} ORDER BY ALL") == ran.rows(expected) != []
    costs = f"""SELECT SENDER_CD, COST_CENTRE, ITEM, round(sum(VALUE)::DOUBLE, 2), 2, n
        FROM T13 JOIN (SELECT CODE_AGR, count(*) AS n FROM {theatre} GROUP BY 1) ON CODE_AGR = SENDER_CD
        WHERE YEAR IN (2017, 2018) AND COST_CENTRE IN ('OKA', 'REC', 'DAGZH') GROUP BY ALL ORDER BY ALL"""
    made = "CODE_AGR, COST_CENTRE, ITEM, round(waarde_kostenplaats, 2), aantal_jaren, aantal_ingrepen"
    hospitals = ran.got("results.hospitals", "minister")
    assert ran.rows(f"SELECT {made} FROM {hospitals} ORDER BY ALL") == ran.rows(costs) != []


def test_hospitals_that_do_not_take_part_are_nowhere(ran: Ran) -> None:
    outside = ran.rows(f"SELECT count(*) FROM STAYHOSP WHERE CODE_AGR NOT IN {codes('theatre_participants')}")[0][0]
    assert outside > 0
    for ref in ("analysis.stay", "analysis.theatre", "results.hospitals"):
        query = f"SELECT count(*) FROM {ran.got(ref)} WHERE CODE_AGR NOT IN {codes('theatre_participants')}"
        assert ran.rows(query) == [(0,)]


def test_the_feedback_names_the_stays_it_was_asked_about(ran: Ran) -> None:
    """Every stay of the registers went back to its own number, and the federal service found it in the MZG."""
    made = {one.dataset: one.rows for entry in ran.run.ledger.entries for one in entry.made}
    registers = ran.rows(f"SELECT count(DISTINCT HOSNR_X) FROM {ran.got('analysis.theatre')}")[0][0]
    assert made["theatre_stays"] == made["stays_to_check"] == made["extra_stays"] == registers > 500


def test_the_ledger_says_why_identities_came_back(ran: Ran) -> None:
    decoded = [entry for entry in ran.run.ledger.entries if entry.kind == "decode"]
    assert [entry.step for entry in decoded] == ["decode-p", "decode-sha", "decode-adh", "decode-feedback"]
    assert {entry.actor for entry in decoded} == {"ehealth"}
    approved = [entry.step for entry in ran.run.ledger.entries if entry.kind == "approve"]
    assert approved == ["approve-feedback", "approve-analysis"]


def test_costs_and_registrations_are_of_the_same_years(ran: Ran) -> None:
    """Counted year by year in the sources, where both have their year: both years' costs over both years' lines."""
    (register,) = ran.run.folder.parent.rglob("parties/hospitals/THEATRE.parquet")
    items = {"theatre_minutes": "minutes", "theatre_material_rate": "material"}
    with duckdb.connect() as con:
        con.execute(
            f"CREATE TABLE lines AS SELECT CODE_AGR, YEAR_THEATRE AS jaar FROM '{register}' WHERE INSZ NOT NULL"
        )
        lines = con.execute("SELECT CODE_AGR, jaar, count(*) FROM lines GROUP BY ALL").fetchall()
    costs = ran.rows("SELECT SENDER_CD, YEAR, ITEM, sum(VALUE)::DOUBLE FROM T13 WHERE COST_CENTRE = 'OKA' GROUP BY ALL")
    found = {
        (one.indicator, one.cell.hospital): one
        for one in compute_indicators(ran.flow, ran.run).results
        if one.indicator in items
    }
    assert {one.cell.year for one in found.values()} == {0} and len(found) > 10
    for (name, hospital), one in found.items():
        here = [n for code, year, n in lines if code == hospital and year in (2017, 2018)]
        euro = [v for code, year, item, v in costs if code == hospital and year in (2017, 2018) and item == items[name]]
        if hospital != "ALL":
            assert len(here) == len(euro) == 2
            assert one.value == pytest.approx(sum(euro) / sum(here))


def test_nights_weekends_and_material_are_those_of_the_theatres_own_registers(ran: Ran) -> None:
    """Counted in the registers as the hospitals keep them: hours and dates, no class of them."""
    participants = tuple(
        str(entry["code"])
        for entry in yaml.safe_load((CATALOG / "codes/theatre_participants.yaml").read_text())["entries"]
    )
    (register,) = ran.run.folder.parent.rglob("parties/hospitals/THEATRE.parquet")
    with duckdb.connect() as con:
        wanted = con.execute(
            f"""SELECT coalesce(CODE_AGR, 'ALL'), count(*), count(*) FILTER (dayofweek(PROCEDURE_DATE) IN (0, 6)),
                count(*) FILTER (hour(PROCEDURE_TIME::TIME) >= 20 OR hour(PROCEDURE_TIME::TIME) < 8)
            FROM '{register}' WHERE CODE_AGR IN {participants} AND YEAR_THEATRE IN (2017, 2018) AND INSZ IS NOT NULL
            GROUP BY ROLLUP (CODE_AGR)"""
        ).fetchall()
    found = {
        (one.indicator, one.cell.hospital): (one.n, one.k)
        for one in compute_indicators(ran.flow, ran.run).results
        if one.indicator in ("theatre_night", "theatre_weekend") and not one.cell.stratum and not one.cell.year
    }
    assert len(wanted) > 5
    assert found == {
        (name, hospital): (lines, counted)
        for hospital, lines, weekend, night in wanted
        for name, counted in (("theatre_weekend", weekend), ("theatre_night", night))
    }


def test_the_release_is_certified_against_every_hospital(ran: Ran, tmp_path: Path) -> None:
    release, rows = certified(ran.flow, ran.run, tmp_path)
    hospitals = {hospital for _, hospital, _ in rows} - {"ALL"}
    assert len(hospitals) > 3 and set(release.certificate()["verdicts"]) == {"outsider", *hospitals}
    assert release.policy()["signatures"] == 0, "what is approved there goes to the researchers, not outside"
