"""Billing of the stroke team and of monitoring, through which thrombolysis can be seen.

20/284 has no code for thrombolysis (line 408); an intake code and a first-day monitoring code on days 0 or 1 stand
for it. They are billed with rates of their own: not for every thrombolysed stay, and for some others too. Any other
stay may have either of them, or an intake and a later monitoring. So the proxy can be wrong, and the answer key
(`thrombolysis_services`) says where.
"""

from __future__ import annotations

import duckdb

from workbench.synth.scenario import Scenario


def make_services(con: duckdb.DuckDBPyConnection, scenario: Scenario) -> None:
    """Table `services`: sid, n (number of the line within the stay), day, code. Lines 40 and 41 are the proxy."""
    p, stay = scenario.parameters, scenario.stay
    bills = p["stroke.thrombolysis.in_bills"]
    both = f"CASE WHEN lysed THEN {bills['services']} ELSE {bills['services_otherwise']} END"
    codes, share = p["billing.stroke_codes"], p["stroke.stroke_team"]
    intake = stay.of("sid", "intake code", codes["intake"])
    monitoring = stay.of("sid", "monitor code", codes["monitoring"])
    care_plan = stay.of("sid", "care plan code", codes["care_plan"])
    intake_day = f"adm + least(los, {stay.below('sid', 'intake day', 2)})"
    monitor_day = f"adm + least(los, {stay.below('sid', 'monitor day', 2)})"
    late_day = f"adm + 2 + {stay.below('sid', 'late monitor day', 'los - 1')}"
    plan_day = f"adm + 1 + {stay.below('sid', 'care plan day', 'least(los, 10)')}"
    has_plan = stay.chance("sid", "care plan", p.number("stroke.care_plan"))
    con.execute(
        f"""
        CREATE TABLE services AS
        WITH team AS (
            SELECT *, CASE
                WHEN arisen THEN NULL
                WHEN kind = 'af_only' THEN CASE WHEN u < {share["monitoring"]} THEN 'monitoring' END
                WHEN {stay.chance("sid", "both services", both)} THEN 'both'
                WHEN u < {share["intake"]} THEN 'intake'
                WHEN u < {share["intake"] + share["monitoring"]} THEN 'monitoring'
                WHEN u < {sum(share.values())} AND los >= 2 THEN 'late' END AS billed
            FROM (SELECT *, {stay.uniform("sid", "stroke team")} AS u FROM care)
        )
        SELECT sid, 40 AS n, {intake_day} AS day, {intake} AS code
        FROM team WHERE billed IN ('both', 'intake', 'late')
        UNION ALL
        SELECT sid, 41, {monitor_day}, {monitoring} FROM team WHERE billed IN ('both', 'monitoring')
        UNION ALL
        SELECT sid, 42, {monitor_day} + 1, '{codes["monitoring_second_day"][0]}'
        FROM team WHERE billed IN ('both', 'monitoring') AND los >= 2
        UNION ALL
        SELECT sid, 43, {late_day}, {monitoring} FROM team WHERE billed = 'late'
        UNION ALL
        SELECT sid, 44, {plan_day}, {care_plan} FROM team WHERE event AND los >= 4 AND {has_plan}
        """
    )
