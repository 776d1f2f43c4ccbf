"""Generate a synthetic Belgium: one folder per party, and the answer key apart."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path

import duckdb

from workbench.errors import WorkbenchError
from workbench.synth.care import make_care
from workbench.synth.deaths import make_deaths
from workbench.synth.files import Writer
from workbench.synth.given import make_given, make_treated
from workbench.synth.history import make_history
from workbench.synth.imperfections import read_imperfections
from workbench.synth.keys import KEYS_SAY, write_keys
from workbench.synth.line_guides import register_lines
from workbench.synth.manifest import Manifest
from workbench.synth.parameters import read_parameters
from workbench.synth.persons import make_persons
from workbench.synth.pharmacy import make_alive
from workbench.synth.plan import make_plan
from workbench.synth.queries import EXTRA_STAGES, queries
from workbench.synth.scenario import Scenario, make_scenario
from workbench.synth.services import make_services
from workbench.synth.sources import read_asked
from workbench.synth.stays import make_stays, register_hospitals, register_main_list
from workbench.synth.tumour_care import make_tumour_care
from workbench.synth.tumours import make_tumours
from workbench.synth.words import make_words

# Work of writing a table relative to the others.
_WEIGHTS = {"HEALTH": 27.0, "FARMA": 15.0, "SHA_PREST": 12.0, "DOCUMENT_P": 10.0, "DIAGNOSE": 4.0, "STAYHOSP": 3.0}
# Share of the work done before the first table is written.
_BEFORE_TABLES = 0.25

# What a data folder may hold when it is made anew.
_OURS = {"parties", "answer_key", "work", "manifest.json", "manifest.json.draft"}

Progress = Callable[[str, float], None]

# Share of the work done when a stage ends, for the progress bar.
STAGES = (
    (make_words, "codes of the files", 0.0), (register_hospitals, "hospitals", 0.0),
    (register_main_list, "main diagnoses", 0.0),
    (make_persons, "persons", 0.05), (make_plan, "plan of stays", 0.14), (make_deaths, "deaths", 0.15),
    (make_tumours, "tumours", 0.18), (make_history, "earlier years", 0.18), (make_tumour_care, "care of tumours", 0.19),
    (make_stays, "stays", 0.23), (make_care, "care", 0.24), (make_given, "medicines", 0.24),
    (make_treated, "treatments", 0.25), (make_services, "services", 0.25), (register_lines, "codes", 0.25),
    (make_alive, "life spans", 0.25),
)  # fmt: skip


def generate(
    out: Path,
    persons: int = 100_000,
    seed: int = 20284,
    enrich: str | None = "stroke-care",
    catalog_root: Path = Path("catalog"),
    progress: Progress | None = None,
    threads: int | None = None,
    tables: Collection[str] | None = None,
    first_year: int | None = None,
    imperfections: Path | None = None,
) -> Manifest:
    """Write the data folder `out` for a number of persons and return its manifest.

    The same persons, seed, enrichment and catalogue give the same content on any number of threads, and a
    table the same content whatever else is made. `tables` names what to make (see `tables_for`; `ALL_TABLES`
    for everything); without it the hospital stays and the billing data are made. `first_year` adds stays from
    that year on to those of the window, with the codes of their time. `imperfections` names a file of faults to
    plant (catalog/synth/imperfections.yaml or one like it). `progress` is called with the
    name of what was done and the share of the work done, from 0 to 1. Whatever the folder held under `parties`
    and `answer_key` is replaced. Raises `WorkbenchError` when the arguments cannot be met.
    """
    asked = read_asked(tables)
    parameters = read_parameters(catalog_root)
    scenario = make_scenario(parameters, persons, seed, enrich, first_year)
    faults = None if imperfections is None else read_imperfections(imperfections, catalog_root, seed)
    tell = progress or (lambda name, share: None)
    _prepare(out)
    Manifest.remove(out)
    work = out / "work"
    for folder in (out / "parties", out / "answer_key", work):
        shutil.rmtree(folder, ignore_errors=True)
    work.mkdir()
    con = connect(work, scenario, threads)
    try:
        reached = 0.0
        for make, name, share in STAGES:
            tell(name, reached)
            make(con, scenario)
            reached = share
        for extra, name, needed_by in EXTRA_STAGES:
            if needed_by & set(asked.tables):
                tell(name, _BEFORE_TABLES)
                extra(con, scenario)
        writer = Writer(con, out, int(parameters["engine.row_group"]), int(parameters["engine.dictionary"]))
        rows = _write_tables(writer, queries(scenario, asked, faults), tell)
    except BaseException as error:  # Ctrl-C too: nothing half made stays behind
        con.close()  # before its files go
        for folder in (out / "parties", out / "answer_key"):
            shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, duckdb.IOException):
            said = str(error).splitlines()[0]
            raise WorkbenchError(
                f"{out}: the data could not be written. {said}. Make room or give another folder."
            ) from error
        raise
    finally:
        con.close()
        shutil.rmtree(work, ignore_errors=True)
    write_keys(out, seed)
    manifest = Manifest(
        seed=seed, persons=persons, enrich=enrich, enrichment=scenario.enrichment(), factor=scenario.factor,
        hospitals=len(scenario.hospitals), tables=rows,
        parameters_sha256=parameters.sha256, keys=KEYS_SAY,
        first_year=first_year, imperfections=None if faults is None else faults.sha256,
        columns={table: list(names) for table, names in asked.columns.items()},
    )  # fmt: skip
    manifest.write(out)
    tell("manifest", 1.0)
    return manifest


def _prepare(out: Path) -> None:
    """Make the folder; refuse one that holds anything else, since what it holds is replaced."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        strange = sorted(path.name for path in out.iterdir() if path.name not in _OURS)
    except OSError as error:
        raise WorkbenchError(f"{out} cannot hold data: {error.strerror}. Give another folder.") from error
    if strange:
        raise WorkbenchError(
            f"{out} holds other things, such as {strange[0]}. Give a new or empty folder for the data."
        )


