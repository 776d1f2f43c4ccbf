"""Which ICD-10-BE code stands for the main diagnosis and for the stroke of a stay."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.synth.scenario import STROKE_KINDS, Scenario


def main_code(scenario: Scenario) -> str:
    """SQL for the main diagnosis; needs `background_code` beside the columns of `stays`."""
    rehabilitation = scenario.parameters["diagnoses.rehabilitation_main"]
    return f"""(CASE WHEN main_stroke THEN {stroke_code(scenario)} WHEN af_main THEN {af_code(scenario)}
        WHEN event AND NOT arisen THEN '{rehabilitation}'::icd ELSE background_code END)"""


def stroke_code(scenario: Scenario) -> str:
    """SQL for the stroke code of a chain."""
    codes = scenario.parameters["diagnoses.stroke"]
    u = scenario.chain.uniform("eid", "stroke code")
    cases = " ".join(f"WHEN '{kind}' THEN {weighted(u, codes[kind], 'icd')}" for kind in STROKE_KINDS)
    return f"(CASE kind {cases} END)"


def af_code(scenario: Scenario) -> str:
    """SQL for the code of a person's atrial fibrillation."""
    codes = scenario.parameters["diagnoses.atrial_fibrillation"]
    return weighted(scenario.person.uniform("pid", "af code"), codes, "icd")


def weighted(u: str, weights: Mapping[str, float], type_: str = "VARCHAR") -> str:
    """SQL for a code drawn by weights from one uniform number."""
    *first, last = weights
    total, reached, cases = sum(weights.values()), 0.0, ""
    for code in first:
        reached += weights[code] / total
        cases += f" WHEN {u} < {reached:.9f} THEN '{code}'::{type_}"
    return f"CASE{cases} ELSE '{last}'::{type_} END" if cases else f"'{last}'::{type_}"
