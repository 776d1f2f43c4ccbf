"""Tables of an engine for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pytest

from tests.disclosure.microdata.brute import Row
from workbench.catalog import load_catalog
from workbench.catalog.model import Catalog


class Engine:
    """A DuckDB that makes tables of rows and keeps what is asked."""

    def __init__(self) -> None:
        self._backend = ibis.duckdb.connect()
        self._made = 0

    def table(self, rows: list[Row]) -> ir.Table:
        made = pa.Table.from_pylist(rows)
        # A column of nothing but empty values has no type of its own.
        kinds = [pa.field(one.name, pa.string() if pa.types.is_null(one.type) else one.type) for one in made.schema]
        return self._add(made.cast(pa.schema(kinds)))

    def keep(self, rows: ir.Table) -> ir.Table:
        return self._add(rows)

    def _add(self, rows: ir.Table | pa.Table) -> ir.Table:
        self._made += 1
        return self._backend.create_table(f"held_{self._made}", rows, temp=True)

    def close(self) -> None:
        self._backend.disconnect()


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = Engine()
    yield made
    made.close()


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    from tests.conftest import ROOT

    return load_catalog(ROOT / "catalog")
