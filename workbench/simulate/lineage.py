"""Executed lineage: from which columns the expression that a step really ran makes each of its columns.

Read off the expression that goes to the engine, relation by relation, down to the tables that the step was given.
The words are those of OpenLineage's column lineage: an edge is direct (the value comes from there) or indirect (that
column decided which rows there are, or which of several values is taken).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import ibis.expr.operations as ops
import ibis.expr.types as ir

from workbench.dataflow.lineage import Declared
from workbench.errors import Refused, WorkbenchError

DIRECT = ("IDENTITY", "TRANSFORMATION", "AGGREGATION")  # from the plainest on: the least plain one on the way counts


class Edge(NamedTuple):
    """A column that something comes from, and how: a word of `DIRECT`, or of the indirect ones."""

    place: str  # `dataset.part.column`, `source.TABLE.FIELD` or `domain:NAME`
    how: str

    @property
    def direct(self) -> bool:
        """Whether the value itself comes from there."""
        return self.how in DIRECT


Edges = frozenset[Edge]
NONE: Edges = frozenset()


@dataclass(frozen=True)
class Executed:
    """Lineage of a table: `columns` by name, and `rows`, which decide what rows there are."""

    columns: Mapping[str, Edges]
    rows: Edges = NONE


def as_read(edges: Iterable[Edge], how: str) -> Edges:
    """The same places, read in the way `how`: what was decided by something stays so."""
    if how not in DIRECT:
        return frozenset(Edge(edge.place, how) for edge in edges)
    rank = DIRECT.index(how)
    return frozenset(
        Edge(edge.place, DIRECT[max(rank, DIRECT.index(edge.how))]) if edge.direct else edge for edge in edges
    )


class Trace:
    """Remembers the tables that a step was given, and follows expressions down to them."""

    def __init__(self) -> None:
        self._tables: dict[ops.Relation, Executed] = {}
        self._values: dict[ops.Value, Edges] = {}

    def given(self, rows: ir.Table, known: Executed) -> ir.Table:
        """`rows`, of which the lineage is known from now on."""
        self._tables[rows.op()] = known
        return rows

    def leaf(self, rows: ir.Table, ref: str) -> ir.Table:
        """`rows` as the table that stands under `ref`: every column comes from itself."""
        columns = {name: frozenset({Edge(f"{ref}.{name}", "IDENTITY")}) for name in rows.columns}
        return self.given(rows, Executed(columns))

    def of(self, rows: ir.Table) -> Executed:
        """The lineage of an expression. Raises `WorkbenchError` when it stands on something the step was not given."""
        return self._relation(rows.op())

    def _relation(self, node: ops.Relation) -> Executed:
        if node not in self._tables:
            self._tables[node] = self._read(node)
        return self._tables[node]

    def _read(self, node: ops.Relation) -> Executed:
        if isinstance(node, ops.JoinChain):
            tables = [self._relation(one) for one in node.tables]
            tests = (test for link in node.rest for test in link.predicates)
            rows = NONE.union(*(one.rows for one in tables), self._all(tests, "JOIN"))
            return Executed(self._columns(node.values), rows)
        if isinstance(node, ops.Set):
            left, right = self._relation(node.left), self._relation(node.right)
            columns = {name: left.columns[name] | right.columns[name] for name in node.schema.names}
            alike = isinstance(node, ops.Union) and not node.distinct
            told = NONE if alike else as_read(NONE.union(*columns.values()), "GROUP_BY")
            return Executed(columns, left.rows | right.rows | told)
        if not hasattr(node, "parent") or isinstance(node, (ops.SQLStringView, ops.PhysicalTable)):
            what = f"{type(node).__name__} is no table that the step was given"
            raise WorkbenchError(f"{what}, so where its rows come from is not known. Read through the step's context.")
        above = self._relation(node.parent)
        if isinstance(node, ops.Project):
            return Executed(self._columns(node.values), above.rows)
        if isinstance(node, ops.Aggregate):
            groups = self._all(node.groups.values(), "GROUP_BY")
            return Executed(self._columns({**node.groups, **node.metrics}), above.rows | groups)
        if isinstance(node, ops.Filter):
            return Executed(above.columns, above.rows | self._all(node.predicates, "FILTER"))
        if isinstance(node, ops.Sort):
            return Executed(above.columns, above.rows | self._all(node.keys, "SORT"))
        if isinstance(node, ops.Distinct):
            told = as_read(NONE.union(*above.columns.values()), "GROUP_BY")
            return Executed(above.columns, above.rows | told)
        if isinstance(node, (ops.Reference, ops.Limit, ops.DropColumns)):
            return Executed({name: above.columns[name] for name in node.schema.names}, above.rows)
        # What is not understood must not pass: every column may then come from every other.
        every = as_read(NONE.union(*above.columns.values()), "TRANSFORMATION")
        return Executed(dict.fromkeys(node.schema.names, every), above.rows | as_read(every, "FILTER"))

    def _columns(self, values: Mapping[str, ops.Value]) -> dict[str, Edges]:
        return {name: self._value(value) for name, value in values.items()}

    def _all(self, values: Iterable[ops.Value], how: str) -> Edges:
        return as_read(NONE.union(*map(self._value, values)), how)

    def _value(self, node: ops.Value) -> Edges:
        if node not in self._values:
            self._values[node] = NONE.union(*self._pieces(node))
        return self._values[node]

    def _pieces(self, node: ops.Value) -> Iterator[Edges]:
        if isinstance(node, ops.Field):
            yield self._relation(node.rel).columns[node.name]
        elif isinstance(node, (ops.Cast, ops.TryCast, ops.Alias)):
            yield self._value(node.arg)
        elif isinstance(node, ops.WindowFunction):
            yield as_read(self._value(node.func), "TRANSFORMATION")
            yield self._all((*node.group_by, *node.order_by), "WINDOW")
        elif isinstance(node, ops.IfElse):
            yield self._all((node.bool_expr,), "CONDITIONAL")
            yield self._all((node.true_expr, node.false_null_expr), "TRANSFORMATION")
        elif isinstance(node, (ops.SearchedCase, ops.SimpleCase)):
            tests = (*node.cases, *((node.base,) if isinstance(node, ops.SimpleCase) else ()))
            yield self._all(tests, "CONDITIONAL")
            yield self._all((*node.results, node.default), "TRANSFORMATION")
        elif isinstance(node, ops.Subquery):
            read = self._relation(node.rel)
            yield as_read(read.rows, "CONDITIONAL")
            decides = not isinstance(node, ops.ScalarSubquery)
            yield as_read(NONE.union(*read.columns.values()), "CONDITIONAL" if decides else "TRANSFORMATION")
            yield self._all([one for one in node.args if isinstance(one, ops.Value)], "CONDITIONAL")
        else:
            how = "AGGREGATION" if isinstance(node, ops.Reduction) else "TRANSFORMATION"
            where = getattr(node, "where", None)
            children = _children(node)
            yield self._all((one for one in children if one is not where), how)
            if where is not None:
                yield self._all((where,), "CONDITIONAL")


def _children(node: ops.Value) -> Iterator[ops.Value]:
    """Values that a value is computed from. How many rows a table has (its only other child) is no column's value."""
    for one in node.args:
        for child in one if isinstance(one, tuple) else (one,):
            if isinstance(child, ops.Value):
                yield child


