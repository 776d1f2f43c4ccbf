"""How long the check of a delivered extract takes: `python -m benchmarks.deliveries [ROWS]` (default 10 million).

Stays of one hospital (32 columns of mzg.STAYHOSP), with as many distinct values as their code lists have, as MZG text,
CSV and Parquet; then the same with one fault in every hundredth row. Beside the check stands DuckDB's plain reading of
the CSV as texts with a count of distinct keys: less cannot be done with it in one pass.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import duckdb

from workbench.catalog import Catalog, load_catalog
from workbench.interchange.delivery import check_delivery
from workbench.interchange.mzg.layout import Cell, layout_of

NAME = "001-Z-3.0-A-STAYHOSP-2019-1.TXT"
GIVEN = {"CODE_AGR": "'001'", "YEAR_REGISTR": "'2019'", "PERIOD_REGISTR": "'1'", "STAYNUM": "i::VARCHAR"}


def main(rows: int) -> None:
    """Make the files, check each, and print a line for each."""
    catalog = load_catalog(Path("catalog"))
    with tempfile.TemporaryDirectory() as folder:
        for share in (0, 100):
            files = _write(catalog, rows, Path(folder), share)
            print(f"{rows:,} rows, {'no fault' if not share else 'a fault in every 100th row'}")
            for file in files:
                _timed(file.suffix, lambda file=file: check_delivery(file, "mzg.STAYHOSP", catalog), file)
            _timed("floor: read as texts, count keys", lambda file=files[1]: _floor(file), files[1])


def _timed(what: str, do: object, file: Path) -> None:
    wall, processor = time.perf_counter(), time.process_time()
    found = do()  # type: ignore[operator]
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    faults = sum(one.count for one in found.faults) if found else 0
    megabytes = file.stat().st_size / 1e6
    print(f"  {what:34} {megabytes:7,.0f} MB {wall:6.1f} s, {processor:6.1f} s of processor, {faults:,} faults")


def _floor(file: Path) -> None:
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute(f"SELECT count(DISTINCT STAYNUM) FROM read_csv('{file}', all_varchar=true)").fetchall()


def _write(catalog: Catalog, rows: int, folder: Path, share: int) -> list[Path]:
    cells = layout_of(NAME, catalog).cells
    values = {cell.name: _value(cell, at, share) for at, cell in enumerate(cells)}
    columns = ", ".join(f'{value} AS "{name}"' for name, value in values.items())
    source = f"(SELECT {columns} FROM range({rows}) t(i))"
    line = "concat(" + ", ".join(f"\"{name}\", '#'" for name in values) + ")"
    files = [folder / NAME, folder / "stays.csv", folder / "stays.parquet"]
    with duckdb.connect(config={"threads": 2}) as connection:
        form = "(HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01')"
        connection.execute(f"COPY (SELECT {line} FROM {source}) TO '{files[0]}' {form}")
        connection.execute(f"COPY {source} TO '{files[1]}' (HEADER)")
        connection.execute(f"COPY {source} TO '{files[2]}' (FORMAT parquet)")
    return files


def _value(cell: Cell, at: int, share: int) -> str:
    """An expression over the row number `i` with a value that breaks no rule, but for one row in `share`."""
    if cell.name in GIVEN:
        return GIVEN[cell.name]
    drawn = f"hash(i * 31 + {at})"
    if cell.codes:
        codes = sorted(code for code in cell.codes if not cell.sizes or len(code) in cell.sizes)
        value = "(['" + "','".join(codes) + f"'])[1 + ({drawn} % {len(codes)})::INT]"
    elif "YEAR" in cell.name:
        value = "'2019'"
    elif "MONTH" in cell.name or "DAY" in cell.name:
        value = f"(1 + {drawn} % {12 if 'MONTH' in cell.name else 28})::VARCHAR"
    else:
        value = f"repeat('{'1' if cell.datatype == 'N' else 'A'}', {min(cell.sizes or {1})})"
    if share and cell.name == "A2_MONTH_HOSP_IN":
        value = f"CASE WHEN i % {share} = 0 THEN '?' ELSE {value} END"
    return value if cell.mandatory else f"CASE WHEN {drawn} % 3 = 0 THEN '' ELSE {value} END"


if __name__ == "__main__":
    main(int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else 10_000_000)
