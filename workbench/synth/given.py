"""Medicines of the selected stays, planned day by day, and what follows from them for each stay.

Every antibiotic and antithrombotic of these stays is planned here: random hospital lines of other kinds fill
up the bill (billing.py), and random deliveries of the study's classes are kept out of the days the study
looks at (pharmacy.py). So what is true of a stay can be read off this table, by class and day, without any
code.
"""

from __future__ import annotations

import duckdb

from workbench.synth.scenario import Scenario

# Days after discharge within which a delivery still counts as treatment at discharge (indicator 3).
AFTER_DISCHARGE = 14


def make_given(con: duckdb.DuckDBPyConnection, scenario: Scenario) -> None:
    """Table `given`: sid, pid, n (number of the line within the stay), day, class, in_hospital."""
    blocks = [*_antibiotics(scenario), *_anticoagulants(scenario), *_others(scenario)]
    con.execute(f"CREATE TABLE given AS {' UNION ALL '.join(blocks)}")


def make_treated(con: duckdb.DuckDBPyConnection, scenario: Scenario) -> None:
    """Table `treated`, one row per selected stay: the truth that follows from `given`, by route.

    A line of a hospital belongs to its stay; a delivery belongs to every stay of the person it is near to.
    """
    days_7 = "class = 'antibiotic' AND day - adm BETWEEN 0 AND 6"
    blood = "class IN ('anticoagulant', 'heparin')"
    at_discharge = f"{blood} AND day BETWEEN dis - 3 AND dis + {AFTER_DISCHARGE}"

    def found(in_hospital: str, link: str) -> str:
        return f"""SELECT care.sid, bool_or({days_7}) AS antibiotic, bool_or({at_discharge}) AS anticoagulant
            FROM care JOIN given USING ({link}) WHERE {in_hospital} GROUP BY care.sid"""

    con.execute(
        f"""
        CREATE TABLE treated AS
        SELECT care.sid, lysed AS thrombolysed,
            sid IN (SELECT sid FROM given WHERE class = 'thrombolytic') AS thrombolysis_product,
            coalesce(hospital.antibiotic, false) AS antibiotics_7d_hospital,
            coalesce(pharmacy.antibiotic, false) AS antibiotics_7d_pharmacy,
            coalesce(hospital.anticoagulant, false) AS anticoagulant_hospital,
            coalesce(pharmacy.anticoagulant, false) AS anticoagulant_pharmacy
        FROM care
        LEFT JOIN ({found("in_hospital", "sid")}) AS hospital USING (sid)
        LEFT JOIN ({found("NOT in_hospital", "pid")}) AS pharmacy USING (sid)
        """
    )


def _antibiotics(scenario: Scenario) -> list[str]:
    p, stay = scenario.parameters, scenario.stay
    drawn = stay.chance("sid", "antibiotic route", p.number("stroke.antibiotics.at_pharmacy"))
    # after an early discharge: one delivery, unless the patient dies or moves before the days are over
    at_pharmacy = f"""(event AND leg = 0 AND NOT dies AND NOT moves AND los <= 2
        AND (died IS NULL OR died > adm + 6) AND {drawn})"""
    first_day = stay.below("sid", "antibiotic start", "least(los, 4) + 1")
    course = f"least({stay.below('sid', 'antibiotic course', 4)} + 1, least(los, 6) - first_day + 1)"
    delivery = stay.below("sid", "antibiotic delivery", "7 - los")
    late = stay.chance("sid", "late antibiotics", p.number("stroke.antibiotics.later"))
    late_day = stay.below("sid", "late antibiotic day", "los - from_day + 1")
    return [
        f"""SELECT sid, pid, i AS n, adm + first_day + i AS day, 'antibiotic' AS class, true AS in_hospital
            FROM (
                SELECT *, unnest(range(({course})::BIGINT))::INTEGER AS i
                FROM (SELECT *, {first_day} AS first_day FROM care WHERE antibiotics AND NOT {at_pharmacy})
            )""",
        f"""SELECT sid, pid, 8, adm + los + {delivery}, 'antibiotic', false
            FROM care WHERE antibiotics AND {at_pharmacy}""",
        # a first antibiotic later on, never within 7 days of the first admission of the chain
        f"""SELECT sid, pid, 9, adm + from_day + {late_day}, 'antibiotic', true
            FROM (SELECT *, greatest(0, 7 - (adm - index_adm))::INTEGER AS from_day FROM care WHERE {late})
            WHERE los >= from_day AND NOT antibiotics""",
    ]


