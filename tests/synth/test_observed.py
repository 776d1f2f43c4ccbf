"""The answer key against the files: a second reading of codes, dates and pseudonyms finds what was planted.

The lists used here are those of the catalogue, not those of the generator.
"""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.synth.conftest import CATALOG, Data


def listed(name: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = yaml.safe_load((CATALOG / "codes" / f"{name}.yaml").read_text("utf-8"))["entries"]
    return entries


def matches(entry: dict[str, Any], column: str) -> str:
    """SQL for an undotted code under a printed pattern: a prefix, or a range of prefixes."""
    if "from" in entry:
        low, high = (str(entry[end]).replace(".", "").rstrip("-") for end in ("from", "to"))
        return f"({column} >= '{low}' AND substr({column}, 1, {len(high)}) <= '{high}')"
    return f"starts_with({column}, '{str(entry['code']).replace('.', '').rstrip('-')}')"


def any_of(entries: list[dict[str, Any]], column: str) -> str:
    return "(" + " OR ".join(matches(entry, column) for entry in entries) + ")"


@pytest.fixture(scope="module")
def seen(data: Data) -> Data:
    """Views over the party files alone, with the pseudonym turned back by the answer key."""
    data.con.execute(f"CREATE OR REPLACE TEMP TABLE atc AS SELECT * FROM (VALUES {_products()}) AS t(cnk, atc)")
    data.con.execute(
        """CREATE OR REPLACE TEMP TABLE observed AS SELECT s.CODE_AGR, s.STAYNUM, s.adm, s.dis, p.INSZ, k.c2,
            '710' || s.CODE_AGR || lpad((97 - ('710' || s.CODE_AGR)::INTEGER % 97)::VARCHAR, 2, '0') AS riziv
        FROM dated s JOIN key_stays p USING (CODE_AGR, STAYNUM) JOIN key_persons k ON k.INSZ = p.INSZ"""
    )
    return data


def _products() -> str:
    return ", ".join(f"('{e['code']}', '{e['attributes']['atc']}')" for e in listed("cnk"))


def flag(seen: Data, name: str, condition: str, *, table: str, link: str) -> None:
    seen.con.execute(
        f"""CREATE OR REPLACE TEMP VIEW flagged AS
        SELECT o.CODE_AGR, o.STAYNUM, coalesce(bool_or({condition}), false) AS seen
        FROM observed o LEFT JOIN (SELECT * FROM {table} LEFT JOIN atc ON cnk = SS00135) AS b
            ON b.SS00010 = o.c2 AND {link}
        GROUP BY ALL"""
    )
    planted = f"k.{name} AND NOT k.billing_lost" if table == "HEALTH" else f"k.{name}"
    different = f"""SELECT count(*) FROM flagged f JOIN key_stays k USING (CODE_AGR, STAYNUM)
        WHERE k.kind <> 'background' AND f.seen <> ({planted})"""
    assert seen.one(different) == 0
    assert (
        seen.one(
            """SELECT count(*) FROM flagged JOIN key_stays USING (CODE_AGR, STAYNUM)
            WHERE seen AND kind <> 'background'"""
        )
        > 5
    )


OWN_LINES = "b.SS00075 = o.riziv AND b.SS00110 = o.adm AND b.SS00115 = o.dis"


@pytest.mark.parametrize(("table", "route"), [("HEALTH", "hospital"), ("FARMA", "pharmacy")])
def test_antibiotics_of_the_first_seven_days(seen: Data, table: str, route: str) -> None:
    condition = f"{any_of(listed('atc_antibiotics'), 'atc')} AND b.SS00015 - o.adm BETWEEN 0 AND 6"
    link = OWN_LINES if table == "HEALTH" else "true"
    flag(seen, f"antibiotics_7d_{route}", condition, table=table, link=link)


@pytest.mark.parametrize(("table", "route"), [("HEALTH", "hospital"), ("FARMA", "pharmacy")])
def test_anticoagulants_at_discharge(seen: Data, table: str, route: str) -> None:
    condition = f"{any_of(listed('atc_anticoagulants'), 'atc')} AND b.SS00015 BETWEEN o.dis - 3 AND o.dis + 14"
    link = OWN_LINES if table == "HEALTH" else "true"
    flag(seen, f"anticoagulant_{route}", condition, table=table, link=link)


def test_the_bills_show_of_thrombolysis_what_the_answer_key_says(seen: Data) -> None:
    first_days = "b.SS00015 - o.adm BETWEEN 0 AND 1"
    seen.con.execute(
        f"""CREATE OR REPLACE TEMP VIEW pair AS SELECT o.CODE_AGR, o.STAYNUM,
            coalesce(bool_or(SS00020 IN ('477724', '477746') AND {first_days}), false) AS intake,
            coalesce(bool_or(SS00020 IN ('212015', '212026') AND {first_days}), false) AS monitoring
        FROM observed o LEFT JOIN HEALTH b ON b.SS00010 = o.c2 AND {OWN_LINES} GROUP BY ALL"""
    )
    different = """SELECT count(*) FROM pair JOIN key_stays k USING (CODE_AGR, STAYNUM)
        WHERE (intake AND monitoring) <> (k.thrombolysis_services AND NOT billing_lost)"""
    assert seen.one(different) == 0
    product = any_of(listed("atc_thrombolytics"), "atc")
    flag(seen, "thrombolysis_product", f"{product} AND {first_days}", table="HEALTH", link=OWN_LINES)
    for one_only in ("intake AND NOT monitoring", "monitoring AND NOT intake"):
        assert (
            seen.one(
                f"""SELECT count(*) FROM pair JOIN key_stays USING (CODE_AGR, STAYNUM)
                WHERE {one_only} AND kind = 'ischaemic'"""
            )
            > 50
        )
    chained = """SELECT count(*) FROM key_episodes e JOIN key_stays s
        ON s.INSZ = e.INSZ AND s.CODE_AGR = e.thrombolysed_in AND s.thrombolysed
        AND s.admission BETWEEN e.admission AND e.last_admission"""
    assert seen.one(chained) == seen.one("SELECT count(*) FROM key_episodes WHERE thrombolysed")


def test_kinds_and_atrial_fibrillation_follow_from_the_diagnoses(seen: Data) -> None:
    groups: dict[str, list[dict[str, Any]]] = {}
    for entry in listed("stroke_inclusion"):
        groups.setdefault(entry["attributes"]["group"], []).append(entry)
    flags = ", ".join(f"bool_or({any_of(entries, 'CODE_DIAGNOSE')}) AS {name}" for name, entries in groups.items())
    strokes = [e for name, entries in groups.items() if name != "atrial_fibrillation" for e in entries]
    seen.con.execute(
        f"""CREATE OR REPLACE TEMP VIEW coded AS SELECT CODE_AGR, STAYNUM, {flags},
            bool_or(TYPE_DIAGNOSE = 'P' AND {any_of(strokes, "CODE_DIAGNOSE")}) AS main_stroke
        FROM DIAGNOSE GROUP BY ALL"""
    )
    kind = """CASE WHEN ischaemic THEN 'ischaemic' WHEN haemorrhage THEN 'haemorrhage' WHEN tia THEN 'tia'
        WHEN other_cerebrovascular THEN 'other_cerebrovascular' WHEN atrial_fibrillation THEN 'af_only'
        ELSE 'background' END"""
    different = f"""SELECT count(*) FROM coded c JOIN key_stays k USING (CODE_AGR, STAYNUM)
        WHERE {kind} <> k.kind OR c.main_stroke <> k.main_stroke OR c.atrial_fibrillation <> k.af"""
    assert seen.one(different) == 0
    several = " + ".join(f"{name}::INTEGER" for name in groups if name != "atrial_fibrillation")
    assert seen.one(f"SELECT count(*) FROM coded WHERE {several} > 1") == 0
    per_kind = dict(seen.rows("SELECT kind, count(*) FROM key_stays GROUP BY 1"))
    assert set(per_kind) == set(groups) - {"atrial_fibrillation"} | {"af_only", "background"}


@pytest.mark.parametrize(
    ("column", "role"), [("charlson_score", "TYPE_DIAGNOSE = 'S'"), ("charlson_with_main", "true")]
)
def test_charlson_score_follows_from_certain_diagnoses_present_on_admission(seen: Data, column: str, role: str) -> None:
    # The codes of AIDS alone (group 19) never stand for it: they need the HIV of group 17 beside them.
    rows = [e for e in listed("charlson") if not e["attributes"]["optional"] and e["attributes"]["group"] != 19]
    groups = sorted({(e["attributes"]["group"], e["attributes"]["score"]) for e in rows})
    counts = f"{role} AND M1_PRESENT_ADM = 'Y' AND M1_CODE_CERT = 'C'"
    parts = []
    for group, score in groups:
        codes = any_of([e for e in rows if e["attributes"]["group"] == group], "CODE_DIAGNOSE")
        parts.append(f"{score} * bool_or({counts} AND {codes})::INTEGER")
    assert len(groups) == 18
    seen.con.execute(
        f"""CREATE OR REPLACE TEMP VIEW scored AS
        SELECT CODE_AGR, STAYNUM, {" + ".join(parts)} AS score FROM DIAGNOSE GROUP BY ALL"""
    )
    different = f"SELECT count(*) FROM scored JOIN key_stays USING (CODE_AGR, STAYNUM) WHERE score <> {column}"
    assert seen.one(different) == 0
    assert seen.one(f"SELECT count(DISTINCT {column}) FROM key_stays") > 8
    # The decoys are there: a score that ignores admission or certainty is another one.
    assert seen.one("SELECT count(*) FROM DIAGNOSE WHERE M1_CODE_CERT = 'P'") > 20
    assert seen.one("SELECT count(*) FROM DIAGNOSE WHERE CODE_DIAGNOSE = 'I214' AND M1_PRESENT_ADM = 'N'") > 20


def test_episodes_agree_with_their_stays(data: Data) -> None:
    first = data.rows(
        """SELECT count(*), count(*) FILTER (
            s.place_in_chain = 0 AND s.admission = e.admission AND s.kind = e.kind
            AND s.charlson_score = e.charlson_score AND s.age_at_admission = e.age_at_admission
            AND s.antibiotics_7d_hospital = e.antibiotics_7d_hospital
            AND s.main_stroke = e.main_stroke AND s.af = e.af)
        FROM key_episodes e JOIN key_stays s USING (INSZ, CODE_AGR, STAYNUM)"""
    )[0]
    last = data.one(
        """SELECT count(*) FROM key_episodes e
        JOIN key_stays s ON s.STAYNUM = last_staynum AND s.CODE_AGR = last_code_agr
        WHERE s.next_staynum IS NULL AND s.discharge = last_discharge
            AND alive_at_discharge = NOT s.died_in_stay
            AND (s.anticoagulant_hospital OR s.anticoagulant_pharmacy) = anticoagulant_discharge"""
    )
    assert first[0] == first[1] == last == data.one("SELECT count(*) FROM key_episodes")
    assert last == data.one("SELECT count(*) FROM key_stays WHERE kind <> 'background' AND place_in_chain = 0")
    died = """SELECT count(*) FROM key_episodes e JOIN key_persons p USING (INSZ)
        WHERE died30 <> coalesce(death_date - admission <= 30, false)
            OR died90 <> coalesce(death_date - admission <= 90, false)"""
    assert data.one(died) == 0


def test_neighbouring_codes_are_there_to_be_left_out(data: Data) -> None:
    for prefix in ("S06", "I65", "G454", "Z8673"):
        assert data.one(f"SELECT count(*) FROM DIAGNOSE WHERE starts_with(CODE_DIAGNOSE, '{prefix}')") > 0, prefix
    products = {e["code"]: e["attributes"]["atc"] for e in listed("cnk")}
    delivered = {products[code] for (code,) in data.rows("SELECT DISTINCT SS00135 FROM FARMA")}
    for atc in ("A01AA", "R02AA", "J02", "B01AC", "B01AX", "B03"):
        assert any(found.startswith(atc) for found in delivered), atc
