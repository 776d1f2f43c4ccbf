"""IDENTIFIER and REGISTRY of the network of general practices. Patients who objected are in neither."""

from __future__ import annotations

from workbench.synth.scenario import Scenario

# A registration code is the person times this, modulo 10^12; the factor shares no divisor with 10.
_SCRAMBLE = 3_267_000_013


def practice_queries(scenario: Scenario) -> dict[str, str]:
    """The queries of IDENTIFIER, REGISTRY and the answer key `practices`, which has those who objected too."""
    listed = f"({_patients(scenario)})"
    code = f"lpad((pid * {_SCRAMBLE} % 1000000000000)::VARCHAR, 12, '0') AS registration_code"
    niss = "lpad(insz::VARCHAR, 11, '0')"
    return {
        "IDENTIFIER": f"SELECT {code}, {niss} AS NISS FROM {listed} WHERE NOT objected",
        "REGISTRY": f"""SELECT {code},
                'born=' || year(birth) || ';sex=' || sex || ';practice=' || practice || ';contacts=' || contacts
                    AS registry_variables,
                diagnosis AS diagnoses, {_listed(scenario, "prescriptions")} AS prescriptions,
                {_test(scenario)} AS tests
            FROM {listed} WHERE NOT objected""",
        "practices": f"SELECT {niss} AS INSZ, {code}, practice, objected, diagnosis FROM {listed}",
    }


def _patients(scenario: Scenario) -> str:
    """SQL for the patients of the practices that take part: inhabitants of Flanders, at the window's first day."""
    p, person = scenario.parameters, scenario.person
    rows = p.margin("population.margins.by_arrondissement")
    flemish = ", ".join(str(place) for place, row in enumerate(rows) if row["RGN_ABBR"] == "FL")
    practices = max(2, round(p.number("intego.practices_per_person") * scenario.persons))
    objected = person.chance("pid", "objected", p.number("intego.objected"))
    groups = [int(one["group"]) for one in p["comorbidities.groups"]]
    known = [(groups.index(int(group)), code) for group, code in p["intego.diagnoses"].items()]
    cases = " ".join(f"WHEN (mask >> {bit}) & 1 = 1 THEN '{code}'" for bit, code in known)
    diagnosis = f"""CASE WHEN breast THEN '{p["intego.breast_cancer"]}'
        WHEN af THEN '{p["intego.atrial_fibrillation"]}' {cases} ELSE '{p["intego.none"]}' END"""
    contacts = f"floor(-ln(1 - {person.uniform('pid', 'contacts')}) * 6 * lines_rate)::INTEGER"
    return f"""
        SELECT persons.*, 1 + {person.below("pid", "practice", practices)} AS practice, {objected} AS objected,
            {diagnosis} AS diagnosis, {contacts} AS contacts
        FROM (
            SELECT persons.*, pid IN (SELECT pid FROM tumours WHERE site = 'C50') AS breast FROM persons
            WHERE arr IN ({flemish}) AND {person.chance("pid", "network", p.number("intego.share"))}
        ) AS persons
    """


def _listed(scenario: Scenario, name: str) -> str:
    cases = " ".join(f"WHEN '{key}' THEN '{value}'" for key, value in scenario.parameters[f"intego.{name}"].items())
    return f"CASE diagnosis {cases} END"


def _test(scenario: Scenario) -> str:
    """SQL for a test of those whose diagnosis asks for one, with its result."""
    cases = ""
    for code, (name, low, high, divide) in scenario.parameters["intego.tests"].items():
        drawn = f"({low} + {scenario.person.below('pid', 'result', high - low + 1)})"
        result = drawn if divide == 1 else f"{drawn} / {divide}"
        cases += f" WHEN '{code}' THEN '{name}=' || {result}"
    return f"CASE diagnosis{cases} END"
