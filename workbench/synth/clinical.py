"""What else is registered of a stay: emergency information, tests, nursing items, and the groups of the grouper."""

from __future__ import annotations

from workbench.synth.coding import main_code
from workbench.synth.registration import date_parts
from workbench.synth.scenario import Scenario
from workbench.synth.stay_facts import emergency
from workbench.synth.stays import stay_key

_SLOTS = 16
_CODED = """(SELECT stays.*, main_list.code AS background_code, bed FROM stays
    LEFT JOIN main_list ON main_list.main = stays.main)"""
_WHERE = "JOIN hospitals ON hospitals.number = hospital"


def clinical_queries(scenario: Scenario) -> dict[str, str]:
    """The queries of URGADMIN, TESTRESU, ITEMDIVG and STAYXTRA by table."""
    return {
        "URGADMIN": _urgadmin(scenario),
        "TESTRESU": _testresu(scenario),
        "ITEMDIVG": _itemdivg(scenario),
        "STAYXTRA": _stayxtra(scenario),
    }


def _urgadmin(scenario: Scenario) -> str:
    """Kinds of information of a stay that began in the emergency department; two kinds only after an injury."""
    p, stay = scenario.parameters, scenario.stay
    kinds = [
        *((name, one, "true") for name, one in p["clinical.emergency"].items()),
        *((name, one, "injured") for name, one in p["clinical.injury"].items()),
    ]
    places = [
        f"({place}, '{name}', {float(one['share'])}, {one['codes']!r}, {need == 'injured'})"
        for place, (name, one, need) in enumerate(kinds)
    ]
    row = f"sid * {_SLOTS} + place"
    return f"""
        SELECT {stay_key("entry")}, 1::TINYINT AS ORDER_SPEC, info AS M6_TYPE_INFO_URG,
            codes[1 + {stay.below(row, "emergency code", "len(codes)")}] AS M6_CODE_INFO_URG
        FROM (
            SELECT * FROM (SELECT *, starts_with({main_code(scenario)}, 'S') AS injured FROM {_CODED})
            JOIN (VALUES {", ".join(places)}) AS kinds(place, info, share, codes, after_injury)
                ON injured OR NOT after_injury
            WHERE {emergency(scenario)} AND NOT arisen AND {stay.chance(row, "emergency kind", "share")}
        ) AS entry {_WHERE}
    """


def _testresu(scenario: Scenario) -> str:
    p, stay = scenario.parameters, scenario.stay
    tests = [
        f"({place}, '{one['type']}', {one['share']}, {one['low']}, {one['high']}, {one['divide']})"
        for place, one in enumerate(p["clinical.tests"])
    ]
    row = f"sid * {_SLOTS} + place"
    again = stay.chance(row, "test again", p.number("clinical.second_test"))
    result = f"low + {stay.below(f'({row}) * 2 + n', 'test result', 'high - low + 1')}"
    return f"""
        SELECT {stay_key("entry")}, test AS M5_TYPE_TEST, {date_parts("M5", "TEST", "day")},
            n::TINYINT AS M5_ORDER_TEST_1_DAY,
            CASE WHEN divide = 1 THEN {result} ELSE ({result}) / divide END::VARCHAR AS M5_RESULT_TEST
        FROM (
            SELECT *, unnest(range(1, 2 + {again}::BIGINT)) AS n,
                adm + {stay.below(row, "test day", "least(los, 3) + 1")} AS day
            FROM stays JOIN (VALUES {", ".join(tests)}) AS tests(place, test, share, low, high, divide)
                ON type = 'H' AND {stay.chance(row, "test", "share")}
        ) AS entry {_WHERE}
    """


def _itemdivg(scenario: Scenario) -> str:
    p, stay = scenario.parameters, scenario.stay
    items = [f"({place}, '{item}', {share})" for place, (item, share) in enumerate(p["clinical.nursing"].items())]
    row = f"sid * {_SLOTS} + place"
    return f"""
        SELECT {stay_key("entry")}, item AS ITEM, (1 + {stay.below(row, "nursing score", 5)})::VARCHAR AS SCORE
        FROM (
            SELECT * FROM stays JOIN (VALUES {", ".join(items)}) AS items(place, item, share)
                ON type = 'H' AND {stay.chance(row, "nursing", "share")}
        ) AS entry {_WHERE}
    """


def _stayxtra(scenario: Scenario) -> str:
    """One group per main diagnosis; severity and risk grow with the Charlson score and the age."""
    stay = scenario.stay
    severity = f"least(4, 1 + charlson // 2 + {stay.below('sid', 'severity', 2)})::INTEGER"
    risk = "least(4, 1 + (year(adm) - year(birth)) // 65 + charlson // 3 + dies::INTEGER)::INTEGER"
    both = ", ".join(
        f"""drg AS DRG_V{version}, severity::VARCHAR AS SEVERITY_V{version}, risk::VARCHAR AS MORTALITY_RISK_V{version},
        surgical AS MEDICAL_SURGICAL_V{version}, mdc AS MDC_V{version}"""
        for version in (15, 28)
    )
    names = ["DRG", "SEVERITY", "MORTALITY_RISK", "MEDICAL_SURGICAL", "MDC"]
    ordered = ", ".join(f"{name}_V{version}" for name in names for version in (15, 28))
    return f"""
        SELECT CODE_AGR, YEAR_REGISTR, PERIOD_REGISTR, STAYNUM, {ordered}, BEDINDEX_CLASS, PRINDIAG, LENGTH_OF_STAY
        FROM (
            SELECT {stay_key("entry")}, {both},
                CASE WHEN bed = 'G' THEN 'G' WHEN event AND NOT arisen AND NOT main_stroke THEN 'S'
                    ELSE 'A' END AS BEDINDEX_CLASS,
                principal AS PRINDIAG, los::SMALLINT AS LENGTH_OF_STAY
            FROM (
                SELECT *, {_group(scenario, 0)} AS drg, {_group(scenario, 1)} AS mdc, {severity} AS severity,
                    {risk} AS risk, CASE WHEN surgical_stay THEN 'P' ELSE 'M' END AS surgical
                FROM (
                    SELECT coded.*, {main_code(scenario)} AS principal, d.sid IS NOT NULL AS surgical_stay
                    FROM {_CODED} AS coded
                    LEFT JOIN (SELECT DISTINCT sid FROM procedures WHERE theatre) AS d USING (sid)
                )
            ) AS entry {_WHERE}
        )
    """


def _group(scenario: Scenario, place: int) -> str:
    """SQL for one of the two numbers of the group of a main diagnosis, the longest prefix first."""
    p = scenario.parameters
    groups = sorted(p["clinical.grouper"].items(), key=lambda one: -len(one[0]))
    cases = " ".join(f"WHEN starts_with(principal, '{prefix}') THEN '{one[place]}'" for prefix, one in groups)
    return f"CASE {cases} ELSE '{p['clinical.other_group'][place]}' END"
