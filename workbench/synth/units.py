"""STAYUNIT of the hospitals: the nursing units of a stay, one after the other."""

from __future__ import annotations

from workbench.synth.procedures import admitted_minute
from workbench.synth.registration import date_parts
from workbench.synth.scenario import Scenario
from workbench.synth.stay_facts import discharged_minute, emergency, first_bed, rehabilitated, rehabilitation_from
from workbench.synth.stays import stay_key


def stayunit_query(scenario: Scenario) -> str:
    """Rows of STAYUNIT: emergency, ward, theatre, recovery, ward again, rehabilitation, as far as a stay has them.

    In a stay of one day the times are parts of the time until the discharge, so all lie before it.
    """
    return f"""
        SELECT {stay_key("part")}, n::SMALLINT AS ORDER_UNIT, step.campus AS CODE_CAMPUS, step.unit AS CODE_UNIT,
            {date_parts("A5", "UNIT_IN", "entered")}, hour(entered)::TINYINT AS A5_HOUR_UNIT_IN,
            minute(entered)::TINYINT AS A5_MIN_UNIT_IN
        FROM (
            SELECT *, step.day + to_minutes(step.minute) AS entered
            FROM (SELECT *, unnest(steps) AS step, generate_subscripts(steps, 1) AS n FROM ({_steps(scenario)}))
        ) AS part JOIN hospitals ON hospitals.number = hospital
    """


def _steps(scenario: Scenario) -> str:
    """SQL for the stays with a list of their units, in order."""
    special, stay = scenario.parameters["structure.special"], scenario.stay
    emergency_unit, theatre, recovery = (f"'{special[name]}'" for name in ("emergency", "theatre", "recovery"))
    ward_from = f"first + CASE WHEN los = 0 THEN last // 20 ELSE 30 + {stay.below('sid', 'waited', 120)} END"
    awake = f"theatre_minute + operated + CASE WHEN los = 0 THEN last // 10 ELSE 20 + {_recovered(scenario)} END"
    steps = (
        ("urgent", "campus", emergency_unit, "adm", "first"),
        ("true", "campus", "ward", "adm", ward_from),
        ("theatre_day IS NOT NULL", "campus", theatre, "theatre_day", "theatre_minute"),
        ("theatre_day IS NOT NULL", "campus", recovery, "theatre_day", "theatre_minute + operated"),
        ("theatre_day IS NOT NULL", "campus", "ward", "theatre_day", awake),
        ("split", "sp_campus", "sp_ward", "change", "600"),
    )
    listed = ", ".join(
        f"""CASE WHEN {when} THEN {{'campus': {campus}, 'unit': {unit}, 'day': {day}::DATE,
            'minute': ({minute})::BIGINT}} END"""
        for when, campus, unit, day, minute in steps
    )
    return f"SELECT *, list_filter([{listed}], lambda step: step IS NOT NULL) AS steps FROM ({_located(scenario)})"


def _located(scenario: Scenario) -> str:
    """SQL for the stays with their wards and times; a day stay lies on the campus of a surgical ward."""
    stay, special = scenario.stay, scenario.parameters["structure.special"]
    first, last = admitted_minute(scenario), discharged_minute(scenario)
    bed = f"CASE WHEN type = 'H' THEN {first_bed(scenario)} ELSE 'C' END"
    return f"""
        SELECT s.*, w.campus, CASE WHEN type = 'H' THEN w.unit ELSE '{special["day"]}' END AS ward,
            sp.campus AS sp_campus, sp.unit AS sp_ward
        FROM (
            SELECT t.*, d.day AS theatre_day, d.minute AS theatre_minute, {first} AS first, {last} AS last,
                {emergency(scenario)} AND NOT arisen AS urgent, {bed} AS first_bed, {stay.uniform("sid", "ward")} AS u,
                CASE WHEN los = 0 THEN {last} // 8 ELSE 25 + {stay.below("sid", "operated", 150)} END AS operated,
                {rehabilitated(scenario)} AS split, {rehabilitation_from(scenario)} AS change
            FROM (SELECT stays.*, bed FROM stays LEFT JOIN main_list USING (main)) AS t
            LEFT JOIN (
                SELECT sid, min(day) AS day, min(minute) AS minute FROM procedures WHERE theatre GROUP BY sid
            ) AS d USING (sid)
        ) AS s
        JOIN units AS w ON w.hospital = s.hospital AND w.bed = first_bed AND w.place = floor(u * w.wards)::INTEGER
        LEFT JOIN units AS sp ON sp.hospital = s.hospital AND sp.bed = 'S3' AND sp.place = 0
    """


def _recovered(scenario: Scenario) -> str:
    return scenario.stay.below("sid", "recovered", 90)
