"""IDENTIFIER and REGISTRY of the network of general practices. Patients who objected are in neither.

A row of the register is one registration: that a patient is on the list of the practice in a year, a diagnosis, a
prescription or a test. The answer key says the same as it was planted, per patient, problem and year, and not as rows.
"""

from __future__ import annotations

from workbench.synth.scenario import Scenario

# A registration code is the person times this, modulo 10^12; the factor shares no divisor with 10.
_SCRAMBLE = 3_267_000_013
_CODE = f"lpad((pid * {_SCRAMBLE} % 1000000000000)::VARCHAR, 12, '0') AS registration_code"
_NISS = "lpad(insz::VARCHAR, 11, '0')"
_PROBLEMS = (
    64  # most problems of one person; what is drawn for a problem hangs on the person times this, plus its number
)


def practice_queries(scenario: Scenario) -> dict[str, str]:
    """The queries of IDENTIFIER and REGISTRY, and of their answer key, which has those who objected too."""
    listed, problems = _patients(scenario), _problems(scenario)
    care = _care(scenario, f"({problems})")
    ends = "first_year, last_year"
    return {
        "IDENTIFIER": f"SELECT {_CODE}, {_NISS} AS NISS FROM ({listed}) WHERE NOT objected",
        "REGISTRY": _registry(scenario),
        "practices": f"SELECT {_NISS} AS INSZ, {_CODE}, practice, objected, {ends} FROM ({listed})",
        "practice_problems": f"SELECT {_NISS} AS INSZ, problem, known FROM ({problems})",
        "practice_care": f"""SELECT {_NISS} AS INSZ, year::SMALLINT AS year, problem, prescriptions, tests
            FROM ({care}) WHERE prescriptions > 0 OR tests > 0""",
    }


def _patients(scenario: Scenario) -> str:
    """SQL for the patients of the practices that take part: inhabitants of Flanders, from a first to a last year.

    A patient comes from the first year of the register on or joins later, and goes by moving house or dying.
    """
    p, person = scenario.parameters, scenario.person
    rows = p.margin("population.margins.by_arrondissement")
    flemish = ", ".join(str(place) for place, row in enumerate(rows) if row["RGN_ABBR"] == "FL")
    practices = max(2, round(p.number("intego.practices_per_person") * scenario.persons))
    first, last = _years(scenario)
    joins = person.chance("pid", "joins the practice", p.number("intego.joins"))
    moved = f"year(DATE '{scenario.first_day}' + moves_after::INTEGER)"
    return f"""
        SELECT * FROM (
            SELECT persons.*, 1 + {person.below("pid", "practice", practices)} AS practice,
                {person.chance("pid", "objected", p.number("intego.objected"))} AS objected,
                CASE WHEN {joins} THEN {first + 1} + {person.below("pid", "join year", last - first)}
                    ELSE {first} END AS first_year,
                least({last}, coalesce(year(died), {last}), coalesce({moved}, {last})) AS last_year,
                pid IN (SELECT pid FROM tumours WHERE site = 'C50') AS breast
            FROM persons LEFT JOIN (SELECT pid, died FROM deaths) USING (pid)
            WHERE arr IN ({flemish}) AND {person.chance("pid", "network", p.number("intego.share"))}
        ) WHERE first_year <= last_year
    """


def _problems(scenario: Scenario) -> str:
    """SQL for the chronic problems that a practice knows of: number, code and the year from which it knows it.

    Problems that came to light after the patient had left are not among them.
    """
    p, person = scenario.parameters, scenario.person
    groups = [int(one["group"]) for one in p["comorbidities.groups"]]
    known = [(f"(mask >> {groups.index(int(group))}) & 1 = 1", code) for group, code in p["intego.diagnoses"].items()]
    known += [("af", p["intego.atrial_fibrillation"]), ("breast", p["intego.breast_cancer"])]
    listed = ", ".join(
        f"CASE WHEN {has} THEN {{'n': {n}, 'code': '{code}'}} END" for n, (has, code) in enumerate(known)
    )
    back = person.below(f"pid * {_PROBLEMS} + n", "known since", int(p.number("intego.known_since")))
    return f"""
        SELECT *, greatest(year(birth), {_years(scenario)[1]} - {back})::SMALLINT AS known
        FROM (
            SELECT * EXCLUDE (has), has.n AS n, has.code AS problem
            FROM (SELECT *, unnest([{listed}]) AS has FROM ({_patients(scenario)})) WHERE has IS NOT NULL
        ) WHERE known <= last_year
    """