def _anticoagulants(scenario: Scenario) -> list[str]:
    p, stay = scenario.parameters, scenario.stay

    def chance(name: str) -> str:
        return stay.chance("sid", name, p.number(f"stroke.anticoagulants.{name}"))

    class_ = f"CASE WHEN {chance('heparin')} THEN 'heparin' ELSE 'anticoagulant' END"
    in_hospital = f"(kind = 'af_only' OR {chance('in_hospital')})"
    last_days = f"dis - {stay.below('sid', 'anticoagulant day', 'least(los, 3) + 1')}"
    return [
        f"""SELECT sid, pid, 20, {last_days}, {class_}, true
            FROM care WHERE anticoagulants AND NOT moves AND {in_hospital}""",
        f"""SELECT sid, pid, 21, dis + {stay.below("sid", "anticoagulant delivery", _room())}, {class_}, false
            FROM care WHERE anticoagulants AND NOT moves
                AND (NOT {in_hospital} OR kind <> 'af_only' AND {chance("both_routes")})""",
        f"""SELECT sid, pid, 22, {last_days}, {class_}, true
            FROM care WHERE anticoagulants AND moves AND {chance("before_transfer")}""",
        # too late to count
        f"""SELECT sid, pid, 23, dis + {AFTER_DISCHARGE + 1} + {stay.below("sid", "late anticoagulant", 26)},
                'anticoagulant', false
            FROM care WHERE event AND NOT dies AND NOT moves AND NOT anticoagulants
                AND (died IS NULL OR died > dis + {AFTER_DISCHARGE + 26}) AND {chance("late_pharmacy")}""",
        # heparin against clots, over before the last 3 days: too early to count
        f"""SELECT sid, pid, 11 + i, adm + i, 'heparin', true
            FROM (
                SELECT *, unnest(range(least(los - 3, 6)::BIGINT))::INTEGER AS i
                FROM care WHERE event AND los >= 5 AND {chance("early_heparin")}
            )""",
    ]


def _others(scenario: Scenario) -> list[str]:
    """The thrombolytic itself, and antiplatelets: antithrombotics but no anticoagulants."""
    p, stay = scenario.parameters, scenario.stay
    delivery = stay.below("sid", "antiplatelet delivery", _room())
    seen = stay.chance("sid", "thrombolytic billed", float(p["stroke.thrombolysis.in_bills"]["product"]))
    antiplatelet = f"""kind IN ('ischaemic', 'tia') AND NOT anticoagulants
        AND {stay.chance("sid", "antiplatelet", p.number("stroke.antiplatelets"))}"""
    return [
        f"""SELECT sid, pid, 10, adm + least(los, {stay.below("sid", "lysis day", 2)}), 'thrombolytic', true
            FROM care WHERE lysed AND {seen}""",
        f"""SELECT sid, pid, 24 + i, adm + i, 'antiplatelet', true
            FROM (
                SELECT *, unnest(range(least(los, 3)::BIGINT + 1))::INTEGER AS i
                FROM care WHERE {antiplatelet}
            )""",
        f"""SELECT sid, pid, 28, dis + {delivery}, 'antiplatelet', false
            FROM care WHERE NOT dies AND NOT moves AND {antiplatelet}""",
    ]


def _room() -> str:
    """SQL for the number of days from discharge on which a pharmacy can deliver to a living patient."""
    return f"least({AFTER_DISCHARGE + 1}, coalesce(died - dis + 1, {AFTER_DISCHARGE + 1}))"
