"""Generate a synthetic Belgium: one folder per party, and the answer key apart."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb

from workbench.crypto import write_key
from workbench.synth.answer_key import answer_key_queries
from workbench.synth.billing import health_query
from workbench.synth.care import make_care
from workbench.synth.deaths import make_deaths
from workbench.synth.diagnoses import diagnose_query
from workbench.synth.files import Writer, rows_on_disk
from workbench.synth.given import make_given, make_treated
from workbench.synth.line_guides import register_lines
from workbench.synth.manifest import VERSION, Manifest
from workbench.synth.parameters import read_parameters
from workbench.synth.persons import keys, make_persons, population_query
from workbench.synth.pharmacy import farma_query, make_alive
from workbench.synth.plan import make_plan
from workbench.synth.registration import registration_queries
from workbench.synth.scenario import Scenario, make_scenario
from workbench.synth.services import make_services
from workbench.synth.stays import make_stays, register_hospitals, register_main_list

Progress = Callable[[str, float], None]

_KEY_PLACES = {"C1": "parties/nic/keys/C1.key", "C2": "parties/ksz/keys/C2.key"}
_KEYS_SAY = "C1 and C2 are synthetic: derived from the seed with HKDF-SHA256, for reproducible data only."
# Share of the work done when a stage ends, for the progress bar.
_STAGES = (
    (register_hospitals, "hospitals", 0.0), (register_main_list, "main diagnoses", 0.0),
    (make_persons, "persons", 0.10), (make_plan, "plan of stays", 0.20), (make_deaths, "deaths", 0.21),
    (make_stays, "stays", 0.25), (make_care, "care", 0.26), (make_given, "medicines", 0.28),
    (make_treated, "treatments", 0.285), (make_services, "services", 0.29), (register_lines, "codes", 0.30),
    (make_alive, "life spans", 0.30),
)  # fmt: skip


def generate(
    out: Path,
    persons: int = 100_000,
    seed: int = 20284,
    enrich: str | None = "stroke-care",
    catalog_root: Path = Path("catalog"),
    progress: Progress | None = None,
    threads: int | None = None,
) -> Manifest:
    """Write the data folder `out` for a number of persons and return its manifest.

    The same persons, seed, enrichment and catalogue give the same content on any number of threads.
    `progress` is called with the name of what was done and the share of the work done, from 0 to 1. Whatever
    the folder held under `parties` and `answer_key` is replaced. Raises `WorkbenchError` when the arguments
    cannot be met.
    """
    parameters = read_parameters(catalog_root)
    scenario = make_scenario(parameters, persons, seed, enrich)
    tell = progress or (lambda name, share: None)
    out.mkdir(parents=True, exist_ok=True)
    Manifest.remove(out)
    work = out / "work"
    for folder in (out / "parties", out / "answer_key", work):
        shutil.rmtree(folder, ignore_errors=True)
    work.mkdir()
    con = _connect(work, scenario, threads)
    try:
        for make, name, share in _STAGES:
            make(con, scenario)
            tell(name, share)
        writer = Writer(con, out, int(parameters["engine.row_group"]))
        tables = _write_tables(writer, scenario, tell)
        fingerprint = {table: writer.fingerprint(table) for table in tables}
    finally:
        con.close()
        shutil.rmtree(work, ignore_errors=True)
    for name, key in keys(seed).items():
        write_key(out / _KEY_PLACES[name], key)
    manifest = Manifest(
        seed=seed, persons=persons, enrich=enrich, enrichment=scenario.enrichment(), factor=scenario.factor,
        hospitals=len(scenario.hospitals), tables=tables, fingerprint=fingerprint,
        parameters_sha256=parameters.sha256, keys=_KEYS_SAY,
    )  # fmt: skip
    manifest.write(out)
    tell("manifest", 1.0)
    return manifest


def is_valid(
    folder: Path,
    persons: int = 100_000,
    seed: int = 20284,
    enrich: str | None = "stroke-care",
    catalog_root: Path = Path("catalog"),
) -> bool:
    """Whether a folder holds a finished generation of exactly these parameters and this catalogue.

    Looks at the manifest, the keys and the row counts of the files, not at their content.
    """
    try:
        manifest = Manifest.read(folder)
    except (OSError, ValueError, TypeError):
        return False
    asked = (persons, seed, enrich, read_parameters(catalog_root).sha256, VERSION)
    made = (manifest.persons, manifest.seed, manifest.enrich, manifest.parameters_sha256, manifest.version)
    keys_there = all((folder / place).is_file() for place in _KEY_PLACES.values())
    return asked == made and keys_there and dict(rows_on_disk(folder)) == dict(manifest.tables)


def _write_tables(writer: Writer, scenario: Scenario, tell: Progress) -> dict[str, int]:
    queries = {
        **registration_queries(scenario),
        "DIAGNOSE": diagnose_query(scenario),
        "HEALTH": health_query(scenario),
        "FARMA": farma_query(scenario),
        "POPULATION": population_query(scenario),
        **answer_key_queries(scenario),
    }
    done, tables = 0.30, {}
    for table, query in queries.items():
        tables[table] = writer.write(table, query)
        done += {"HEALTH": 0.32, "FARMA": 0.18}.get(table, 0.012)
        tell(table, round(done, 3))
    return tables


def _connect(work: Path, scenario: Scenario, threads: int | None) -> duckdb.DuckDBPyConnection:
    """A connection whose tables live in a file of the work folder, so memory stays bounded at any size."""
    con = duckdb.connect()
    engine = scenario.parameters["engine"]
    con.execute(f"SET memory_limit = '{engine['memory_limit']}'")
    con.execute(f"SET temp_directory = '{str(work).replace(chr(39), chr(39) * 2)}'")
    con.execute("SET preserve_insertion_order = false")
    if threads is not None:
        con.execute(f"SET threads = {int(threads)}")
    rows = scenario.persons // int(engine["work_row_groups"]) // 2048 * 2048
    path = str(work / "work.duckdb").replace("'", "''")
    con.execute(f"ATTACH '{path}' AS work (ROW_GROUP_SIZE {min(max(rows, 2048), 122_880)})")
    con.execute("USE work")
    return con
