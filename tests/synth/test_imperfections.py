"""Planted faults: only with a file of them, exactly where the answer key says, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml

from tests.synth.conftest import CATALOG, SEED, Data
from workbench.errors import WorkbenchError
from workbench.synth import Manifest, fingerprint, generate, is_valid
from workbench.synth.sources import PLACES, REFS

PERSONS = 4_000
FAULTS = CATALOG / "synth" / "imperfections.yaml"
LISTED = {one["id"]: one for one in yaml.safe_load(FAULTS.read_text("utf-8"))["faults"]["value"]}
TABLES = {one["table"] for one in LISTED.values()}


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Data]:
    """The same persons twice: `x` with faults, `c_x` without; `found` is the answer key."""
    folder = tmp_path_factory.mktemp("faults")
    manifest = generate(folder / "bad", PERSONS, SEED, catalog_root=CATALOG, tables=TABLES, imperfections=FAULTS)
    clean = generate(folder / "clean", PERSONS, SEED, catalog_root=CATALOG, tables=TABLES)
    con = duckdb.connect()
    for table in clean.tables:
        con.execute(f"CREATE VIEW {table} AS FROM '{folder / 'bad' / PLACES[table]}'")
        con.execute(f"CREATE VIEW c_{table} AS FROM '{folder / 'clean' / PLACES[table]}'")
    con.execute(f"CREATE VIEW found AS FROM '{folder / 'bad' / PLACES['imperfections']}'")
    yield Data(folder / "bad", manifest, con)
    con.close()


def test_every_kind_of_fault_is_planted_and_told(spoiled: Data) -> None:
    told = dict(spoiled.rows("SELECT fault, count(*) FROM found GROUP BY 1"))
    assert len(told) > 0.7 * len(LISTED) and set(told) <= set(LISTED)
    kinds = {kind for (kind,) in spoiled.rows("SELECT DISTINCT kind FROM found")}
    assert kinds == {one["kind"] for one in LISTED.values()}
    tables = dict(spoiled.rows('SELECT DISTINCT fault, "table" FROM found'))
    assert all(LISTED[fault]["table"] == ref for fault, ref in tables.items())


def test_tables_without_faults_and_the_answer_key_are_as_ever(spoiled: Data) -> None:
    for table in spoiled.manifest.tables:
        if REFS.get(table) not in TABLES and table != "imperfections":
            assert spoiled.one(f"SELECT count(*) FROM (FROM {table} EXCEPT ALL FROM c_{table})") == 0, table
            assert spoiled.one(f"SELECT count(*) FROM (FROM c_{table} EXCEPT ALL FROM {table})") == 0, table


@pytest.mark.parametrize("table", ["PATIENT", "STAYHOSP", "PROCEDUR", "PATHOSPI", "POPULATION", "TUMOUR", "IDENTIFIER"])
def test_spoiled_fields_are_those_told_with_their_true_value(spoiled: Data, table: str) -> None:
    """Rows are put beside each other by the fields no fault of the table touches."""
    own = {name: one for name, one in LISTED.items() if one["table"] == REFS[table]}
    for field in {one["field"] for one in own.values()}:
        true = (
            f"SELECT {field}::VARCHAR AS value, count(*) AS n FROM (FROM c_{table} EXCEPT ALL FROM {table}) GROUP BY 1"
        )
        told = f"""SELECT true_value AS value, count(*) AS n FROM found WHERE "table" = '{REFS[table]}'
            AND field = '{field}' GROUP BY 1"""
        missing = f"SELECT sum(greatest(t.n - coalesce(s.n, 0), 0)) FROM ({told}) t LEFT JOIN ({true}) s USING (value)"
        assert (spoiled.one(missing) or 0) == 0, field
    told_rows = spoiled.one(f"""SELECT count(DISTINCT row_key) FROM found WHERE "table" = '{REFS[table]}'""")
    assert spoiled.one(f"SELECT count(*) FROM (FROM c_{table} EXCEPT ALL FROM {table})") == told_rows
    assert spoiled.one(f"SELECT count(*) FROM {table}") == spoiled.one(f"SELECT count(*) FROM c_{table}")


def test_each_kind_of_fault_looks_like_one(spoiled: Data) -> None:
    wrong = "SELECT count(*) FROM STAYHOSP WHERE A2_YEAR_HOSP_OUT < A2_YEAR_HOSP_IN"
    assert spoiled.one(wrong) > 0 == spoiled.one(wrong.replace("STAYHOSP ", "c_STAYHOSP "))
    printed = "SELECT count(*) FROM {0} WHERE {1} IS NOT NULL AND {1} NOT IN (SELECT {1} FROM c_{0} WHERE {1} NOT NULL)"
    assert spoiled.one(printed.format("PROCEDUR", "M2_CODE_PROCEDURE")) > 0
    digits = spoiled.one("SELECT count(*) FROM found WHERE fault = 'insz-wrong'")
    assert 0 < spoiled.one(printed.format("PATIENT", "INSZ")) <= digits
    late = "SELECT count(*) FROM (SELECT DISTINCT CODE_AGR, YEAR_REGISTR, PERIOD_REGISTR FROM {}STAYUNIT)"
    files = spoiled.one("SELECT count(*) FROM found WHERE fault = 'file-late'")
    assert spoiled.one(late.format("c_")) - spoiled.one(late.format("")) == files > 0


def test_a_line_is_taken_back_or_stands_twice_where_told_and_only_there(spoiled: Data) -> None:
    told = dict(spoiled.rows("SELECT fault, count(*) FROM found GROUP BY 1"))
    new = "FROM HEALTH EXCEPT ALL FROM c_HEALTH"
    more, back = spoiled.rows(f"SELECT count(*), count(*) FILTER (SS00060 < 0 AND SS00050 < 0) FROM ({new})")[0]
    assert more == back == told["service-taken-back"] > 100
    assert spoiled.one("SELECT count(*) FROM (FROM c_HEALTH EXCEPT ALL FROM HEALTH)") == 0
    for table, fault in (("FARMA", "delivery-twice"), ("DIAGNOSE", "diagnosis-twice")):
        repeated = f"SELECT count(*) - (SELECT count(*) FROM c_{table}) FROM {table}"
        assert spoiled.one(repeated) == told[fault] > 0


def test_the_faults_are_part_of_what_makes_a_folder_valid(spoiled: Data, tmp_path: Path) -> None:
    assert Manifest.read(spoiled.folder).imperfections is not None
    asked = {"persons": PERSONS, "seed": SEED, "catalog_root": CATALOG, "tables": TABLES}
    assert is_valid(spoiled.folder, imperfections=FAULTS, **asked)  # type: ignore[arg-type]
    assert not is_valid(spoiled.folder, **asked)  # type: ignore[arg-type]
    other = tmp_path / "faults.yaml"
    other.write_text(FAULTS.read_text("utf-8").replace("0.004", "0.005"), "utf-8")
    assert not is_valid(spoiled.folder, imperfections=other, **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ("{id: x, kind: melt, table: mzg.STAYHOSP, field: STAYNUM, share: 0.1}", "needs a kind"),
        ("{id: x, kind: empty, table: mzg.TRANSPOR, field: STAYNUM, share: 0.1}", "a table that is made"),
        ("{id: x, kind: empty, table: mzg.STAYHOSP, field: NONE, share: 0.1}", "does not have"),
        ("{id: x, kind: late, table: mzg.STAYHOSP, share: 0.1}", "no field"),
        ("{id: x, kind: empty, table: mzg.STAYHOSP, field: STAYNUM, share: 1.5}", "and a share"),
    ],
)
def test_a_fault_that_cannot_be_planted_is_refused_with_a_sentence(tmp_path: Path, entry: str, says: str) -> None:
    file = tmp_path / "faults.yaml"
    file.write_text(f"faults: {{value: [{entry}]}}\n", "utf-8")
    with pytest.raises(WorkbenchError, match=f"fault 'x'.*{says}"):
        generate(tmp_path / "out", 1_000, 1, catalog_root=CATALOG, imperfections=file)
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_none_is_refused_with_a_sentence(tmp_path: Path) -> None:
    for file in (tmp_path / "none.yaml", CATALOG / "synth" / "faults.yaml"):
        with pytest.raises(WorkbenchError, match="no list of faults"):
            generate(tmp_path / "out", 1_000, 1, catalog_root=CATALOG, imperfections=file)


def test_the_same_rows_are_spoiled_on_any_number_of_threads(spoiled: Data, tmp_path: Path) -> None:
    few = {"mzg.DIAGNOSE", "hospital.PATIENT", "selfreg.STROKE_2022"}
    generate(tmp_path, PERSONS, SEED, catalog_root=CATALOG, tables=few, imperfections=FAULTS, threads=1)
    names = ("DIAGNOSE", "PATIENT", "STROKE_2022")
    assert fingerprint(tmp_path, names) == fingerprint(spoiled.folder, names)
