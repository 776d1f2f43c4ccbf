"""Tables of amounts for the tests: what every person of a hospital year contributes; nobody behind any of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import pyarrow as pa

from tests.disclosure.builders import Cell, table_of
from workbench.disclosure import SmallCellPolicy
from workbench.indicators.table import IndicatorTable

World = Mapping[tuple[str, int], Sequence[float]]  # hospital and year -> an amount per person
SPREAD = ("mean", "q1", "median", "q3")


def policy(threshold: int = 2, **rule: float) -> SmallCellPolicy:
    """A policy with a rule for amounts; counts are hidden below `threshold`."""
    chosen = {"contributors": 3, "beside": 1, "p": 0.1, "largest": 2, "share": 0.9, **rule}
    return SmallCellPolicy.model_validate(
        {
            "id": "test", "unit": "persons", "threshold": threshold, "zeros": "show", "cite": {"document": "own"},
            "amounts": {**chosen, "cite": {"document": "own"}},
        }
    )  # fmt: skip


def amounts_table(
    worlds: Mapping[str, World], together: Mapping[frozenset[str], Mapping[tuple[str, int], int]] | None = None
) -> IndicatorTable:
    """Indicators by name, each over people of its own unless `together` says how many stand in several."""
    stays: dict[Cell, int] = {}
    for name, world in worlds.items():
        for (hospital, year), amounts in world.items():
            both = sum(cells.get((hospital, year), 0) for names, cells in (together or {}).items() if name in names)
            stays[hospital, year, frozenset({f"{name}.n"})] = len(amounts) - both
    for names, cells in (together or {}).items():
        for (hospital, year), many in cells.items():
            stays[hospital, year, frozenset(f"{name}.n" for name in names)] = many
    base = table_of(tuple(worlds), stays, plain=tuple(worlds))
    rows = [(name, hospital, year, place, float(amount)) for name, world in worlds.items()
            for (hospital, year), amounts in world.items() for place, amount in enumerate(amounts)]  # fmt: skip
    keys = (("indicator", pa.string()), ("hospital", pa.string()), ("year", pa.int32()))
    held = pa.Table.from_pylist(
        [dict(zip(("indicator", "hospital", "year", "person", "amount"), row, strict=True)) for row in rows],
        schema=pa.schema([*keys, ("person", pa.int64()), ("amount", pa.float64())]),
    )
    # The same place in two hospital years would be one person: everybody is somebody else.
    held = held.set_column(3, "person", pa.array(range(held.num_rows), pa.int64()))
    spreads = pa.Table.from_pylist(
        [row for name, world in worlds.items() for row in spread_rows(name, world)],
        schema=pa.schema([*keys, ("n", pa.int64()), *((one, pa.float64()) for one in SPREAD)]),
    )
    return IndicatorTable(
        base.study, base.indicators, base.cells, base.counts, base.adjusted, held, spreads,
        dict.fromkeys(worlds, "the same amount"),
    )  # fmt: skip


def spread_rows(name: str, world: World) -> list[dict[str, object]]:
    """The exact figures of every group, margins included."""
    made: list[dict[str, object]] = []
    for hospital in ("ALL", *sorted({one for one, _ in world})):
        for year in (0, *sorted({one for _, one in world})):
            amounts = [
                amount for (h, y), some in world.items() for amount in some if hospital in ("ALL", h) and year in (0, y)
            ]
            if amounts:
                figures = [float(np.mean(amounts)), *map(float, np.quantile(amounts, (0.25, 0.5, 0.75)))]
                key = {"indicator": name, "hospital": hospital, "year": year, "n": len(amounts)}
                made.append({**key, **dict(zip(SPREAD, figures, strict=True))})
    return made


def random_world(random: np.random.Generator) -> World:
    """One to three hospitals and years; a hospital year has up to eight persons, few of them with much."""
    hospitals, years = random.choice([1, 2, 3]), random.choice([1, 2, 3], p=[0.3, 0.4, 0.3])
    return {
        (f"h{h}", 2017 + y): [float(round(x)) for x in random.gamma(0.6, 40, random.choice([0, 1, 2, 4, 8]))]
        for h, y in product(range(hospitals), range(years))
    }
