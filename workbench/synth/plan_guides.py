"""Guide tables of the plan: where a person goes, how long a stay lasts, what it is for, where a transfer
leads."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import numpy as np
import pyarrow as pa

from workbench.synth.guides import Outcomes, quantiles, shares
from workbench.synth.hospitals import attraction, partners
from workbench.synth.scenario import STROKE_KINDS, Scenario
from workbench.synth.words import word

CELLS = 1024
LENGTHS = ("classic", *STROKE_KINDS, "rehabilitation", "day")
STAY_TYPES = ("H", "C", "D")
GUIDES = ("attraction", "partners", "lengths", "mains")


def register_guides(con: duckdb.DuckDBPyConnection, scenario: Scenario) -> None:
    """Tables `attraction`, `partners`, `lengths` and `mains`, each (g, outcome)."""
    p = scenario.parameters
    days = [quantiles(p[f"stays.length_of_stay.{name}"], CELLS) for name in LENGTHS[:-1]]
    _register(con, "lengths", "days", np.concatenate([*days, np.zeros(CELLS, dtype=np.int64)]))
    register_attraction(con, scenario)
    _register(con, "partners", "hospital", partners(p, scenario.hospitals))
    listed = p["diagnoses.main"]
    mains = [
        shares([_weight(entry, band, sex, kind) for entry in listed], CELLS)
        for band in range(3)
        for sex in (1, 2)
        for kind in STAY_TYPES
    ]
    _register(con, "mains", "main", np.concatenate(mains))


def register_attraction(con: duckdb.DuckDBPyConnection, scenario: Scenario) -> None:
    """Table `attraction` (g, hospital): where somebody of an arrondissement goes."""
    _register(con, "attraction", "hospital", attraction(scenario.parameters, scenario.hospitals))


def kind_sql(scenario: Scenario) -> str:
    """SQL for what a chain is: `background`, or one of the stroke kinds by their weights."""
    weights = scenario.parameters["stroke.kinds"]
    u = scenario.chain.uniform("eid", "kind")
    total, reached, cases = sum(weights.values()), 0.0, ""
    for kind in STROKE_KINDS[:-1]:
        reached += weights[kind] / total
        cases += f" WHEN {u} < {reached} THEN '{kind}'"
    return f"CASE WHEN NOT event THEN 'background'{cases} ELSE '{STROKE_KINDS[-1]}' END"


def type_sql(scenario: Scenario) -> str:
    """SQL for the type of a stay: events are classic stays."""
    drawn = type_of_stay(scenario, scenario.chain.uniform("eid", "type"))
    return f"CASE WHEN event THEN {word('H')} ELSE {drawn} END"


def type_of_stay(scenario: Scenario, u: str) -> str:
    """SQL for classic, surgical day or other day, from one uniform number."""
    weights = scenario.parameters["stays.types"]
    classic, surgical = weights["H"], weights["H"] + weights["C"]
    return f"(CASE WHEN {u} < {classic} THEN {word('H')} WHEN {u} < {surgical} THEN {word('C')} ELSE {word('D')} END)"


def transfer_sql(scenario: Scenario) -> str:
    """SQL for the chance that a classic stay of a kind ends in a transfer."""
    chances = scenario.parameters["stays.transfers.chance"]
    cases = " ".join(f"WHEN '{kind}' THEN {chances[kind]}" for kind in STROKE_KINDS)
    return f"CASE kind {cases} ELSE {chances['classic']} END"


def length_cell_sql(scenario: Scenario) -> str:
    """SQL for the cell of the first length of stay of a chain."""
    cases = " ".join(f"WHEN '{kind}' THEN {LENGTHS.index(kind)}" for kind in STROKE_KINDS)
    which = f"CASE WHEN type <> 'H' THEN {LENGTHS.index('day')} ELSE CASE kind {cases} ELSE 0 END END"
    return f"{which} * {CELLS} + {scenario.chain.below('eid', 'length', CELLS)}"


def main_cell_sql(scenario: Scenario) -> str:
    """SQL for the cell of the main diagnosis of a stay that is not for a stroke; NULL for the others."""
    cell = scenario.chain.below("eid", "main", CELLS)
    types = "CASE type WHEN 'H' THEN 0 WHEN 'C' THEN 1 ELSE 2 END"
    return f"CASE WHEN NOT event OR arisen THEN ((band * 2 + sex - 1) * 3 + {types}) * {CELLS} + {cell} END"


def coded_sql(scenario: Scenario) -> str:
    """SQL for the conditions a chain records: each with chance 7/8, by the AND of three random bits;
    hemiplegia."""
    groups = [int(group["group"]) for group in scenario.parameters["comorbidities.groups"]]
    width = (1 << len(groups)) - 1
    bits = scenario.chain.bits("eid", "coded")
    left_out = f"(({bits} & ({bits} >> 20) & ({bits} >> 40)) & {width})::INTEGER"
    hemiplegia = scenario.chain.chance("eid", "hemiplegia", scenario.parameters.number("stroke.hemiplegia"))
    return f"""(CASE WHEN mask = 0 THEN 0 ELSE mask & ~{left_out} END
        | CASE WHEN kind IN ('ischaemic', 'haemorrhage') AND {hemiplegia}
            THEN {1 << groups.index(13)} ELSE 0 END)"""


def _register(con: duckdb.DuckDBPyConnection, name: str, column: str, outcomes: Outcomes) -> None:
    cells = np.arange(len(outcomes), dtype=np.int32)
    con.register(name, pa.table({"g": cells, column: outcomes.astype(np.int16)}))


def _weight(entry: Mapping[str, object], band: int, sex: int, kind: str) -> float:
    weights = entry["weights"]
    assert isinstance(weights, list)
    return float(weights[band]) * (entry["type"] == kind) * (entry.get("sex", sex) == sex)
