"""k, uniques, l and t of a person-level table: every measure is one grouping in the engine, whatever the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

GLOBAL, SIZE, PLACE = "$p", "$size", "$place"  # no column of a table can have these names


@dataclass(frozen=True)
class Classes:
    """How large the classes of the quasi-identifiers are.

    k: persons in the smallest class (0 for an empty table); uniques: records in classes of one person; below:
    records in classes of fewer than `threshold` persons; sizes: (persons, classes, records) per size, ascending.
    """

    records: int
    classes: int
    k: int
    uniques: int
    below: int
    threshold: int
    sizes: tuple[tuple[int, int, int], ...]

    @property
    def share_below(self) -> float:
        """Share of the records in too small classes; 0 for an empty table."""
        return self.below / self.records if self.records else 0.0


@dataclass(frozen=True)
class Sensitive:
    """A sensitive variable within the classes.

    diversity: l, the fewest different values in a class (an empty value is none); below: records in classes with
    fewer than `wanted`; closeness: t, the largest distance between the values of a class and those of all.
    """

    name: str
    diversity: int
    below: int
    wanted: int
    closeness: float
    ordered: bool


def sizes(rows: ir.Table, quasi: Sequence[str], person: str | None) -> ir.Table:
    """One row per class: the quasi-identifiers, `records`, `persons`. No quasi-identifiers: everybody is one class."""
    persons = rows.count() if person is None else rows[person].nunique()
    by = rows.group_by(list(quasi)) if quasi else rows
    return by.aggregate(records=rows.count(), persons=persons)


def classes(rows: ir.Table, quasi: Sequence[str], threshold: int, person: str | None = None) -> Classes:
    """The sizes of the classes. An empty value is a value: those without a postal code share a class.

    Without a `person` every record is one. With several records of a person, a class counts that person once.
    """
    sized = sizes(rows, quasi, person)
    by_size = sized.group_by("persons").aggregate(classes=sized.count(), records=sized["records"].sum())
    found = by_size.order_by("persons").to_pyarrow().to_pydict()
    table = tuple(zip(map(int, found["persons"]), map(int, found["classes"]), map(int, found["records"]), strict=True))
    return Classes(
        records=sum(records for _, _, records in table),
        classes=sum(count for _, count, _ in table),
        k=table[0][0] if table else 0,
        uniques=sum(records for size, _, records in table if size <= 1),
        below=sum(records for size, _, records in table if size < threshold),
        threshold=threshold,
        sizes=table,
    )


def diversity(rows: ir.Table, quasi: Sequence[str], sensitive: str, wanted: int) -> tuple[int, int]:
    """l, and the records in classes with fewer than `wanted` different values."""
    by_class = rows.group_by(list(quasi)).aggregate(l=rows[sensitive].nunique(), records=rows.count())
    below = by_class["records"].sum(where=by_class["l"] < wanted).fill_null(0)
    found = by_class.aggregate(l=by_class["l"].min().fill_null(0), below=below).to_pyarrow().to_pylist()[0]
    return int(found["l"]), int(found["below"])


def closeness(rows: ir.Table, quasi: Sequence[str], sensitive: str, ordered: bool = False) -> float:
    """t: the largest earth mover's distance between the values in a class and in the whole table.

    Without order every value is as far from every other, and the distance is half the sum of the differences (the
    total variation). In order, neighbours among the m values are 1 / (m - 1) apart. 0 where there is one value.
    """
    known = rows.filter(rows[sensitive].notnull())
    counts = known.group_by(sensitive).aggregate(n=known.count()).order_by(sensitive).to_pyarrow()
    total = sum(counts["n"].to_pylist())
    if len(counts) < 2:
        return 0.0
    share = counts["n"].to_numpy() / total
    place = np.arange(1, len(share) + 1, dtype=np.int64)
    held = ibis.memtable(pa.table({sensitive: counts[sensitive], GLOBAL: share, PLACE: place}))
    cells = known.group_by([*quasi, sensitive]).aggregate(n=known.count()).join(held, sensitive)
    cells = cells.mutate(**{SIZE: cells["n"].sum().over(ibis.window(group_by=list(quasi)))})
    return _in_order(cells, quasi, share) if ordered else _variation(cells, quasi)


def _variation(cells: ir.Table, quasi: Sequence[str]) -> float:
    """Values that a class lacks differ by their whole share, which is 1 less the shares of those it has."""
    difference = ((cells["n"] / cells[SIZE] - cells[GLOBAL]).abs() - cells[GLOBAL]).sum()
    distance = cells.group_by(list(quasi)).aggregate(t=(1 + difference) / 2)
    return float(distance["t"].max().to_pyarrow().as_py())


def _in_order(cells: ir.Table, quasi: Sequence[str], share: NDArray[np.float64]) -> float:
    """Between two values that a class has, its own cumulated share stands still while that of all goes on.

    The sum of the distances over such a stretch follows from the running sums of the latter and from the place
    where it overtakes the former, so no class is spread out over all values. One row per class and value, in arrays.
    """
    first = ibis.row_number().over(ibis.window(group_by=list(quasi), order_by=PLACE)) == 0
    order = [*(cells[name] for name in quasi), cells[PLACE]]
    found = cells.mutate(first=first).order_by(order).select(PLACE, "n", SIZE, "first").to_pyarrow()
    at, n, size = (found[name].to_numpy() for name in (PLACE, "n", SIZE))
    starts = np.flatnonzero(found["first"].to_numpy())
    most = len(share)
    reached = np.concatenate([np.cumsum(share)[:-1], [1.0]])  # by place from 1, the share of all up to it
    running = np.concatenate([[0.0], np.cumsum(reached)])  # sums of the first 0, 1, 2, ... of these
    counted = np.cumsum(n)
    before = np.repeat(counted[starts] - n[starts], np.diff(np.append(starts, len(n))))
    own = (counted - before) / size
    until = np.append(at[1:] - 1, most)
    until[starts[1:] - 1] = most
    middle = np.clip(np.searchsorted(reached, own), at - 1, until)
    moved = own * (middle - at + 1) - (running[middle] - running[at - 1])
    moved += running[until] - running[middle] - own * (until - middle)
    moved[starts] += running[at[starts] - 1]  # before its first value a class has reached nothing
    return float(np.add.reduceat(moved, starts).max()) / (most - 1)


def sensitive(rows: ir.Table, quasi: Sequence[str], name: str, wanted: int, ordered: bool = False) -> Sensitive:
    """l and t of one sensitive variable."""
    fewest, below = diversity(rows, quasi, name, wanted)
    return Sensitive(name, fewest, below, wanted, closeness(rows, quasi, name, ordered), ordered)
