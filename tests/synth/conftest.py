"""One population of 20,000 persons for all tests of this folder, and a connection that sees its tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from workbench.synth import ALL_TABLES, Manifest, generate
from workbench.synth.parameters import Parameters, read_parameters
from workbench.synth.sources import PLACES

ROOT = Path(__file__).parents[2]
CATALOG = ROOT / "catalog"
PERSONS = 20_000
SEED = 41


@dataclass(frozen=True)
class Data:
    """A generated folder; `rows` answers SQL over its tables by name (key_* for the answer key)."""

    folder: Path
    manifest: Manifest
    con: duckdb.DuckDBPyConnection

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.con.execute(query).fetchall()

    def one(self, query: str) -> Any:
        return self.rows(query)[0][0]


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Data]:
    folder = tmp_path_factory.mktemp("synth") / "data"
    manifest = generate(folder, PERSONS, SEED, catalog_root=CATALOG, threads=2, tables=ALL_TABLES)
    con = duckdb.connect()
    for table in manifest.tables:
        place = PLACES[table]
        name = f"key_{table}" if place.startswith("answer_key") else table
        con.execute(f"CREATE VIEW {name} AS FROM '{folder / place}'")
    con.execute(
        """
        CREATE VIEW dated AS SELECT *,
            make_date(A2_YEAR_HOSP_IN, A2_MONTH_HOSP_IN, A2_DAY_HOSP_IN) AS adm,
            make_date(A2_YEAR_HOSP_OUT, A2_MONTH_HOSP_OUT, A2_DAY_HOSP_OUT) AS dis FROM STAYHOSP
        """
    )
    yield Data(folder, manifest, con)
    con.close()


@pytest.fixture(scope="session")
def parameters() -> Parameters:
    return read_parameters(CATALOG)
