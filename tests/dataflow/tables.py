"""Small text tables as input and as expectation, and a context that a step of the flow can run in.

The head of a table gives name and type (`RN:bigint`), every further line one row; an empty cell is no value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, cast

import ibis.expr.types as ir
import pyarrow as pa

from workbench.catalog import Catalog
from workbench.catalog.model import FieldType
from workbench.dataflow.kinds import Scope, Step
from workbench.dataflow.schema import Column, Dataset, Part, split_ref
from workbench.errors import Refused
from workbench.simulate.backends import DuckSession, EngineSettings
from workbench.study import Study

ARROW = {
    "string": pa.string(),
    "integer": pa.int64(),
    "bigint": pa.int64(),
    "decimal": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}
Row = tuple[Any, ...]


def read(text: str) -> pa.Table:
    """A text table as an Arrow table."""
    head, *lines = [line for line in text.strip().splitlines() if line.strip()]
    columns = [cell.strip().rpartition(":") for cell in head.split("|")]
    rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    for row in rows:
        assert len(row) == len(columns), row
    arrays = [
        pa.array([_value(row[place], kind) for row in rows], type=ARROW[kind])
        for place, (_, _, kind) in enumerate(columns)
    ]
    return pa.table(arrays, names=[name for name, _, _ in columns])


def _value(cell: str, kind: str) -> Any:
    if cell == "":
        return None
    if kind in ("integer", "bigint"):
        return int(cell)
    if kind == "boolean":
        return {"true": True, "false": False}[cell]
    if kind == "date":
        return date.fromisoformat(cell)
    return float(cell) if kind == "decimal" else cell


def rows_of(table: pa.Table) -> list[Row]:
    """Rows in an order of their own, so that tables can be compared as collections."""
    found = list(zip(*(column.to_pylist() for column in table.columns), strict=True)) if table.num_columns else []
    return sorted(found, key=lambda row: [(value is None, str(type(value)), str(value)) for value in row])


class Desk:
    """A `Context` over tables in memory; it has no vault, so it refuses what it was not given."""

    def __init__(
        self,
        session: DuckSession,
        study: Study,
        catalog: Catalog,
        tables: Mapping[str, str | pa.Table],
        pseudonyms: Mapping[str, Mapping[Any, int]] | None = None,
    ) -> None:
        self.study = study
        self.catalog = catalog
        self._session = session
        self._pseudonyms = pseudonyms or {}
        self._tables = {
            ref: session.register(read(table) if isinstance(table, str) else table) for ref, table in tables.items()
        }

    def source(self, ref: str) -> ir.Table:
        return self._find(ref)

    def part(self, ref: str) -> ir.Table:
        return self._find(".".join(split_ref(ref)))

    def parts(self, dataset: str) -> Mapping[str, ir.Table]:
        # In the order of names, as files in a folder come.
        found = {split_ref(ref)[1]: self._find(ref) for ref in sorted(self._tables) if split_ref(ref)[0] == dataset}
        if not found:
            raise Refused(dataset)
        return found

    def concordance(self, identifiers: ir.Table, column: str, domain: str) -> ir.Table:
        known = self._pseudonyms[domain]
        return self._session.register(pa.table({column: pa.array(known), domain: pa.array(known.values(), pa.int64())}))

    def identifiers(self, pseudonyms: ir.Table, column: str, domain: str) -> ir.Table:
        known = self._pseudonyms[domain]
        of = next(one.of for one in self.study.domains if one.id == domain)
        pairs = {column: pa.array(known.values(), pa.int64()), of: pa.array([int(one) for one in known], pa.int64())}
        return self._session.register(pa.table(pairs))

    def numbered(self, rows: ir.Table, name: str, step: str) -> ir.Table:
        """Numbers in an order drawn by a generator that has nothing to do with that of a run."""
        held = self._session.arrow(rows)
        numbers = list(range(1, held.num_rows + 1))
        Random(step).shuffle(numbers)
        return self._session.register(held.append_column(name, pa.array(numbers, pa.int64())))

    def keep(self, rows: ir.Table) -> ir.Table:
        return self._session.keep(rows)

    def threshold(self, policy: str) -> int:
        return self.catalog.policies[policy].threshold

    def _find(self, ref: str) -> ir.Table:
        if ref not in self._tables:
            raise Refused(ref)
        return self._tables[ref]

    def rows(self, table: ir.Table) -> pa.Table:
        return self._session.arrow(table)


@contextmanager
def desk(study: Study, catalog: Catalog, **more: Any) -> Iterator[Desk]:
    """A context whose engine ends with the block."""
    with TemporaryDirectory() as folder:
        session = DuckSession([Path(folder)], EngineSettings(threads=1, memory="500MB"))
        try:
            yield Desk(session, study, catalog, **more)
        finally:
            session.close()


def columns_of(table: pa.Table) -> Part:
    """The columns of a table as a flow would have inferred them."""
    kinds = {
        pa.string(): "string", pa.int64(): "integer", pa.bool_(): "boolean",
        pa.date32(): "date", pa.float64(): "decimal",
    }  # fmt: skip
    return tuple(
        Column(field.name, cast(FieldType, kinds[field.type]), "payload", False, frozenset({f"x.{field.name}"}))
        for field in table.schema
    )


def execute(
    kind: type[Step],
    spec: dict[str, Any],
    study: Study,
    catalog: Catalog,
    tables: Mapping[str, str],
    pseudonyms: Mapping[str, Mapping[Any, int]] | None = None,
) -> dict[str, pa.Table]:
    """What a step makes of tables, by `dataset.part`; it must be what the step says it makes."""
    label = {"nl": "x", "fr": "x", "en": "x"}
    given = {"id": "step", "actor": "hospitals", "label": label, "cite": {"document": "own"}}
    step = kind.model_validate({**given, **spec})
    datasets: dict[str, Dataset] = {}
    for ref, text in tables.items():
        if ref not in catalog.tables:
            name, part = split_ref(ref)
            datasets[name] = datasets.get(name, Dataset(name, {})).with_part(part, columns_of(read(text)))
    scope = Scope(study, catalog, datasets)
    said = step.infer(scope)
    assert not scope.found, scope.found
    with desk(study, catalog, tables=tables, pseudonyms=pseudonyms) as context:
        made = {ref: context.rows(rows) for ref, rows in step.express(context).items()}
    assert set(made) == set(said)
    for ref, part in said.items():
        assert [(column.name, ARROW[column.type]) for column in part] == [
            (field.name, field.type) for field in made[ref].schema
        ]
    return made


def same(made: pa.Table, wanted: str) -> None:
    """Fail, readably, unless the rows are those of the text table, in any order."""
    expected = read(wanted)
    assert made.column_names == expected.column_names
    assert rows_of(made) == rows_of(expected)
