"""The cancer registry: rates as sourced, counts that follow from the rows, care that lies after the diagnosis."""

from __future__ import annotations

import datetime
import math
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.synth.conftest import CATALOG, Data
from workbench.synth import Manifest, generate
from workbench.synth.parameters import Parameters, by_age

PERSON = "coalesce(fld_nn, fld_bi || '/' || fld_zp)"


@pytest.fixture(scope="module")
def rows(data: Data) -> list[dict[str, Any]]:
    cursor = data.con.execute("FROM TUMOUR ORDER BY fld_nn, order_alltum")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def is_breast(row: dict[str, Any]) -> bool:
    return str(row["icd10"]).startswith(("C50", "D05"))


def test_counts_of_a_person_follow_from_the_rows(rows: list[dict[str, Any]]) -> None:
    """Counted again in Python, person by person, from date, side, behaviour and code alone."""
    persons: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["fld_nn"] is not None:
            persons[row["fld_nn"]].append(row)
    several = 0
    for own in persons.values():
        breast = [row for row in own if is_breast(row)]
        plain = [row for row in breast if row["fld_mp"] != "8800"]
        invasive = [row for row in own if row["fld_bh"] == "3"]
        day = Counter(row["fld_ic"] for row in breast)
        side = Counter(row["fld_lt"] for row in breast)
        both = Counter((row["fld_ic"], row["fld_lt"]) for row in breast)
        several += len(breast) > 1
        assert [row["order_alltum"] for row in own] == list(range(1, len(own) + 1))
        assert [row["fld_ic"] for row in own] == sorted(row["fld_ic"] for row in own)
        assert [row["order_breast"] for row in breast] == list(range(1, len(breast) + 1))
        assert [row["order_breast_no_sarc"] for row in plain] == list(range(1, len(plain) + 1))
        assert [row["multiple"] for row in invasive] == list(range(1, len(invasive) + 1))
        assert [row["borsttelling"] for row in invasive if is_breast(row)] == ["1", "2", "2"][
            : len([*filter(is_breast, invasive)])
        ]
        for row in own:
            assert row["total_alltum"] == len(own) and row["totaltum"] == len(invasive)
            assert row["total_breast"] == len(breast) and row["total_breast_no_sarc"] == len(plain)
            flags = {
                "multiple_alltum": len(own), "multiple_breast": len(breast), "multiple_breast_no_sarc": len(plain),
                "multiple_breast_sameday": max(day.values(), default=0),
                "multiple_breast_samelat": max(side.values(), default=0),
                "multiple_breast_samelatday": max(both.values(), default=0),
            }  # fmt: skip
            assert {name: row[name] for name in flags} == {name: str(int(n > 1)) for name, n in flags.items()}
        for row in breast:
            assert row["total_breast_sameday"] == day[row["fld_ic"]]
            assert row["total_breast_samelat"] == side[row["fld_lt"]]
            assert row["total_breast_samelatday"] == both[row["fld_ic"], row["fld_lt"]]
    assert several > 10


