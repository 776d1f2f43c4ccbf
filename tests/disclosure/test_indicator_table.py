"""An IndicatorTable that contradicts itself is not made."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from tests.disclosure.builders import table_of
from workbench.indicators.table import IndicatorTable

GOOD = table_of(
    ("a",),
    {("h0", 2015, frozenset({"a.n"})): 6, ("h1", 2015, frozenset({"a.n", "a.k"})): 7},
    adjusted=[("a", "h0", 2015, 1.5)],
)

WRONG: dict[str, tuple[str, int, dict[str, Any], str]] = {
    "k without n": ("cells", 0, {"a.n": False, "a.k": True}, "a.k without a.n"),
    "negative stays in a cell": ("cells", 0, {"stays": -1}, "negative stays"),
    "a margin among the cells": ("cells", 0, {"hospital": "ALL"}, "is a margin"),
    "all years among the cells": ("cells", 0, {"year": 0}, "calendar year"),
    "negative stays in a count": ("counts", 0, {"stays": -1}, "negative stays"),
    "more persons than stays": ("counts", 0, {"persons": 99}, "more persons"),
    "stays of nobody": ("counts", 0, {"persons": 0}, "without persons"),
    "an unknown part": ("counts", 0, {"part": "m"}, "unknown part"),
    "an unknown indicator": ("counts", 0, {"indicator": "b"}, "unknown indicator"),
    "expected of an unknown indicator": ("adjusted", 0, {"indicator": "b"}, "unknown indicator"),
    "expected is not a number": ("adjusted", 0, {"expected": float("nan")}, "finite"),
    "expected is negative": ("adjusted", 0, {"expected": -0.5}, "from 0"),
    "a null": ("cells", 0, {"stays": None}, "nulls"),
}


def remade(**parts: Any) -> IndicatorTable:
    given = {"cells": GOOD.cells, "counts": GOOD.counts, "adjusted": GOOD.adjusted, **parts}
    return IndicatorTable("tiny", ("a",), **given)


@pytest.mark.parametrize("fault", WRONG)
def test_contradictions_are_refused(fault: str) -> None:
    name, place, change, expected = WRONG[fault]
    part = getattr(GOOD, name)
    rows = part.to_pylist()
    rows[place] |= change
    with pytest.raises(ValueError, match=expected):
        remade(**{name: pa.Table.from_pylist(rows, schema=part.schema)})


@pytest.mark.parametrize("name", ["cells", "counts", "adjusted"])
def test_the_same_row_twice_is_refused(name: str) -> None:
    part = getattr(GOOD, name)
    with pytest.raises(ValueError, match="twice"):
        remade(**{name: pa.concat_tables([part, part.slice(0, 1)])})


@pytest.mark.parametrize("name", ["cells", "counts", "adjusted"])
def test_other_columns_or_types_are_refused(name: str) -> None:
    part = getattr(GOOD, name)
    year = part.column_names.index("year")
    wrong = [
        part.drop_columns(["year"]),
        part.append_column("extra", part["year"]),
        part.set_column(year, "year", part["year"].cast(pa.int64())),
    ]
    for table in wrong:
        with pytest.raises(ValueError, match="columns must be"):
            remade(**{name: table})


def test_indicators_are_named_once() -> None:
    for names in ((), ("a", "a")):
        with pytest.raises(ValueError, match="each once"):
            IndicatorTable("tiny", names, GOOD.cells, GOOD.counts, GOOD.adjusted)
