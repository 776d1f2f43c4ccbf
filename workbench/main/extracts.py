"""Synthetic extracts as each party would really send them: one file per hospital, table and period, in its own form."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv
import pyarrow.parquet as pq

from workbench.catalog.model import Catalog, Table
from workbench.errors import WorkbenchError
from workbench.interchange.facts import read_facts
from workbench.interchange.mzg import write_mzg
from workbench.interchange.mzg.layout import file_name, read_format
from workbench.interchange.selfreg import selfreg_facts, write_selfreg
from workbench.interchange.selfreg.schema import Facts as SelfRegFacts
from workbench.main.checks import open_study
from workbench.main.runs import read_by


@dataclass(frozen=True)
class Delivered:
    """Files that one party sends of one table, and their rows."""

    party: str
    table: str
    form: str
    files: int
    rows: int


def deliver(study: str, data: Path, out: Path, root: Path) -> list[Delivered]:
    """Write `out/PARTY/...` from the data folder `data`, for every source table that the study reads.

    MZG tables become text files per hospital, year and period; self-registrations XML, a file per hospital; all others
    CSV, of which those of general practices (identifiers, and the register) travel as two streams that share a
    reference only. Raises `WorkbenchError` when the data folder lacks a table.
    """
    flow = open_study(study, root)
    if out.exists() and any(out.iterdir()):
        raise WorkbenchError(f"{out} is not empty. Give a new folder with --out.")
    texts = {part.table for part in read_format(root).files}
    forms = read_facts(root, "selfreg.yaml", SelfRegFacts).tables
    read = read_by(flow)
    tables = {ref if ref in flow.catalog.tables else ref.rpartition(".")[0] for ref in read}
    written = []
    for ref in sorted(tables & set(flow.catalog.tables)):
        table = flow.catalog.tables[ref]
        source = data / "parties" / table.provider / f"{table.table}.parquet"
        if not source.exists():
            what = f"{source} is missing"
            raise WorkbenchError(f"{what}: make the data for this study, with 'workbench synth --for {study}'.")
        folder = out / table.provider
        folder.mkdir(parents=True, exist_ok=True)
        if table.source == "mzg" and table.table in texts:
            written.append(_texts(table, source, folder, flow.catalog, root))
        elif ref in forms:
            written.append(_xml(ref, source, folder, flow.catalog, root))
        else:
            written.append(_csv(table, source, folder, {one for one in read if one.startswith(f"{ref}.")}))
    return written


def _texts(table: Table, source: Path, folder: Path, catalog: Catalog, root: Path) -> Delivered:
    keys = ("CODE_AGR", "YEAR_REGISTR", "PERIOD_REGISTR")
    columns = ", ".join(f'"{field.name}"' for field in table.fields)
    count = files = 0
    with duckdb.connect() as connection:
        rows = pq.read_table(source, columns=[field.name for field in table.fields])
        connection.register("rows", rows)
        groups = connection.execute(f"SELECT DISTINCT {', '.join(keys)} FROM rows ORDER BY ALL").fetchall()
        for hospital, year, period in groups:
            part = connection.execute(
                f"SELECT {columns} FROM rows WHERE CODE_AGR = ? AND YEAR_REGISTR = ? AND PERIOD_REGISTR = ?",
                [hospital, year, period],
            ).to_arrow_table()
            write_mzg(part, folder / file_name(table.table, str(hospital), int(year), int(period), root), catalog, root)
            count, files = count + part.num_rows, files + 1
    return Delivered(table.provider, table.ref, "MZG text", files, count)


def _xml(ref: str, source: Path, folder: Path, catalog: Catalog, root: Path) -> Delivered:
    form = selfreg_facts(ref, catalog, root)
    rows = pq.read_table(source, columns=[field.name for field in form.table.fields])
    hospitals = sorted(str(one) for one in pc.unique(rows[form.hospital]).to_pylist())
    for hospital in hospitals:  # each in its own account
        mine = rows.filter(pc.equal(rows[form.hospital], pa.scalar(hospital, rows[form.hospital].type)))
        write_selfreg(mine, form, folder / hospital, datetime.date.today(), catalog)
    return Delivered(form.table.provider, ref, "XML", len(hospitals), rows.num_rows)


def _csv(table: Table, source: Path, folder: Path, asked: set[str]) -> Delivered:
    """A table of which synthetic data are made in part leaves as the study asks for it, with the keys."""
    there, names = set(pq.read_schema(source).names), [field.name for field in table.fields]
    if not there.issuperset(names):
        names = [name for name in names if name in there and (name in table.keys or f"{table.ref}.{name}" in asked)]
    rows = pq.read_table(source, columns=names)
    pv.write_csv(rows, folder / f"{table.source}.{table.table}.csv", pv.WriteOptions(quoting_style="needed"))
    return Delivered(table.provider, table.ref, "CSV", 1, rows.num_rows)
