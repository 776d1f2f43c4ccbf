"""In DuckDB's SQL: a temporary table for every table that a step of the study makes, one connection, no vaults."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb
import pyarrow as pa

from benchmarks.stroke.codes import asked
from benchmarks.stroke.names import SHOWN
from workbench.crypto import pseudonymise

Make = Callable[[str, str], None]
STAY = "CODE_AGR, YEAR_REGISTR, PERIOD_REGISTR, STAYNUM"
LINE = "SS00125, SS00075, SS00015, SS00020, SS00050, SS00055, SS00070, SS00135"
NUMBER = "'710' || CODE_AGR || lpad((97 - ('710' || CODE_AGR)::BIGINT % 97)::VARCHAR, 2, '0')"
LISTED = ", ".join(SHOWN)


def run(data: Path, out: Path, keys: Mapping[str, bytes], memory: str = "4GB", twice: bool = False) -> None:
    """Write the analysis set to `out`.

    `twice`: the hospitals select their stays for the list of patients and again, weeks later, for the base set, as the
    deliberation has it; else the stays of the first selection are kept for the second.
    """
    con = duckdb.connect()
    con.execute(f"SET memory_limit = '{memory}'; SET threads = 2; SET preserve_insertion_order = false")
    con.execute(f"SET temp_directory = '{out / 'spill'}'")
    for party, tables in {
        "hospitals": ("STAYHOSP", "PATHOSPI", "STAYSPEC", "STAYINDX", "DIAGNOSE", "PATIENT"),
        "ima": ("HEALTH", "FARMA", "POPULATION"),
    }.items():
        for table in tables:
            con.execute(f"CREATE TEMP VIEW {table} AS FROM '{data / 'parties' / party / table}.parquet'")

    def make(name: str, query: str) -> None:
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")

    def code(name: str, of: str, domain: str) -> None:
        values = con.execute(f"SELECT DISTINCT {of}::BIGINT AS v FROM {name} WHERE {of} IS NOT NULL").to_arrow_table()
        numbers = values["v"].to_numpy()
        coded = pa.table({"v": numbers, domain: pseudonymise(numbers, keys[domain], domain)})
        con.register("coded", coded)
        make(f"coded_{domain}", "FROM coded")

    _select(make)
    _base(make, twice)
    make("insz_list", "SELECT DISTINCT INSZ FROM patient_selection")
    code("insz_list", "INSZ", "RN")
    make("insz_rn", "SELECT INSZ, RN FROM insz_list JOIN coded_RN ON v = INSZ::BIGINT")
    code("insz_rn", "RN", "Cproject")
    make("rn_cproject", "SELECT v AS RN, Cproject FROM coded_Cproject")
    make("rn_patid", "SELECT PatID, RN FROM patient_selection JOIN insz_rn USING (INSZ)")
    _linkset(make)
    code("insz_rn", "INSZ", "C1")
    make("c1_rn", "SELECT C1, RN FROM insz_rn JOIN coded_C1 ON v = INSZ::BIGINT")
    code("c1_rn", "C1", "C2")
    make("c2_rn", "SELECT C2, RN FROM c1_rn JOIN coded_C2 ON v = C1")
    _billing(make)
    _link(make)
    _protect(con, make)
    for part in ("billing", "specialty", "bedindex", "diagnosis"):
        con.execute(f"COPY linked_{part} TO '{out / part}.parquet' (COMPRESSION zstd, COMPRESSION_LEVEL 1)")
    con.execute(f"COPY analysis_stay TO '{out / 'stay'}.parquet' (COMPRESSION zstd, COMPRESSION_LEVEL 1)")
    con.close()


def _units(make: Make) -> None:
    study = asked()
    hospitals = ", ".join(f"'{one}'" for one in study.hospitals)
    make(
        "candidates",
        f"""SELECT {STAY}, PATNUM, A2_YEAR_HOSP_IN, A2_MONTH_HOSP_IN, A2_DAY_HOSP_IN,
            A2_YEAR_HOSP_OUT, A2_MONTH_HOSP_OUT, A2_DAY_HOSP_OUT, A2_HOSPTYPE_FAC,
            A2_CODE_SEX, A2_CODE_PLACE_BEFORE_ADM, A2_CODE_ADM, A2_CODE_DESTINATE,
            A2_CODE_DISCHARGE, A2_CODE_DIAG_VERIF_ADM
        FROM STAYHOSP SEMI JOIN (SELECT {STAY} FROM DIAGNOSE WHERE {study.stroke.sql("CODE_DIAGNOSE")}) USING ({STAY})
        WHERE CODE_AGR IN ({hospitals}) AND A2_YEAR_HOSP_OUT BETWEEN 2017 AND 2019""",
    )
    make(
        "units",
        """SELECT c.*, A1_YEAR_BIRTH FROM candidates c
        JOIN PATHOSPI USING (CODE_AGR, YEAR_REGISTR, PERIOD_REGISTR, PATNUM)
        WHERE A2_YEAR_HOSP_IN - A1_YEAR_BIRTH >= 18""",
    )


def _select(make: Make) -> None:
    _units(make)
    make(
        "patient_selection",
        "SELECT DISTINCT PATNUM AS PatID, INSZ FROM units JOIN PATIENT USING (CODE_AGR, PATNUM) WHERE INSZ IS NOT NULL",
    )


def _base(make: Make, twice: bool) -> None:
    study = asked()
    if twice:
        _units(make)
    make("base_stay", "SELECT PATNUM AS PatID, units.* EXCLUDE (PATNUM, YEAR_REGISTR, PERIOD_REGISTR) FROM units")
    make(
        "base_specialty",
        f"""SELECT PATNUM AS PatID, CODE_AGR, STAYNUM, ORDER_SPEC, CODE_SPEC, A3_YEAR_SPEC_IN, A3_MONTH_SPEC_IN,
            A3_DAY_SPEC_IN FROM STAYSPEC JOIN units USING ({STAY})""",
    )
    make(
        "base_bedindex",
        f"""SELECT PATNUM AS PatID, CODE_AGR, STAYNUM, ORDER_BEDINDEX, A4_CODE_BEDINDEX_FAC, A4_YEAR_BEDINDEX_IN,
            A4_MONTH_BEDINDEX_IN, A4_DAY_BEDINDEX_IN FROM STAYINDX JOIN units USING ({STAY})""",
    )
    make("told", f"SELECT PATNUM, DIAGNOSE.* FROM DIAGNOSE JOIN units USING ({STAY})")
    make(
        "base_diagnosis",
        f"""SELECT PATNUM AS PatID, CODE_AGR, STAYNUM, ORDER_SPEC, TYPE_DIAGNOSE, CODE_DIAGNOSE, M1_PRESENT_ADM,
            M1_CODE_CERT FROM told WHERE {study.diagnoses.sql("CODE_DIAGNOSE")}""",
    )


def _linkset(make: Make) -> None:
    for part in ("stay", "specialty", "bedindex", "diagnosis"):
        make(
            f"rn_{part}",
            f"SELECT RN, b.* EXCLUDE (PatID) FROM base_{part} b JOIN (SELECT DISTINCT * FROM rn_patid) USING (PatID)",
        )
    make(
        "dated",
        f"""SELECT *, {_day("A2_{}_HOSP_IN")} AS Opnamedag, {_day("A2_{}_HOSP_OUT")} AS Ontslagdag, {NUMBER} AS nr,
            datediff('day', Opnamedag, Ontslagdag) AS LOS, year(Ontslagdag) AS Jaar,
            row_number() OVER (PARTITION BY RN ORDER BY Opnamedag, Ontslagdag, STAYNUM, CODE_AGR) AS place
        FROM rn_stay""",
    )
    on = "RN, Opnamedag, Ontslagdag, CODE_AGR, STAYNUM"

    def neighbour(mine: str, other: str, way: str, best: str) -> str:
        chosen = ", ".join(f"d.{one}" for one in on.split(", "))
        return f"""SELECT {chosen}, {best}(o.nr, o.place) AS nr, {best}(o.STAYNUM, o.place) AS stay
            FROM dated d JOIN dated o ON d.RN = o.RN AND d.{mine} = o.{other} AND d.CODE_AGR <> o.CODE_AGR
            AND o.place {way} d.place GROUP BY ALL"""

    make(
        "set_stay",
        f"""WITH before AS ({neighbour("Opnamedag", "Ontslagdag", "<", "arg_max")}),
            after AS ({neighbour("Ontslagdag", "Opnamedag", ">", "arg_min")})
        SELECT d.*, b.nr AS VorigZiekenhuis, b.stay AS VorigVerblijf,
            a.nr AS VolgendZiekenhuis, a.stay AS VolgendVerblijf
        FROM dated d LEFT JOIN before b USING ({on}) LEFT JOIN after a USING ({on})""",
    )
    admitted = "(SELECT DISTINCT CODE_AGR, STAYNUM, Opnamedag FROM set_stay)"
    for part, field, new in (
        ("specialty", "A3_{}_SPEC_IN", "OpnameSpecialisme"),
        ("bedindex", "A4_{}_BEDINDEX_IN", "OpnameBedindex"),
    ):
        make(
            f"set_{part}",
            f"""SELECT r.*, {NUMBER} AS nr, datediff('day', Opnamedag, {_day(field)}) AS {new}
            FROM rn_{part} r LEFT JOIN {admitted} USING (CODE_AGR, STAYNUM)""",
        )
    make("set_diagnosis", f"SELECT *, {NUMBER} AS nr FROM rn_diagnosis")


def _day(field: str) -> str:
    year, month, day = (field.format(part) for part in ("YEAR", "MONTH", "DAY"))
    return f"try_cast(printf('%04d-%02d-%02d', {year}, {month}, {day}) AS DATE)"


def _billing(make: Make) -> None:
    study = asked()
    products = ", ".join(f"'{one}'" for one in study.products)
    make("ima_selection", "SELECT DISTINCT C2, Opnamedag, Ontslagdag, nr FROM set_stay JOIN c2_rn USING (RN)")
    make(
        "ima_hospital",
        f"""SELECT C2, Opnamedag, Ontslagdag, {LINE} FROM HEALTH JOIN ima_selection ON C2 = SS00010 AND nr = SS00075
            AND SS00015 BETWEEN Opnamedag AND Ontslagdag
        WHERE {study.services.sql("SS00020")} OR SS00135 IN ({products})""",
    )
    make(
        "ima_pharmacy",
        f"""SELECT C2, Opnamedag, Ontslagdag, SS00015 AS SS00125, nr AS SS00075, SS00015, SS00020, SS00050,
            NULL::BIGINT AS SS00055, SS00070, SS00135
        FROM FARMA JOIN ima_selection ON C2 = SS00010 AND SS00015 BETWEEN Opnamedag AND Ontslagdag + 14
        WHERE SS00135 IN ({products})""",
    )
    make("lines_billing", "FROM ima_hospital UNION ALL FROM ima_pharmacy")
    make("lines_stay", "SELECT s.*, PP0040 FROM ima_selection s JOIN POPULATION ON C2 = PP0010")
    make("ima_billing", "SELECT * REPLACE (datediff('day', Opnamedag, SS00015) AS SS00015) FROM lines_billing")
    died = "coalesce(datediff('day', Opnamedag, PP0040) BETWEEN 0 AND {days}, false) AS Overlijden{days}"
    make("ima_stay", f"SELECT * EXCLUDE (PP0040), {died.format(days=30)}, {died.format(days=90)} FROM lines_stay")
    for part in ("billing", "stay"):
        make(
            f"ima_rn_{part}",
            f"SELECT RN, i.* EXCLUDE (C2) FROM ima_{part} i JOIN (SELECT DISTINCT * FROM c2_rn) USING (C2)",
        )


def _link(make: Make) -> None:
    make(
        "joined_billing",
        """SELECT RN, SS00075, STAYNUM, SS00015, SS00020, SS00050, SS00055, SS00070, SS00135 FROM set_stay s
        JOIN ima_rn_billing i USING (RN, Opnamedag, Ontslagdag) WHERE s.nr = i.SS00075""",
    )
    make(
        "joined_stay",
        f"""SELECT RN, s.nr AS SS00075, Overlijden30, Overlijden90, {LISTED}
        FROM set_stay s LEFT JOIN ima_rn_stay i USING (RN, nr, Opnamedag, Ontslagdag)""",
    )
    for part, columns in {
        "specialty": "ORDER_SPEC, CODE_SPEC, OpnameSpecialisme",
        "bedindex": "ORDER_BEDINDEX, A4_CODE_BEDINDEX_FAC, OpnameBedindex",
        "diagnosis": "ORDER_SPEC, TYPE_DIAGNOSE, CODE_DIAGNOSE, M1_PRESENT_ADM, M1_CODE_CERT",
    }.items():
        make(f"joined_{part}", f"SELECT RN, nr AS SS00075, STAYNUM, {columns} FROM set_{part}")
    for part in ("stay", "billing", "specialty", "bedindex", "diagnosis"):
        make(f"linked_{part}", f"SELECT Cproject, j.* EXCLUDE (RN) FROM joined_{part} j JOIN rn_cproject USING (RN)")


def _protect(con: duckdb.DuckDBPyConnection, make: Make) -> None:
    """Years widened until a class has enough persons, the counting done by joins."""
    least = asked().smallest
    make(
        "scra_report",
        f"""SELECT sum(n), count(*), min(p), sum(n) FILTER (p < {least}) FROM (SELECT count(*) n,
        count(DISTINCT Cproject) p FROM linked_stay GROUP BY SS00075, A2_CODE_SEX, A1_YEAR_BIRTH)""",
    )
    make("settled_0", "SELECT *, NULL::BIGINT AS width, NULL::BIGINT AS begin FROM linked_stay")
    for number, width in enumerate((1, 5, 10, 20)):
        year = f"A1_YEAR_BIRTH // {width} * {width}"
        make(
            f"settled_{number + 1}",
            f"""WITH enough AS (SELECT SS00075, A2_CODE_SEX AS sex, {year} AS start FROM settled_{number}
                WHERE width IS NULL AND A1_YEAR_BIRTH IS NOT NULL
                GROUP BY ALL HAVING count(DISTINCT Cproject) >= {least})
            SELECT s.* REPLACE (coalesce(width, CASE WHEN start IS NOT NULL THEN {width} END) AS width,
                CASE WHEN width IS NOT NULL THEN begin ELSE start END AS begin)
            FROM settled_{number} s LEFT JOIN enough e ON s.SS00075 = e.SS00075
                AND s.A2_CODE_SEX IS NOT DISTINCT FROM e.sex AND {year} = start""",
        )
    make(
        "analysis_stay",
        f"""WITH few AS (SELECT SS00075, A2_CODE_SEX AS sex FROM settled_4 WHERE width IS NULL GROUP BY ALL
                HAVING count(DISTINCT Cproject) < {least}),
            sized AS (SELECT SS00075, A2_CODE_SEX AS sex, width, begin, count(DISTINCT Cproject) AS size FROM settled_4
                WHERE width IS NOT NULL GROUP BY ALL),
            joins AS (SELECT SS00075, sex, width, begin FROM sized SEMI JOIN few USING (SS00075, sex)
                QUALIFY row_number() OVER (PARTITION BY SS00075, sex ORDER BY size, width, begin) = 1)
        SELECT s.* EXCLUDE (width, begin) REPLACE (CASE WHEN j.width IS NULL THEN s.begin END AS A1_YEAR_BIRTH),
            CASE WHEN j.width IS NULL THEN s.width END AS A1_CLASS_WIDTH
        FROM settled_4 s LEFT JOIN joins j ON s.SS00075 = j.SS00075 AND s.A2_CODE_SEX = j.sex AND s.width = j.width
            AND s.begin = j.begin""",
    )