class Difference(NamedTuple):
    """An edge that stands on one side only: a column, or the rows, of `made` and the place they come from."""

    made: str
    place: str
    how: str


def beyond(said: Declared, done: Mapping[str, Executed]) -> list[Difference]:
    """Edges of the executed lineage that the declared one does not have."""
    found = []
    for ref, table in done.items():
        for name, edges in table.columns.items():
            values = said.of(ref, name)
            may = values | said.decides
            wrong = (one for one in edges if one.place not in (values if one.direct else may))
            found += [Difference(f"{ref}.{name}", *one) for one in wrong]
        found += [Difference(f"rows of {ref}", *one) for one in table.rows if one.place not in said.decides]
    return sorted(set(found))


def unused(said: Declared, done: Mapping[str, Executed]) -> list[Difference]:
    """Edges that are declared and were not executed: a count of rows, an empty column, a key nobody had to look up."""
    found = []
    for ref, columns in said.values.items():
        for name, places in columns.items():
            read = {edge.place for edge in done[ref].columns[name]} if ref in done else set()
            idle = (place for place in places if not {place, said.equal.get(place)} & read)
            found += [Difference(f"{ref}.{name}", place, "DECLARED") for place in idle]
    return sorted(found)


def check_lineage(step: str, said: Declared, done: Mapping[str, Executed]) -> None:
    """Raises `Refused` when a step computed from a column that the study does not let it use there."""
    extra = beyond(said, done)
    if extra:
        told = "; ".join(f"{one.made} from {one.place} ({one.how.lower()})" for one in extra[:5])
        more = f", and {len(extra) - 5} more" if len(extra) > 5 else ""
        raise Refused(
            f"step '{step}' computes {told}{more}: the study does not declare this, so nobody has judged what it "
            "tells. Nothing of the step is kept. Declare it in the study file, or correct the kind of step."
        )
