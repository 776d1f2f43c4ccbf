"""Two runs side by side: what they were made from, the rows of their steps, and their indicators."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dashboards.runs.ledger import INPUTS, Papers


@dataclass(frozen=True)
class Pair:
    """One thing in both runs; None where a run does not have it."""

    name: str
    before: Any
    after: Any

    @property
    def differs(self) -> bool:
        return bool(self.before != self.after)


def inputs(before: Papers, after: Papers) -> tuple[Pair, ...]:
    """Study file, catalogue, data, seed and version of the program."""
    return tuple(Pair(name, before.inputs.get(name), after.inputs.get(name)) for name in INPUTS)


def steps(before: Papers, after: Papers) -> tuple[tuple[str, Pair], ...]:
    """Step and rows of each part that either run made, in the order of the newer run, then what only the older has."""
    return tuple(_steps(before, after))


def _steps(before: Papers, after: Papers) -> Iterator[tuple[str, Pair]]:
    for step in dict.fromkeys((*after.rows, *before.rows)):
        was, now = before.rows.get(step, {}), after.rows.get(step, {})
        for part in dict.fromkeys((*now, *was)):
            yield step, Pair(part, was.get(part), now.get(part))


def indicators(before: Papers, after: Papers) -> tuple[tuple[str, Pair], ...]:
    """Indicator and value of each of its statistics over all; empty unless both runs are on synthetic people."""
    was, now = ({(row["indicator"], row["statistic"]): row["value"] for row in one.totals} for one in (before, after))
    if not was or not now:
        return ()
    return tuple((key[0], Pair(key[1], was.get(key), now.get(key))) for key in dict.fromkeys((*now, *was)))
