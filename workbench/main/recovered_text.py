"""Planted beside recovered, as a table for the terminal and as a page of the documentation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workbench.catalog.indicator import Indicator
from workbench.main import terminal
from workbench.main.indicator_text import value_text
from workbench.main.recovered import Recovered

COLUMNS = ("indicator", "what", "n", "planted", "drawn with", "recovered", "95% interval", "")
HEAD = """# Planted and recovered

Synthetic people have a true answer: what was planted in them. This page holds it beside what each indicator finds in
the analysis dataset, after pseudonyms, linkage and codes. Made by `workbench indicators recovered --persons {persons}
--seed {seed} --page docs/recovered.md`.

`planted` is true of these very people: SQL of `catalog/answers` counts it in the generator's answer key and in the
sources, with full identity, and it must be equal to what is recovered. `drawn with` is the chance or figure behind it,
which differs from it by the luck of the draw; where only that is known (a hazard, a relative survival), the 95%
interval should hold it, and one in twenty will not.
"""


def show(found: Sequence[Recovered], indicators: Mapping[str, Indicator]) -> None:
    """One table per study."""
    for study in dict.fromkeys(one.study for one in found):
        rows = [cells(one, indicators[one.indicator]) for one in found if one.study == study]
        shown = ""
        for place, row in enumerate(rows):
            rows[place] = ("" if row[0] == shown else row[0], *row[1:])
            shown = row[0]
        terminal.show_table(f"{study}: planted and recovered", COLUMNS, rows)


def page(found: Sequence[Recovered], indicators: Mapping[str, Indicator], persons: int, seed: int) -> str:
    """The page with a table per study."""
    text = HEAD.format(persons=persons, seed=seed)
    for study in dict.fromkeys(one.study for one in found):
        text += f"\n## {study}\n\n| {' | '.join(COLUMNS)} |\n| {' | '.join('---' for _ in COLUMNS)} |\n"
        for one in found:
            if one.study == study:
                text += f"| {' | '.join(cells(one, indicators[one.indicator]))} |\n"
    return text


def cells(one: Recovered, indicator: Indicator) -> tuple[str, ...]:
    """A number as texts, in the order of the columns."""
    planted, drawn, value, low, high = (
        value_text(number, one.statistic, indicator.unit)
        for number in (one.planted, one.drawn, one.value, one.low, one.high)
    )
    interval = f"{low} - {high}" if low and high else ""
    return one.indicator, one.what, f"{one.n_planted:,.0f}", planted, drawn, value, interval, one.verdict
