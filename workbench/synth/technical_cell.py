"""DOCUMENT_P, SHA_PREST and ADH_PREST of the Technical Cell: the lines of HEALTH once more, stay by stay.

The person stands under the cell's own number, the stay under the number the hospital gave it; lines of a stay whose
billing names no hospital are there as well, since the cell receives them with the stay.
"""

from __future__ import annotations

from workbench.synth.billing import ambulatory_lines, forfait, stay_lines
from workbench.synth.coding import weighted
from workbench.synth.scenario import Scenario
from workbench.synth.stays import staynum


def technical_cell_queries(scenario: Scenario) -> dict[str, str]:
    """The queries of the three documents by table."""
    return {
        "DOCUMENT_P": _document_p(scenario),
        "SHA_PREST": _stays(scenario, "type = 'H'"),
        "ADH_PREST": _stays(scenario, "type <> 'H'"),
    }


def _stays(scenario: Scenario, which: str) -> str:
    p = scenario.parameters
    implants = " ".join(f"WHEN '{code}' THEN '{kind}'" for code, kind in p["technical_cell.implants"].items())
    medicine = scenario.line.of("d", "category", p["technical_cell.reimbursement"])
    return f"""
        SELECT INSZ_T::VARCHAR AS patient_anonymous_id, {staynum("line.sid")} AS admission_nr, {_common(scenario)},
            coalesce(starts_with(main_list.code, 'O8'), false) AS DELIVERY_YN,
            CASE SS00020::VARCHAR {implants} END AS IMPLANT_TYPE, lump_sum AS FORFAIT_TYPE,
            CASE WHEN SS00135 IS NOT NULL THEN {medicine} END AS REIMBURSEMENT_CATEGORY, SS00135::VARCHAR AS CNK,
            {_insurer(scenario)} AS INSURER_TYPE, '{p["technical_cell.edition"]}' AS EDITION_NUMBER,
            place::SMALLINT AS ADMISSION_ORDER, adm AS ADMISSION_DATE, dis AS DISCHARGE_DATE,
            since::SMALLINT AS PREVIOUS_STAY_INTERVAL
        FROM (SELECT *, {_hash(scenario, "sid")} AS d FROM ({stay_lines(scenario)})) AS line
        JOIN (
            SELECT sid, pid, type, adm, dis, birth, sex, main, {forfait(scenario)} AS lump_sum FROM stays WHERE {which}
        ) AS stay ON stay.sid = line.sid
        JOIN codes USING (pid) JOIN admissions ON admissions.sid = line.sid
        LEFT JOIN main_list USING (main)
    """


def _document_p(scenario: Scenario) -> str:
    """Ambulatory services that were given in a hospital; each contact of a day has a number."""
    facts = scenario.parameters["technical_cell.in_hospital"]
    codes = ", ".join(f"'{code}'" for code in facts)
    share = scenario.parameters.number("technical_cell.ambulatory_share")
    contact = "(pid * 2048 + (SS00015 - DATE '2016-01-01'))"
    return f"""
        SELECT INSZ_T::VARCHAR AS patient_anonymous_id, 'P' || lpad({contact}::VARCHAR, 13, '0') AS admission_nr,
            {_common(scenario)},
            CASE WHEN {scenario.line.chance("d", "helper", 0.05)} THEN '1' ELSE '0' END AS ADDITIONAL_PROVIDER
        FROM (
            SELECT *, SS00015 AS adm FROM (SELECT *, {_hash(scenario, "pid")} AS d FROM ({ambulatory_lines(scenario)}))
            WHERE SS00020::VARCHAR IN ({codes}) AND {scenario.line.chance("d", "in hospital", share)}
        ) JOIN (SELECT pid, birth, sex FROM persons) USING (pid) JOIN codes USING (pid)
    """


def _common(scenario: Scenario) -> str:
    """SQL for the fields of all three documents, after the two numbers."""
    p, line = scenario.parameters, scenario.line
    sex, cell = p["codes.meanings.sex"], p["technical_cell.norms"]
    places, services, who = (p[f"technical_cell.{name}"] for name in ("places", "services", "specialties"))
    gp, specialist = (p.code("qualification", name) for name in ("gp", "specialist"))
    prescriber = line.of("d", "prescriber", who[1:])
    social = weighted(scenario.person.uniform("pid", "social context"), p["technical_cell.social_context"])
    fields = {
        "NOMEN_CODE": "SS00020::VARCHAR",
        "REALIZATION_DATE": "SS00015",
        "PLACE_OF_SERVICE": line.of("d", "place", places),
        "PROVIDER_SPECIALTY": line.of("d", "provider", who),
        "PROVIDER_QUALIFICATION": f"'{specialist}'",
        "PROVIDER_NORM": line.of("d", "provider norm", cell),
        "PRESCRIBER_SPECIALTY": f"CASE WHEN SS00070 = '{gp}' THEN '{who[0]}' ELSE {prescriber} END",
        "PRESCRIBER_QUALIFICATION": "SS00070",
        "PRESCRIBER_NORM": line.of("d", "prescriber norm", cell),
        "NUMBER": "SS00050",
        "AMOUNT": "SS00060",
        "SERVICE_NORM": line.of("d", "service norm", cell),
        "CEILING_NORM": line.of("d", "ceiling norm", cell),
        "PLACE_OF_EXECUTION": line.of("d", "execution", places),
        "HOSPITAL_SERVICE": line.of("d", "hospital service", services),
        "PATIENT_AGE": "date_sub('year', birth, adm)::SMALLINT",
        "PATIENT_SEX": f"CASE WHEN sex = 1 THEN '{sex['man']}' ELSE '{sex['woman']}' END",
        "SOCIAL_CONTEXT": social,
    }
    return ", ".join(f"{sql} AS {name}" for name, sql in fields.items())


def _insurer(scenario: Scenario) -> str:
    return weighted(scenario.person.uniform("pid", "insurer"), scenario.parameters["technical_cell.insurers"])


def _hash(scenario: Scenario, owner: str) -> str:
    """SQL for 62 random bits of a line: the same for a line that stands twice."""
    code = "coalesce(SS00135::VARCHAR, SS00020::VARCHAR)::BIGINT"
    day = "(SS00015 - DATE '2000-01-01')::BIGINT"
    return f"({scenario.line.bits(f'xor({owner}, ({day} * 10000000 + {code}) * 1000003)', 'document')} >> 2)::BIGINT"
