"""The stays a stroke study selects: which care each patient gets, drawn with planted chances.

Decisions of a chain hang on its identifier, so its stays agree; what only concerns one stay hangs on the
stay.
"""

from __future__ import annotations

import duckdb

from workbench.synth.scenario import Scenario


def make_care(con: duckdb.DuckDBPyConnection, scenario: Scenario) -> None:
    """Table `care`, one row per stay with a listed diagnosis: chances and what was drawn.

    lysed: thrombolysed in this stay. antibiotics, anticoagulants: due in the first 7 days and at discharge;
    how and when they are given is drawn afterwards. p_*: the chances, 0 where the question does not arise.
    """
    con.execute(f"CREATE TABLE care AS WITH {_chances(scenario)} {_outcomes(scenario)}")


def _chances(scenario: Scenario) -> str:
    """Common table expressions up to `stroke`: what a chain's first hospital does, and how often."""
    p = scenario.parameters
    aspiration = p.number("stroke.infections.aspiration_pneumonia")
    urinary = _shifted(p.number("stroke.infections.urinary"), "i.urinary_infection")
    highest = p.number("stroke.infections.urinary_highest")
    return f"""
        first AS (
            SELECT eid, adm AS index_adm, los AS index_los, moves AS index_moves, hospital AS index_hospital
            FROM stays WHERE leg = 0 AND kind <> 'background'
        ), stroke AS (
            SELECT stays.*, first.* EXCLUDE (eid), h.anticoagulants AS anticoagulant_effect,
                i.antibiotics AS antibiotic_effect, event AND kind <> 'tia' AS may_infect,
                CASE WHEN kind = 'ischaemic' AND NOT arisen THEN i.thrombolysis ELSE 0.0 END
                    AS p_thrombolysis,
                CASE WHEN may_infect THEN {aspiration} ELSE 0.0 END AS p_aspiration,
                CASE WHEN may_infect THEN least({highest}, {urinary}) ELSE 0.0 END AS p_urinary
            FROM stays JOIN first USING (eid)
            JOIN hospitals AS h ON h.number = hospital JOIN hospitals AS i ON i.number = index_hospital
            WHERE kind <> 'background'
        )
    """


def _outcomes(scenario: Scenario) -> str:
    p, chain = scenario.parameters, scenario.chain
    second = chain.chance("eid", "lysed second", p.number("stroke.thrombolysis.in_second_hospital"))
    pneumonia = chain.chance("eid", "pneumonia", p.number("stroke.infections.pneumonia_on_admission"))
    infected, healthy = (p.number(f"stroke.antibiotics.{name}_infection") for name in ("with", "without"))
    antibiotics = f"CASE WHEN aspiration OR urinary OR pneumonia THEN {infected} ELSE {healthy} END"
    due = p["stroke.anticoagulants"]
    anticoagulants = f"""CASE kind WHEN 'af_only' THEN {due["atrial_fibrillation_only"]}
        WHEN 'haemorrhage' THEN CASE WHEN af_coded THEN {due["haemorrhage"]} ELSE 0 END
        ELSE CASE WHEN af_coded THEN {due["with_atrial_fibrillation"]} ELSE {due["otherwise"]} END END"""
    return f"""
        , drawn AS (
            SELECT *, {chain.chance("eid", "thrombolysis", "p_thrombolysis")} AS chain_lysed,
                CASE WHEN index_moves AND index_los <= 1 AND {second} THEN 1 ELSE 0 END AS lysis_leg,
                leg = 0 AND {chain.chance("eid", "aspiration", "p_aspiration")} AS aspiration,
                leg = 0 AND {chain.chance("eid", "urinary", "p_urinary")} AS urinary,
                leg = 0 AND may_infect AND {pneumonia} AS pneumonia
            FROM stroke
        ), treated AS (
            SELECT *, chain_lysed AND leg = lysis_leg AS lysed,
                {_shifted(antibiotics, "antibiotic_effect")} AS p_antibiotics,
                {_shifted(anticoagulants, "anticoagulant_effect")} AS p_anticoagulants
            FROM drawn
        )
        SELECT *, leg = 0 AND {chain.chance("eid", "antibiotics", "p_antibiotics")} AS antibiotics,
            NOT dies AND {chain.chance("eid", "anticoagulants", "p_anticoagulants")} AS anticoagulants
        FROM treated
    """


def _shifted(share: str | float, effect: str) -> str:
    """SQL for a share moved by an effect on the logit scale; a share of 0 stays 0."""
    return f"CASE WHEN ({share}) = 0 THEN 0.0 ELSE 1 / (1 + (1 / ({share}) - 1) * exp(-({effect}))) END"
