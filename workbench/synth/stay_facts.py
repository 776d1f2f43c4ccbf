"""What several tables tell of a stay and must tell alike: how it began, when it ended, under which bed index."""

from __future__ import annotations

from workbench.synth.scenario import Scenario
from workbench.synth.words import word


def emergency(scenario: Scenario) -> str:
    """SQL for whether a stay begins in the emergency department, unless its stroke arose in the hospital."""
    urgent = scenario.parameters["stays.emergency"]
    kind = f"CASE type WHEN 'H' THEN {urgent['classic']} ELSE {urgent['day']} END"
    return scenario.stay.chance("sid", "emergency", f"CASE WHEN event THEN {urgent['stroke']} ELSE {kind} END")


def discharged_minute(scenario: Scenario) -> str:
    """SQL for the minute of the day of discharge: by day, and after a stay of one day not before noon."""
    hour, minute = (scenario.stay.below("sid", name, count) for name, count in (("hour", 12), ("minute", 60)))
    return f"(60 * CASE WHEN los = 0 THEN 12 + {hour} * 2 // 3 ELSE 8 + {hour} END + {minute})"


def rehabilitated(scenario: Scenario) -> str:
    """SQL for whether a stay ends in the hospital's own Sp service."""
    share = scenario.parameters.number("stays.rehabilitation_part")
    return f"(main_stroke AND los >= 12 AND {scenario.stay.chance('sid', 'rehabilitation part', share)})"


def rehabilitation_from(scenario: Scenario) -> str:
    """SQL for the day on which it moves there."""
    return f"(adm + 4 + {scenario.stay.below('sid', 'rehabilitation day', 'greatest(los - 8, 1)')})"


def first_bed(scenario: Scenario) -> str:
    """SQL for the bed index a stay begins under; needs `bed` of `main_list`."""
    sp = scenario.parameters.code("bed_index", "rehabilitation")
    return f"""(CASE WHEN event AND NOT arisen AND NOT main_stroke THEN {word(sp)}
        WHEN event AND NOT arisen OR af_main THEN {word("D")} ELSE bed END)"""
