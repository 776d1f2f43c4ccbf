"""What every person contributes to a distribution, and the figures made of it: what disclosure control protects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from workbench.catalog.indicator import Indicator
from workbench.indicators.flags import Flags
from workbench.indicators.measures import Result
from workbench.simulate.backends import Session
from workbench.study.model import Unit

_KEYS = [("indicator", pa.string()), ("hospital", pa.string()), ("year", pa.int32())]
_AMOUNTS = pa.schema([*_KEYS, ("person", pa.int64()), ("amount", pa.float64())])
_SPREADS = pa.schema([*_KEYS, ("n", pa.int64()), *((name, pa.float64()) for name in ("mean", "q1", "median", "q3"))])


def amounts(
    chosen: Sequence[tuple[Flags, tuple[Indicator, ...]]], units: Mapping[str, Unit], session: Session
) -> pa.Table:
    """What every person contributes per hospital year; persons get numbers that mean nothing elsewhere."""
    tables = [_AMOUNTS.empty_table()]
    for flags, definitions in chosen:
        for one in (one for one in definitions if one.type == "distribution"):
            inside = flags.rows.filter(flags.rows[f"{one.id}.n"])
            value, keys = inside[f"{one.id}.value"].cast("float64"), ["hospital", "year"]
            if units[one.of].person:
                found = session.arrow(inside.group_by([*keys, "person"]).aggregate(amount=value.sum()))
                who = found["person"].combine_chunks().dictionary_encode().indices.cast(pa.int64())
            else:
                found = session.arrow(inside.select(*keys, amount=value))
                who = pa.array(range(found.num_rows), pa.int64())
            columns = {"indicator": pa.array([one.id] * found.num_rows, pa.string()), "hospital": found["hospital"],
                       "year": found["year"].cast(pa.int32()), "person": who, "amount": found["amount"]}  # fmt: skip
            tables.append(pa.table(columns).cast(_AMOUNTS))
    return pa.concat_tables(tables)


def spreads(definitions: Mapping[str, Indicator], results: Sequence[Result]) -> pa.Table:
    """The mean and the quartiles of every group of the results, without the strata."""
    found: dict[tuple[str, str, int], dict[str, object]] = {}
    for one in results:
        if one.indicator in definitions and not one.cell.stratum and one.statistic in _SPREADS.names:
            key = one.indicator, one.cell.hospital, one.cell.year
            row = found.setdefault(key, dict(zip(("indicator", "hospital", "year"), key, strict=True)))
            row |= {"n": int(one.n), one.statistic: one.value}
    return pa.Table.from_pylist([found[key] for key in sorted(found)], schema=_SPREADS)