def test_intervals_and_classes_follow_from_the_dates(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        born, found = row["fld_bi"], row["fld_ic"]
        assert (row["fld_bi_year"], row["fld_bi_month"]) == (born.year, born.month)
        assert (row["fld_ic_year"], row["fld_ic_month"]) == (found.year, found.month)
        assert row["int_bi_ic"] == (found - born).days > 0
        for interval, date in (
            ("int_bi_cd", "fld_cd"),
            ("int_bi_la", "fld_la"),
            ("int_bi_lf", "fld_lf"),
            ("int_bi_lod", "cls_lod"),
        ):
            assert row[interval] == ((row[date] - born).days if row[date] else None), interval
        age = found.year - born.year - ((found.month, found.day) < (born.month, born.day))
        assert row["cls_ag"] == age
        assert row["cls_ap"] == str(0 if age < 1 else 1 if age < 5 else min(18, 1 + age // 5))
        assert datetime.date(2004, 1, 1) <= found <= datetime.date(2018, 12, 31)
        assert row["fld_cd"] is None or row["fld_cd"] >= found
        assert row["fld_vs"] == ("3" if row["fld_nn"] is None else "2" if row["fld_cd"] else "1")
        assert (row["cls_nn"] == "0") == (row["fld_nn"] is None)
        assert {"04000": "1"}.get(row["provngi"], row["region"]) == row["region"]


def test_behaviour_stage_and_receptors_agree(rows: list[dict[str, Any]]) -> None:
    for row in filter(is_breast, rows):
        in_situ = row["icd10"].startswith("D05")
        assert row["fld_bh"] == ("2" if in_situ else "3")
        assert (row["fld_ct"] == "is") == in_situ == (row["combstad"] == "0")
        assert (row["fld_cm"] == "1") == (row["combstad"] == "IV")
        assert row["fld_tp"][:3] == "C50" and row["fld_lt"] in "12"
        merged = row["HER2_ISH"]
        if merged not in "PN" and row["HER2_IHC"] in "PN":
            merged = row["HER2_IHC"]
        assert row["HER2_merged"] == merged
        assert not (row["ER"] == "N" and row["PR"] == "P")
    for row in rows:
        if not is_breast(row):
            assert row["borsttelling"] is row["order_breast"] is row["ER"] is row["combstad"] is None
            assert row["fld_lt"] == "3"


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A larger registry with the years before the window, for the marginals: tumours only."""
    folder = tmp_path_factory.mktemp("registry") / "data"
    generate(folder, 120_000, 11, catalog_root=CATALOG, threads=2, tables={"bcr.TUMOUR"}, first_year=2015)
    return str(folder)


def test_marginals_are_those_of_the_file(data: Data, many: str, parameters: Parameters) -> None:
    data.con.execute(f"CREATE OR REPLACE TEMP VIEW larger AS FROM '{many}/parties/bcr/TUMOUR.parquet'")
    data.con.execute(f"CREATE OR REPLACE TEMP VIEW told AS FROM '{many}/answer_key/tumours.parquet'")
    persons = data.rows(f"SELECT birth_date, sex FROM '{many}/answer_key/persons.parquet' WHERE sex = 'woman'")
    expected = sum(by_age(parameters["breast.incidence"], max(2018 - birth.year, 0)) / 1e5 for birth, _ in persons)
    breast = "icd10[1:3] IN ('C50', 'D05')"
    yearly = dict(data.rows(f"SELECT fld_ic_year, count(*) FROM larger WHERE {breast} GROUP BY 1"))
    before, within = (sum(yearly[year] for year in years) / len(years) for years in (range(2010, 2017), (2017, 2018)))
    assert 0.8 < before / within < 1.2, "as many before the window as in it: survivors, known conditions and departed"
    found = data.one(f"SELECT count(*) FROM larger WHERE {breast} AND fld_ic_year = 2018 AND fld_sx = '2'")
    assert abs(found / expected - 1.03) < 0.25, "the year of 2018 is not thinned; second tumours add a little"
    invasive = "FROM told WHERE site = 'C50' AND NOT in_situ"
    n = data.one(f"SELECT count(*) {invasive}")
    assert n > 1000
    for one in parameters["breast.stages"]:
        share = data.one(f"SELECT avg((stage = '{one['stage']}')::INTEGER) {invasive}")
        assert abs(share - one["share"] / 100) < 0.045, one["stage"]
    for one in parameters["breast.subtypes"]:
        share = data.one(f"SELECT avg((subtype = '{one['name']}')::INTEGER) {invasive} AND subtype IS NOT NULL")
        assert abs(share - one["share"] / 100) < 0.045, one["name"]
    in_situ = data.one("SELECT avg(in_situ::INTEGER) FROM told WHERE site = 'C50'")
    assert abs(in_situ - parameters.number("breast.in_situ")) < 0.025
    men = data.one(f"SELECT avg((fld_sx = '1')::INTEGER) FROM larger WHERE {breast}")
    assert 0.001 < men < 0.03
    dead = dict(data.rows(f"SELECT combstad, avg((fld_vs = '2')::INTEGER) FROM larger WHERE {breast} GROUP BY 1"))
    assert dead["I"] < dead["III"] < dead["IV"], "survival falls with the stage"
    twice = """SELECT count(*) FROM (SELECT fld_nn FROM larger WHERE fld_nn NOT NULL
        GROUP BY ALL HAVING count(DISTINCT fld_bi) > 1 OR count(DISTINCT fld_cd) > 1)"""
    assert data.one(twice) == 0, "who died before the window has an INSZ of its own"
    sarcoma = """SELECT count(*) FILTER (fld_mp = '8800'), count(*) FILTER (total_breast_no_sarc <> plain)
        FROM (SELECT *, count(*) FILTER (icd10[1:3] IN ('C50', 'D05') AND fld_mp <> '8800') OVER (PARTITION BY fld_nn)
            AS plain FROM larger WHERE fld_nn NOT NULL)"""
    sarcomas, miscounted = data.rows(sarcoma)[0]
    assert sarcomas > 3 and miscounted == 0
    mean_age = data.one(f"SELECT avg(cls_ag) FROM larger WHERE {breast} AND fld_ic_year >= 2017")
    assert 58 < mean_age < 67


def test_conditions_and_admissions_are_known_to_the_registry(data: Data) -> None:
    women = """SELECT DISTINCT k.INSZ FROM DIAGNOSE JOIN key_stays k USING (CODE_AGR, STAYNUM)
        JOIN key_persons p USING (INSZ) WHERE CODE_DIAGNOSE = 'C50919' AND p.sex = 'woman'
        AND p.birth_date < DATE '1989-01-01'"""
    assert len(data.rows(women)) > 10
    assert data.rows(f"{women} EXCEPT SELECT INSZ FROM key_tumours WHERE site = 'C50'") == []
    lungs = """SELECT count(*) FROM DIAGNOSE JOIN key_stays k USING (CODE_AGR, STAYNUM)
        WHERE CODE_DIAGNOSE = 'C3490' AND TYPE_DIAGNOSE = 'P' AND k.admission < DATE '2019-01-01'
        AND k.INSZ NOT IN (SELECT INSZ FROM key_tumours WHERE site = 'C34')"""
    assert data.one(lungs) == 0


def test_care_of_a_tumour_follows_its_diagnosis(data: Data) -> None:
    mains = """SELECT k.*, d.CODE_DIAGNOSE AS code FROM key_stays k JOIN DIAGNOSE d USING (CODE_AGR, STAYNUM)
        WHERE TYPE_DIAGNOSE = 'P' AND d.CODE_DIAGNOSE IN ('C50911', 'C50912', 'D0511', 'D0512')"""
    assert data.one(f"SELECT count(*) FROM ({mains})") > 10
    without = f"""SELECT count(*) FROM ({mains}) s ANTI JOIN key_tumours t
        ON s.INSZ = t.INSZ AND t.CODE_AGR = s.CODE_AGR AND s.admission - t.incidence_date BETWEEN 12 AND 220
        AND t.side = CASE code[-1] WHEN '1' THEN 2 ELSE 1 END AND t.in_situ = starts_with(code, 'D')"""
    assert data.one(without) == 0
    courses = """SELECT count(*), count(DISTINCT INSZ), min(admission - incidence_date) FROM key_stays k
        JOIN DIAGNOSE d USING (CODE_AGR, STAYNUM)
        JOIN (FROM key_tumours QUALIFY count(*) FILTER (site = 'C50') OVER (PARTITION BY INSZ) = 1) t USING (INSZ)
        WHERE d.CODE_DIAGNOSE IN ('C50911', 'C50912') AND TYPE_DIAGNOSE = 'S' AND incidence_date >= DATE '2016-12-01'"""
    stays, persons, first = data.rows(courses)[0]
    assert stays > 3 * persons > 10 and first >= 18
    assert data.one("SELECT count(*) FROM HEALTH WHERE SS00020 = '444113'") > 5
    consulted = """SELECT count(*) FROM HEALTH JOIN key_persons ON c2 = SS00010 JOIN key_tumours t USING (INSZ)
        WHERE SS00020 = '350372' AND SS00015 - incidence_date BETWEEN 3 AND 160"""
    assert data.one(consulted) >= data.one("SELECT count(*) FROM HEALTH WHERE SS00020 = '350372'") > 10


def test_the_registry_finds_the_billing_of_its_patients(data: Data) -> None:
    billed = "SELECT fld_nn FROM TUMOUR WHERE fld_nn NOT NULL AND coalesce(fld_cd >= DATE '2016-12-01', true)"
    assert data.rows(f"{billed} EXCEPT SELECT fld_nn FROM INSURED") == []
    wrong = "SELECT count(*) FROM INSURED JOIN key_persons ON INSZ = fld_nn WHERE SS00010 <> c2"
    assert data.one(wrong) == 0
    assert data.one("SELECT count(*) FROM INSURED ANTI JOIN POPULATION ON PP0010 = SS00010") == 0
    different = """SELECT count(*) FROM TUMOUR JOIN key_persons ON INSZ = fld_nn
        WHERE birth_date <> fld_bi OR death_date IS DISTINCT FROM fld_cd OR arrondissement <> arrngi
        OR sex <> CASE fld_sx WHEN '1' THEN 'man' ELSE 'woman' END"""
    assert data.one(different) == 0


def test_enrichment_for_the_breast_clinics_changes_only_who_has_a_tumour(tmp_path: Path) -> None:
    def made(name: str, enrich: str | None) -> Manifest:
        tables = {"bcr.TUMOUR", "ima.POPULATION", "ima.FARMA"}
        return generate(tmp_path / name, 8_000, 3, enrich, CATALOG, tables=tables)

    plain, enriched = made("plain", None), made("enriched", "breast-clinics")
    assert enriched.factor == 8.0 and "8.00 times" in enriched.enrichment
    assert enriched.tables["tumours"] > 2 * plain.tables["tumours"]
    con = duckdb.connect()
    key = f"'{tmp_path}/*/answer_key"
    con.execute(f"CREATE TABLE ill AS SELECT DISTINCT INSZ FROM {key}/tumours.parquet' WHERE site = 'C50'")
    con.execute(f"CREATE TABLE c2 AS SELECT DISTINCT c2 FROM {key}/persons.parquet' SEMI JOIN ill USING (INSZ)")
    places = {"POPULATION": ("ima", "PP0010"), "FARMA": ("ima", "SS00010")}
    for table, (party, person) in places.items():
        files = [f"{tmp_path}/{name}/parties/{party}/{table}.parquet" for name in ("plain", "enriched")]
        healthy = [f"SELECT * FROM '{file}' WHERE {person} NOT IN (FROM c2)" for file in files]
        assert con.execute(f"SELECT count(*) FROM ({healthy[0]})").fetchall()[0][0] > 1000
        for one, other in (healthy, healthy[::-1]):
            assert con.execute(f"({one}) EXCEPT ALL ({other}) LIMIT 1").fetchall() == [], table


def test_hazards_of_stage_and_clinic_are_those_of_the_file(many: str, parameters: Parameters) -> None:
    """Deaths of the registry beside those that everybody's rates and the planted hazards lead to."""
    con = duckdb.connect()
    rows = con.execute(
        f"""SELECT t.stage, t.clinic, t.sex, (t.incidence_date - t.birth_date) / 365.25,
            (r.cls_lod - r.fld_ic) / 365.25, r.fld_cd NOT NULL
        FROM '{many}/answer_key/tumours.parquet' t JOIN '{many}/parties/bcr/TUMOUR.parquet' r
            ON r.fld_nn = t.INSZ AND r.order_alltum = t.order_alltum WHERE t.dies_of_it"""
    ).fetchall()
    ratios = {one["class"]: one["hazard"] for one in parameters["breast.clinics"]}
    groups: dict[str, list[float]] = defaultdict(lambda: [0, 0.0])
    for stage, clinic, sex, age, years, died in rows:
        who = ("men", "women")[sex - 1]
        others = sum(by_age(parameters["population.deaths.yearly"], int(age + (n + 0.5) / 10), who) / 10
                     for n in range(round(years * 10)))  # fmt: skip
        expected = ratios[clinic] * (others + parameters["breast.excess"][stage] * years)
        for group in ("all", f"clinic {clinic}", f"stage {stage}"):
            groups[group][0] += died
            groups[group][1] += expected
    assert groups["all"][0] > 300
    for group, (found, expected) in groups.items():
        assert abs(found - expected) < 4.5 * math.sqrt(expected) + 1, (group, found, expected)