def _write_tables(writer: Writer, made: Mapping[str, str], tell: Progress) -> dict[str, int]:
    tables: dict[str, int] = {}
    written, weights = 0.0, {table: _WEIGHTS.get(table, 1.0) for table in made}

    def at(table: str, part: float) -> None:
        rows = f"{sum(tables.values()):,} rows written"
        done = (written + weights[table] * part) / sum(weights.values())
        tell(f"{table}, {rows}", round(_BEFORE_TABLES + (0.99 - _BEFORE_TABLES) * done, 3))

    for table, query in made.items():
        tables[table] = writer.write(table, query, partial(at, table))
        at(table, 1.0)
        written += weights[table]
    return tables


def connect(work: Path, scenario: Scenario, threads: int | None, in_memory: bool = False) -> duckdb.DuckDBPyConnection:
    """A connection whose tables live in a file of the work folder, so memory stays bounded at any size."""
    con = duckdb.connect()
    engine = scenario.parameters["engine"]
    con.execute(f"SET memory_limit = '{engine['memory_limit']}'")
    con.execute(f"SET temp_directory = '{str(work).replace(chr(39), chr(39) * 2)}'")
    con.execute("SET preserve_insertion_order = false")
    con.execute("SET enable_progress_bar = true")  # so that it can be asked how far it is
    con.execute("SET enable_progress_bar_print = false")
    if threads is not None:
        con.execute(f"SET threads = {int(threads)}")
    rows = scenario.persons // int(engine["work_row_groups"]) // 2048 * 2048
    path = ":memory:" if in_memory else str(work / "work.duckdb").replace("'", "''")
    con.execute(f"ATTACH '{path}' AS work (ROW_GROUP_SIZE {min(max(rows, 2048), 122_880)})")
    con.execute("PRAGMA disable_checkpoint_on_shutdown")  # the work file is removed anyway
    con.execute("USE work")
    return con
