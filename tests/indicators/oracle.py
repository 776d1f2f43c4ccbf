"""The indicators a second time: from the generator's answer key with full identity, in hand-written SQL.

Nothing of the product is used: no pseudonym, no vault, no diagnosis or billing code, no rule, no linkage. Only
what the generator wrote down as planted: who is a person, which stay follows which, and what was really done.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

SELECTED = """
    CREATE TABLE selected AS
    SELECT s.*, p.birth_date, p.death_date, year(s.discharge) AS jaar
    FROM read_parquet('{key}/stays.parquet') AS s JOIN read_parquet('{key}/persons.parquet') AS p USING (INSZ)
    WHERE s.flemish_recognised AND NOT s.missing_insz AND s.kind <> 'background'
      AND year(s.discharge) BETWEEN 2017 AND 2019 AND year(s.admission) - year(p.birth_date) >= 18
"""
# A transfer counts once: the stay whose predecessor was not delivered starts the episode, the others follow it.
CHAINS = """
    CREATE TABLE chains AS
    WITH RECURSIVE chain AS (
        SELECT a.CODE_AGR AS first_agr, a.STAYNUM AS first_stay, 0 AS place, a.*
        FROM selected AS a WHERE NOT EXISTS (
            FROM selected AS b
            WHERE b.CODE_AGR = a.previous_code_agr AND b.STAYNUM = a.previous_staynum AND b.INSZ = a.INSZ)
        UNION ALL
        SELECT chain.first_agr, chain.first_stay, chain.place + 1, n.*
        FROM chain JOIN selected AS n
            ON n.CODE_AGR = chain.next_code_agr AND n.STAYNUM = chain.next_staynum AND n.INSZ = chain.INSZ
    ) FROM chain
"""
EPISODES = """
    CREATE TABLE episodes AS
    SELECT a.INSZ, a.CODE_AGR, a.jaar, a.STAYNUM, first_stay IS NOT NULL AS first,
        a.main_stroke AND a.kind = 'ischaemic' AS ischaemic,
        a.main_stroke AND a.kind IN ('ischaemic', 'haemorrhage') AS stroke,
        a.main_stroke AND a.kind IN ('ischaemic', 'tia') AS ischaemic_or_tia,
        a.af, left_alive, really_lysed, lysed_by_proxy, lysed_directly, anticoagulant,
        coalesce(k.aspiration_pneumonia, false) AS aspiration, coalesce(k.urinary_infection, false) AS urinary,
        (a.antibiotics_7d_hospital AND NOT a.billing_lost) OR a.antibiotics_7d_pharmacy AS antibiotics,
        coalesce(a.death_date - a.admission BETWEEN 0 AND 30, false) AS died30,
        coalesce(a.death_date - a.admission BETWEEN 0 AND 90, false) AS died90
    FROM selected AS a LEFT JOIN (
        SELECT first_agr AS CODE_AGR, first_stay,
            NOT arg_max(died_in_stay, place) AS left_alive, bool_or(thrombolysed) AS really_lysed,
            bool_or(thrombolysis_services AND NOT billing_lost) AS lysed_by_proxy,
            bool_or(thrombolysis_product AND NOT billing_lost OR thrombolysis_noted) AS lysed_directly,
            arg_max((anticoagulant_hospital AND NOT billing_lost) OR anticoagulant_pharmacy, place) AS anticoagulant
        FROM chains GROUP BY ALL
    ) AS e ON e.CODE_AGR = a.CODE_AGR AND e.first_stay = a.STAYNUM
    LEFT JOIN read_parquet('{key}/episodes.parquet') AS k ON k.CODE_AGR = a.CODE_AGR AND k.STAYNUM = a.STAYNUM
"""
# indicator: (denominator, numerator) as conditions over `episodes`
DEFINITIONS = {
    "deliveries": ("true", None),
    "ivt": ("first AND ischaemic", "lysed_by_proxy"),
    "no_antibiotics": ("first AND stroke", "NOT antibiotics"),
    "ivt_direct": ("first AND ischaemic", "lysed_directly"),
    "aspiration_pneumonia": ("first AND ischaemic", "aspiration"),
    "urinary_infection": ("first AND ischaemic", "urinary"),
    "anticoagulants_tia": ("first AND ischaemic_or_tia AND af AND left_alive", "anticoagulant"),
    "anticoagulants": ("first AND ischaemic AND af AND left_alive", "anticoagulant"),
    "mortality30": ("first AND stroke", "died30"),
    "mortality90": ("first AND stroke", "died90"),
}


def oracle_counts(answer_key: Path) -> pd.DataFrame:
    """indicator, hospital, year, part, stays, persons: the same shape as `IndicatorTable.counts`, only rows above 0."""
    con = duckdb.connect()
    try:
        con.execute(SELECTED.format(key=answer_key))
        con.execute(CHAINS)
        con.execute(EPISODES.format(key=answer_key))
        found = []
        for indicator, (inside, counted) in DEFINITIONS.items():
            parts = {"n": inside}
            if counted:
                parts |= {"k": f"{inside} AND ({counted})", "rest": f"{inside} AND NOT ({counted})"}
            for part, condition in parts.items():
                found.append(
                    con.execute(
                        f"""SELECT '{indicator}' AS indicator, coalesce(CODE_AGR, 'ALL') AS hospital,
                            coalesce(jaar, 0)::INTEGER AS year, '{part}' AS part, count(*) AS stays,
                            count(DISTINCT INSZ) AS persons
                        FROM episodes WHERE {condition} GROUP BY CUBE (CODE_AGR, jaar) HAVING count(*) > 0"""
                    ).df()
                )
        return pd.concat(found, ignore_index=True)
    finally:
        con.close()
