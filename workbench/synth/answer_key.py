"""The answer key: what was planted, with full identity. No party ever reads it."""

from __future__ import annotations

from workbench.synth.diagnoses import noted_elsewhere
from workbench.synth.scenario import Scenario
from workbench.synth.stays import patnum, staynum

_INSZ = "lpad(insz::VARCHAR, 11, '0') AS INSZ"
_SEX = "CASE WHEN sex = 1 THEN 'man' ELSE 'woman' END AS sex"
_ROUTES = (
    "antibiotics_7d_hospital",
    "antibiotics_7d_pharmacy",
    "anticoagulant_hospital",
    "anticoagulant_pharmacy",
)


def answer_key_queries(scenario: Scenario) -> dict[str, str]:
    """The queries of the four tables of the answer key, by table."""
    return {
        "persons": _persons(scenario),
        "stays": _stays(scenario),
        "episodes": _episodes(),
        "hospital_effects": """SELECT code_agr AS CODE_AGR, flemish AS flemish_recognised, university,
            thrombolysis AS thrombolysis_share, antibiotics AS antibiotics_effect,
            anticoagulants AS anticoagulants_effect, mortality AS mortality_effect,
            urinary_infection AS urinary_infection_effect FROM hospitals""",
    }


def _persons(scenario: Scenario) -> str:
    """One row per person; c2 is the pseudonym under which the sickness funds know it."""
    rows = scenario.parameters.margin("population.margins.by_arrondissement")
    places = "[" + ", ".join(f"'{row['ARRD_REFNIS']}'" for row in rows) + "]"
    return f"""SELECT {_INSZ}, birth AS birth_date, {_SEX}, died AS death_date,
        ({places})[1 + arr] AS arrondissement, af AS atrial_fibrillation, c2,
        DATE '{scenario.first_day}' + moves_after::INTEGER AS moved, ({places})[1 + new_arr] AS arrondissement_after
        FROM persons LEFT JOIN deaths USING (pid)"""


def _stays(scenario: Scenario) -> str:
    """One row per stay; treatment flags are false for stays without a listed diagnosis.

    antibiotics_7d_*: relative days 0 to 6; anticoagulant_*: from 3 days before discharge to 14 days after it;
    each by route, since hospital lines cannot be matched when `billing_lost`. thrombolysed: really done;
    thrombolysis_product, thrombolysis_services: what the bill shows of it on days 0 and 1, the product itself and
    the two services that stand for it. thrombolysis_noted: the stay codes that it was given in an earlier one.
    """
    flags = ", ".join(
        f"coalesce({name}, false) AS {name}" for name in ("thrombolysed", "thrombolysis_product", *_ROUTES)
    )
    return f"""
        SELECT {_INSZ}, {patnum("pid", "here")} AS PATNUM, here.code_agr AS CODE_AGR,
            {staynum("sid")} AS STAYNUM,
            adm AS admission, dis AS discharge, kind::VARCHAR AS kind, type AS stay_type, main_stroke,
            origin.code_agr AS previous_code_agr,
            CASE WHEN leg > 0 THEN {staynum("sid - 1")} END AS previous_staynum,
            CASE WHEN moves THEN target.code_agr END AS next_code_agr,
            CASE WHEN moves THEN {staynum("sid + 1")} END AS next_staynum,
            missing_insz, billing_lost, here.flemish AS flemish_recognised, leg AS place_in_chain,
            af_coded AS af, arisen AS arisen_in_hospital, dies AS died_in_stay,
            year(adm) - year(birth) AS age_at_admission, charlson AS charlson_score,
            charlson_with_main, {flags}, coalesce(noted, false) AS thrombolysis_noted,
            sid IN (SELECT sid FROM services WHERE n IN (40, 41) GROUP BY sid HAVING count(*) = 2)
                AS thrombolysis_services
        FROM stays LEFT JOIN treated USING (sid)
        LEFT JOIN (SELECT sid, {noted_elsewhere(scenario)} AS noted FROM care) USING (sid)
        JOIN hospitals AS here ON here.number = hospital
        LEFT JOIN hospitals AS origin ON origin.number = from_hospital
        LEFT JOIN hospitals AS target ON target.number = to_hospital
    """


def _episodes() -> str:
    """One row per chain of stays with a listed diagnosis; columns without a prefix are those of its first
    stay.

    antibiotics_7d counts from the first admission (a later stay has an antibiotic in those days only if the
    first one has); anticoagulant_discharge concerns the end of the last stay. p_*: the planted chances, NULL
    where the question does not arise.
    """
    return f"""
        WITH last AS (
            SELECT eid, here.code_agr AS last_code_agr, {staynum("sid")} AS last_staynum,
                adm AS last_admission, dis AS last_discharge, dies AS last_dies,
                billing_lost AS last_billing_lost, anticoagulant_hospital, anticoagulant_pharmacy,
                p_anticoagulants
            FROM care JOIN treated USING (sid) JOIN hospitals AS here ON here.number = hospital
            WHERE NOT moves
        ), lysed AS (
            SELECT eid, here.code_agr AS thrombolysed_in, billing_lost AS thrombolysis_billing_lost
            FROM care JOIN hospitals AS here ON here.number = hospital WHERE lysed
        )
        SELECT {_INSZ}, {patnum("care.pid", "here")} AS PATNUM, here.code_agr AS CODE_AGR,
            {staynum("sid")} AS STAYNUM, care.adm AS admission, dis AS discharge,
            last_code_agr, last_staynum, last_admission, last_discharge,
            kind::VARCHAR AS kind, main_stroke, arisen AS arisen_in_hospital,
            here.flemish AS flemish_recognised, year(care.adm) - year(birth) AS age_at_admission, {_SEX},
            charlson AS charlson_score, charlson_with_main, af_coded AS af,
            lysed.eid IS NOT NULL AS thrombolysed, thrombolysed_in, thrombolysis_billing_lost,
            antibiotics_7d_hospital OR antibiotics_7d_pharmacy AS antibiotics_7d,
            antibiotics_7d_hospital, antibiotics_7d_pharmacy,
            last.anticoagulant_hospital OR last.anticoagulant_pharmacy AS anticoagulant_discharge,
            last.anticoagulant_hospital, last.anticoagulant_pharmacy,
            aspiration AS aspiration_pneumonia, urinary AS urinary_infection,
            NOT last_dies AS alive_at_discharge,
            coalesce(care.died <= care.adm + 30, false) AS died30,
            coalesce(care.died <= care.adm + 90, false) AS died90,
            missing_insz, billing_lost, last_billing_lost, p_antibiotics,
            CASE WHEN kind = 'ischaemic' AND NOT arisen THEN p_thrombolysis END AS p_thrombolysis,
            CASE WHEN NOT last_dies THEN last.p_anticoagulants END AS p_anticoagulant_discharge,
            p30 AS p_died30, p90 AS p_died90, CASE WHEN event THEN p_aspiration END AS p_aspiration_pneumonia,
            CASE WHEN event THEN p_urinary END AS p_urinary_infection
        FROM care JOIN treated USING (sid) JOIN last USING (eid) LEFT JOIN lysed USING (eid)
        LEFT JOIN outcomes USING (eid) JOIN hospitals AS here ON here.number = hospital WHERE leg = 0
    """
