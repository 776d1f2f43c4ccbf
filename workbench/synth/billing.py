"""HEALTH of the sickness funds: what hospitals bill for stays, and ambulatory care."""

from __future__ import annotations

from workbench.synth.line_guides import CELLS
from workbench.synth.medicines import product_of
from workbench.synth.scenario import Scenario
from workbench.synth.tumour_care import FIRST_CHAIN
from workbench.synth.words import word

# Identifiers of lines: 64 per stay and 256 per person, more than there can be lines.
_PER_STAY, _PER_PERSON = 64, 256
_NUMBER = "(CASE WHEN billing_lost THEN wrong_riziv ELSE riziv END)::riziv"


def health_query(scenario: Scenario) -> str:
    """Rows of HEALTH: random and planned hospital lines, then ambulatory lines of persons and of tumours."""
    blocks = (_random_lines, _planned_lines, _forfaits, _ambulatory, _tumours)
    return " UNION ALL ".join(block(scenario) for block in blocks)


def stay_lines(scenario: Scenario) -> str:
    """The rows of HEALTH that belong to stays, each with its `sid`."""
    return " UNION ALL ".join(block(scenario, ", sid") for block in (_random_lines, _planned_lines, _forfaits))


def ambulatory_lines(scenario: Scenario) -> str:
    """The rows of HEALTH outside stays, each with its `pid`; columns are named as in HEALTH."""
    empty = f"SELECT * FROM ({_random_lines(scenario, ', sid AS pid')}) WHERE false"
    return f"{empty} UNION ALL {_ambulatory(scenario, ', pid')} UNION ALL {_tumours(scenario, ', pid')}"


def specialist(scenario: Scenario, share: float) -> str:
    """SQL for the qualification of the prescriber, from the last 16 bits of the line's draw."""
    p = scenario.parameters
    high, low = p.code("qualification", "specialist"), p.code("qualification", "gp")
    return f"CASE WHEN ((h >> 48) & 65535) < {int(65536 * share)} THEN {word(high)} ELSE {word(low)} END"


def _random_lines(scenario: Scenario, owner: str = "") -> str:
    p, stay = scenario.parameters, scenario.stay
    rate = p["billing.lines"]
    classic = f"{rate['per_stay']} + {rate['per_day']} * least(los, 14)"
    mean = f"CASE type WHEN 'H' THEN {classic} ELSE {rate['per_day_stay']} END"
    count = f"1 + floor(-ln(1 - {stay.uniform('sid', 'lines')}) * ({mean}))"
    repeats = stay.chance("sid", "repeats", p.number("faults.duplicate_lines"))
    corrected = stay.chance("sid", "taken back", p.number("faults.taken_back_lines"))
    draw = scenario.line.bits(f"sid * {_PER_STAY} + i", "hospital line")
    prescriber = specialist(scenario, p.number("billing.specialist_share.hospital"))
    return f"""
        SELECT c2 AS SS00010, adm + day AS SS00015, CASE WHEN cared THEN care_code ELSE code END AS SS00020,
            (sign * quantity)::SMALLINT AS SS00050, 1::SMALLINT AS SS00055,
            (euro * (sign * quantity)::SMALLINT)::DECIMAL(10,2) AS SS00060,
            {prescriber} AS SS00070, billed_by AS SS00075,
            adm AS SS00110, dis AS SS00115, adm + day AS SS00125,
            CASE WHEN cared THEN care_product ELSE product END AS SS00135{owner}
        FROM (
            SELECT *, (((h >> 16) & 65535) * (los + 1)::UBIGINT >> 16)::INTEGER AS day,
                (1 + (((h >> 32) & 255) * 3 >> 9))::SMALLINT AS quantity
            FROM (
                SELECT *, {draw} AS h
                FROM (
                    -- the last line may be the first one once more: by mistake, or to take it back
                    SELECT * EXCLUDE (l), CASE WHEN (repeats OR corrected) AND l = lines - 1 THEN 0 ELSE l END AS i,
                        CASE WHEN corrected AND l > 0 AND l = lines - 1 THEN -1 ELSE 1 END AS sign
                    FROM (
                        SELECT *, unnest(range(lines)) AS l
                        FROM (
                            SELECT sid, c2, adm, dis, los, kind <> 'background' OR oncology AS cared,
                                {_NUMBER} AS billed_by, least({int(rate["most"])}, {count})::BIGINT AS lines,
                                {repeats} AS repeats, {corrected} AS corrected
                            FROM (SELECT *, eid & 15 >= {FIRST_CHAIN} AS oncology FROM stays)
                            JOIN hospitals ON hospitals.number = hospital
                        )
                    )
                )
            )
        ) JOIN hospital_lines ON g = (h & {CELLS - 1})::INTEGER
    """


