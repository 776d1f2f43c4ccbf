"""FARMA of the sickness funds: deliveries by public pharmacies."""

from __future__ import annotations

import duckdb

from workbench.synth.billing import specialist
from workbench.synth.given import AFTER_DISCHARGE
from workbench.synth.line_guides import CELLS
from workbench.synth.medicines import product_of
from workbench.synth.scenario import Scenario
from workbench.synth.tumour_care import tumour_deliveries
from workbench.synth.words import word

_PER_PERSON = 256
# The window is cut in 61 blocks, one bit each: days that touch a selected stay are struck out block by block.
_BLOCKS = 61


def make_alive(con: duckdb.DuckDBPyConnection, scenario: Scenario) -> None:
    """View `alive_persons`: persons with the days they live in the window, and the blocks in which random
    deliveries of the study's classes are left out.

    Those are the blocks from three days before the admission of a selected stay (they count as its last three
    days when it is short) to two weeks after its discharge; there only planned deliveries stand.
    """
    days, first_day = scenario.days, f"DATE '{scenario.first_day}'"
    block = f"greatest(0, least({_BLOCKS - 1}, (({{}}) - {first_day}) * {_BLOCKS} // {days}))".format
    first, last = block("adm - 3"), block(f"dis + {AFTER_DISCHARGE}")
    con.execute(
        f"""
        CREATE TABLE struck AS
        SELECT pid, bit_or((1::BIGINT << ({last} + 1)::INTEGER) - (1::BIGINT << ({first})::INTEGER)) AS blocks
        FROM care GROUP BY pid
        """
    )
    con.execute(
        f"""
        CREATE VIEW alive_persons AS
        SELECT persons.*, coalesce(blocks, 0) AS blocks,
            least({days}, coalesce(died - {first_day} + 1, {days}))::UBIGINT AS alive
        FROM persons LEFT JOIN deaths USING (pid) LEFT JOIN struck USING (pid)
        """
    )


def farma_query(scenario: Scenario) -> str:
    """Rows of FARMA: random deliveries over the window, and the planned ones round a selected stay."""
    p = scenario.parameters
    mean = f"{p.number('billing.lines.deliveries_per_person')} * lines_rate"
    count = f"floor(-ln(1 - {scenario.person.uniform('pid', 'deliveries')}) * {mean})"
    draw = scenario.line.bits(f"pid * {_PER_PERSON} + l", "delivery")
    chronic = int(65536 * p.number("billing.own_medicine.share"))
    prescriber = specialist(scenario, p.number("billing.specialist_share.ambulatory"))
    category = p["codes.medicine_categories"]
    return f"""
        SELECT c2 AS SS00010, DATE '{scenario.first_day}' + day::INTEGER AS SS00015,
            CASE WHEN requested THEN {word(category["requested"])} ELSE {word(category["other"])} END AS SS00020,
            quantity AS SS00050, (euro * quantity)::DECIMAL(10,2) AS SS00060,
            {prescriber} AS SS00070, delivered AS SS00135
        FROM (
            SELECT c2, h, euro, blocks, CASE WHEN chronic THEN own ELSE product END AS delivered,
                CASE WHEN chronic THEN af ELSE requested END AS requested, ((h >> 16) & 65535) * alive >> 16 AS day,
                (1 + (((h >> 40) & 255) * 5 >> 10))::SMALLINT AS quantity
            FROM (
                SELECT *, own IS NOT NULL AND ((h >> 24) & 65535) < {chronic} AS chronic
                FROM (
                    SELECT *, {draw} AS h
                    FROM (
                        SELECT pid, c2, alive, blocks, af, {_own(scenario)} AS own,
                            unnest(range(least({_PER_PERSON - 1}, {count})::BIGINT)) AS l
                        FROM alive_persons
                    )
                )
            ) JOIN pharmacy_lines ON g = (h & {CELLS - 1})::INTEGER
        )
        WHERE NOT (requested AND (blocks >> (day * {_BLOCKS} // {scenario.days})::INTEGER) & 1 = 1)
        UNION ALL
        SELECT c2, day, {word(category["requested"])}, 1::SMALLINT, 30.00::DECIMAL(10,2),
            {word(p.code("qualification", "gp"))}, {product_of(scenario, "sid * 64 + n", "class")}
        FROM given JOIN (SELECT sid, c2 FROM care) USING (sid) WHERE NOT in_hospital
        UNION ALL
        {tumour_deliveries(scenario)}
    """


def _own(scenario: Scenario) -> str:
    """SQL for the medicine a person takes for good: of atrial fibrillation, or of the first condition with one."""
    p, person = scenario.parameters, scenario.person
    groups = [int(group["group"]) for group in p["comorbidities.groups"]]
    anticoagulant = product_of(scenario, "pid", "'anticoagulant'")
    cases = f"WHEN af THEN {anticoagulant}"
    for entry in p["billing.own_medicine.of_groups"]:
        listed = [str(one["code"]) for one in p.products if str(one["atc"]) in entry["atc"]]
        bits = sum(1 << groups.index(group) for group in entry["groups"])
        cases += f" WHEN mask & {bits} <> 0 THEN {person.of('pid', 'own medicine', listed, 'product')}"
    return f"(CASE {cases} END)"
