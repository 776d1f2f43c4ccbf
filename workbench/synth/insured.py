"""HOSP of the sickness funds, and the further fields of POPULATION."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.synth.coding import weighted
from workbench.synth.scenario import Scenario


def hosp_query(scenario: Scenario) -> str:
    """Rows of HOSP: the stays as billed, numbered within the person and the year of admission.

    The identification of the hospital is the billed one, so it fits no hospital where the billing was lost.
    """
    facts = scenario.parameters["billing_details.stays"]
    riziv = "CASE WHEN {0}.billing_lost THEN {1}.wrong_riziv ELSE {1}.riziv END::VARCHAR".format
    serial = "row_number() OVER (PARTITION BY pid, year(adm) ORDER BY adm, sid)"
    inside = "greatest(dis - greatest(adm, make_date(year(dis), 1, 1)), 0)"
    return f"""
        SELECT lpad(insz::VARCHAR, 11, '0') AS fld_nn,
            year(adm) || '/' || lpad(({serial})::VARCHAR, 3, '0') AS STAY_NR,
            '{facts["delivery"]}' AS Delivery, adm AS FIRST_PREST, {riziv("stays", "here")} AS HOSP_ADM,
            CASE WHEN moves THEN target.riziv END AS HOSP_TRANS, dis AS LAST_PREST, los::SMALLINT AS LOS,
            {inside}::SMALLINT AS LOS_YYYY,
            CASE WHEN type = 'H' THEN '{facts["classic"]}' ELSE '{facts["day"]}' END AS STAY_CAT
        FROM stays JOIN hospitals AS here ON here.number = hospital
        LEFT JOIN hospitals AS target ON target.number = to_hospital
    """


def population_details(scenario: Scenario, query: str, names: Sequence[str]) -> str:
    """The rows of POPULATION with the named further fields behind its core; drawn for the pseudonym."""
    if not names:
        return query
    facts, member = scenario.parameters["billing_details.members"], scenario.person
    increased, kinds = facts["increased"], facts["beneficiary"]
    age = f"({scenario.first_day.year} - PP0015)"
    share = f"CASE WHEN {age} >= 65 THEN {increased['share_old']} ELSE {increased['share_young']} END"
    sector = f"lpad({member.below('PP0010', 'sector', 20_000)}::VARCHAR, 5, '0')"
    fields = {
        "PP0005": f"'{facts['sending']}'",
        "PP1008": weighted(member.uniform("PP0010", "income"), facts["income"]),
        "PP0055_AGG": sector,
        "PP1010": f"""CASE WHEN {member.chance("PP0010", "increased", share)}
            THEN {member.of("PP0010", "ground", increased["grounds"])} END""",
        "PP0030": f"""CASE WHEN {age} < 25 THEN '{kinds["child"]}' WHEN {age} < 65 THEN '{kinds["adult"]}'
            ELSE '{kinds["pensioner"]}' END""",
    }
    return f"SELECT *, {', '.join(f'{fields[name]} AS {name}' for name in names)} FROM ({query})"