def _planned_lines(scenario: Scenario, owner: str = "") -> str:
    p = scenario.parameters
    line = f"sid * {_PER_STAY} + n"
    repeats = scenario.line.chance(line, "repeats", p.number("faults.duplicate_lines"))
    product = product_of(scenario, line, "class")
    return f"""
        SELECT c2, day, code, 1::SMALLINT, 1::SMALLINT, (20 + n)::DECIMAL(10,2),
            {word(p.code("qualification", "specialist"))}, billed_by, adm, dis, day, product{owner}
        FROM (
            SELECT *, {_NUMBER} AS billed_by, unnest(range(1 + {repeats}::BIGINT))
            FROM (
                SELECT sid, n, day, code::service AS code, NULL::product AS product FROM services
                UNION ALL
                SELECT sid, n, day, '{p["billing.medicine_code"]}'::service, {product}
                FROM given WHERE in_hospital
            ) JOIN stays USING (sid) JOIN hospitals ON hospitals.number = hospital
        )
    """


def _forfaits(scenario: Scenario, owner: str = "") -> str:
    """The lump sum of each day stay."""
    p, facts = scenario.parameters, scenario.parameters["billing.forfaits"]
    kinds = [f"('{name}', '{code}'::service, {int(100 * euro)})" for name, (code, euro) in facts.items()]
    return f"""
        SELECT c2, adm, lump.code, 1::SMALLINT, 1::SMALLINT, (lump.cents / 100.0)::DECIMAL(10,2),
            {word(p.code("qualification", "specialist"))}, {_NUMBER}, adm, dis, adm, NULL{owner}
        FROM (SELECT *, {forfait(scenario)} AS lump_sum FROM stays WHERE type <> 'H') AS stays
        JOIN (VALUES {", ".join(kinds)}) AS lump(name, code, cents) ON lump.name = lump_sum
        JOIN hospitals ON hospitals.number = hospital
    """


def forfait(scenario: Scenario) -> str:
    """SQL for the lump sum of a day stay (list day_forfait), NULL for a classic stay."""
    facts = scenario.parameters["technical_cell.forfaits"]
    return f"CASE type WHEN 'C' THEN '{facts['C']}' WHEN 'D' THEN {scenario.stay.of('sid', 'forfait', facts['D'])} END"


def _tumours(scenario: Scenario, owner: str = "") -> str:
    specialist_ = scenario.parameters.code("qualification", "specialist")
    return f"""
        SELECT c2, day, code::service, 1::SMALLINT, 1::SMALLINT, (cents / 100.0)::DECIMAL(10,2), {word(specialist_)},
            NULL, NULL, NULL, day, {product_of(scenario, "tid", "medicine")}{owner}
        FROM tumour_services
    """


def _ambulatory(scenario: Scenario, owner: str = "") -> str:
    p = scenario.parameters
    mean = f"{p.number('billing.lines.ambulatory_per_person')} * lines_rate"
    count = f"floor(-ln(1 - {scenario.person.uniform('pid', 'ambulatory lines')}) * {mean})"
    date = f"DATE '{scenario.first_day}' + day"
    prescriber = specialist(scenario, p.number("billing.specialist_share.ambulatory"))
    draw = scenario.line.bits(f"pid * {_PER_PERSON} + l", "ambulatory line")
    return f"""
        SELECT c2, {date}, code, 1::SMALLINT, 1::SMALLINT, euro,
            {prescriber}, NULL, NULL, NULL, {date}, NULL{owner}
        FROM (
            SELECT *, (((h >> 16) & 65535) * alive >> 16)::INTEGER AS day
            FROM (
                SELECT *, {draw} AS h
                FROM (
                    SELECT pid, c2, alive, unnest(range(least({_PER_PERSON - 1}, {count})::BIGINT)) AS l
                    FROM alive_persons
                )
            )
        ) JOIN ambulatory_lines ON g = (h & {CELLS - 1})::INTEGER
    """