def _care(scenario: Scenario, problems: str) -> str:
    """SQL for prescriptions and tests of each problem in each year that the patient is listed and has it."""
    p, person = scenario.parameters, scenario.person
    key = f"(pid * {_PROBLEMS} + n) * 10 + year % 10"
    treated = person.chance(key, "treated", p.number("intego.treated"))
    times = person.below(key, "prescriptions", int(p.number("intego.most_prescriptions")))
    tests = person.below(key, "tests", int(p.number("intego.most_tests")) + 1)
    medicines, tested = (", ".join(f"'{code}'" for code in p[f"intego.{name}"]) for name in ("prescriptions", "tests"))
    return f"""
        SELECT *, CASE WHEN problem IN ({medicines}) AND {treated} THEN 1 + {times} ELSE 0 END AS prescriptions,
            CASE WHEN problem IN ({tested}) THEN {tests} ELSE 0 END AS tests
        FROM (SELECT *, unnest(range(greatest(known, first_year), last_year + 1)) AS year FROM {problems})
    """


def _registry(scenario: Scenario) -> str:
    """SQL for every registration of those who did not object; what a row is not about is empty in it."""
    p, person = scenario.parameters, scenario.person
    sex = p["codes.meanings.sex"]
    year, place = "pid * 10 + year % 10", f"pid * {_PROBLEMS} + n"
    contacts = f"floor(-ln(1 - {person.uniform(year, 'contacts')}) * 6 * lines_rate)::INTEGER"
    cold = person.chance(year, "acute problem", p.number("intego.acute.yearly"))
    again = person.chance(place, "registered again", p.number("intego.registered_again"))
    later = person.below(place, "again in", 3)
    test = f"((pid * {_PROBLEMS} + n) * 10 + year % 10) * 10 + i"
    empty = "NULL AS born, NULL AS sex, NULL AS variables"
    return f"""
        WITH listed AS (SELECT * FROM ({_patients(scenario)}) WHERE NOT objected),
        years AS (SELECT *, unnest(range(first_year, last_year + 1)) AS year FROM listed),
        problems AS (SELECT * FROM ({_problems(scenario)}) WHERE NOT objected),
        care AS ({_care(scenario, "problems")}),
        acute AS (SELECT pid, year FROM years WHERE {cold}),
        rows AS (
            SELECT pid, year, year(birth) AS born,
                CASE WHEN sex = 1 THEN '{sex["man"]}' ELSE '{sex["woman"]}' END AS sex,
                'practice=' || practice || ';contacts=' || {contacts} AS variables,
                NULL AS diagnosis, NULL AS medicine, NULL AS test FROM years
            UNION ALL SELECT pid, known, {empty}, problem, NULL, NULL FROM problems
            -- the same problem written down once more: no new case
            UNION ALL SELECT pid, known + 1 + {later}, {empty}, problem, NULL, NULL FROM problems
                WHERE {again} AND known + 1 + {later} BETWEEN first_year AND last_year
            UNION ALL SELECT pid, year, {empty}, '{p["intego.acute.diagnosis"]}', NULL, NULL FROM acute
            UNION ALL SELECT pid, year, {empty}, NULL, '{p["intego.acute.prescription"]}', NULL FROM acute
            UNION ALL SELECT pid, year, {empty}, NULL, {_medicine(scenario)}, NULL
                FROM (SELECT *, unnest(range(prescriptions)) FROM care)
            UNION ALL SELECT pid, year, {empty}, NULL, NULL, {_test(scenario, test)}
                FROM (SELECT *, unnest(range(tests)) AS i FROM care)
        )
        SELECT {_CODE}, year::SMALLINT AS registration_year, born::SMALLINT AS birth_year, sex::VARCHAR AS sex,
            variables::VARCHAR AS registry_variables, diagnosis::VARCHAR AS diagnoses,
            medicine::VARCHAR AS prescriptions, test::VARCHAR AS tests
        FROM rows
    """


def _years(scenario: Scenario) -> tuple[int, int]:
    first, last = scenario.parameters["intego.years"]
    return int(first), int(last)


def _medicine(scenario: Scenario) -> str:
    usual = scenario.parameters["intego.prescriptions"]
    return "CASE problem " + " ".join(f"WHEN '{code}' THEN '{atc}'" for code, atc in usual.items()) + " END"


def _test(scenario: Scenario, key: str) -> str:
    """SQL for the name of a problem's test with its result."""
    cases = ""
    for code, (name, low, high, divide) in scenario.parameters["intego.tests"].items():
        drawn = f"({low} + {scenario.person.below(key, 'result', high - low + 1)})"
        result = drawn if divide == 1 else f"{drawn} / {divide}"
        cases += f" WHEN '{code}' THEN '{name}=' || {result}"
    return f"CASE problem{cases} END"
