"""What is made when asked: the same content whatever else is, and an exact account of it in the manifest."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.synth.conftest import CATALOG, PERSONS, SEED, Data
from workbench.errors import WorkbenchError
from workbench.synth import ALL_TABLES, DEFAULT_TABLES, Manifest, fingerprint, generate, is_valid, tables_for
from workbench.synth.sources import DETAILS, REFS, read_asked


def test_a_table_is_the_same_whatever_is_made_beside_it(data: Data, tmp_path: Path) -> None:
    few = {"mzg.STAYUNIT", "bcr.TUMOUR", "tc.ADH_PREST", "ima.POPULATION.*", "intego.REGISTRY", "hospital.THEATRE"}
    alone = generate(tmp_path, PERSONS, SEED, catalog_root=CATALOG, tables=few)
    made = {
        "STAYUNIT",
        "TUMOUR",
        "ADH_PREST",
        "POPULATION",
        "REGISTRY",
        "THEATRE",
        "tumours",
        "tumour_care",
        "practices",
        "practice_problems",
        "practice_care",
    }
    assert set(alone.tables) == made | {"persons", "stays", "episodes", "hospital_effects"}
    assert fingerprint(tmp_path, alone.tables) == fingerprint(data.folder, alone.tables)


def test_core_fields_are_the_same_with_and_without_the_others(data: Data, tmp_path: Path) -> None:
    asked = {"ima.HEALTH.SS00155", "ima.FARMA"}
    narrow = generate(tmp_path, PERSONS, SEED, catalog_root=CATALOG, tables=asked)
    assert narrow.columns == {"HEALTH": ["SS00155"], "FARMA": []}
    for table in ("HEALTH", "FARMA"):
        path = tmp_path / f"parties/ima/{table}.parquet"
        names = ", ".join(row[0] for row in data.rows(f"DESCRIBE FROM '{path}'"))
        total = f"SELECT sum(hash(t)::HUGEINT), count(*) FROM (SELECT {names} FROM {{}}) AS t"
        assert data.rows(total.format(f"'{path}'")) == data.rows(total.format(table))
    assert is_valid(tmp_path, PERSONS, SEED, catalog_root=CATALOG, tables={"ima.HEALTH"})
    assert is_valid(tmp_path, PERSONS, SEED, catalog_root=CATALOG, tables=asked)
    for more in ({"ima.HEALTH.SS00160"}, {"ima.HEALTH.*"}, {"ima.HOSP"}, None):
        assert not is_valid(tmp_path, PERSONS, SEED, catalog_root=CATALOG, tables=more)


def test_a_folder_with_everything_serves_every_study(data: Data) -> None:
    for tables in (None, ALL_TABLES, {"ima.HEALTH.SS00155", "finhosta.T13"}):
        assert is_valid(data.folder, PERSONS, SEED, catalog_root=CATALOG, tables=tables)
    assert Manifest.read(data.folder).columns == {table: list(names) for table, names in DETAILS.items()}


def test_references_become_what_has_to_be_made() -> None:
    refs = ["mzg.STAYHOSP.STAYNUM", "mzg.STAYHOSP", "ima.HEALTH.SS00015", "ima.HEALTH.SS00155", "bcr.TUMOUR.fld_nn"]
    assert tables_for(refs) == {"mzg.STAYHOSP", "ima.HEALTH", "ima.HEALTH.SS00155", "bcr.TUMOUR"}
    assert tables_for(["ima.FARMA.*"]) == {"ima.FARMA.*"}
    assert tables_for([]) == frozenset()
    assert read_asked(None).tables == read_asked(DEFAULT_TABLES).tables
    assert {ref.removesuffix(".*") for ref in ALL_TABLES} == set(REFS.values())


@pytest.mark.parametrize("ref", ["mzg.TRANSPOR", "ima.STAYHOSP", "nowhere.X.Y"])
def test_a_table_that_is_not_made_is_refused_with_a_sentence(tmp_path: Path, ref: str) -> None:
    with pytest.raises(WorkbenchError, match=r"makes no table .*; it makes hospital\.PATIENT"):
        generate(tmp_path / "out", 1_000, 1, catalog_root=CATALOG, tables={ref})
    assert not (tmp_path / "out").exists()


def test_wide_tables_have_the_fields_of_the_catalogue_that_studies_ask_for() -> None:
    # Of the fields that no document asks for, only those of the population are made.
    for table, names in DETAILS.items():
        listed = yaml.safe_load((CATALOG / "tables/ima" / f"{table}.yaml").read_text("utf-8"))["fields"]
        asked = [one["name"] for one in listed if one["cite"]["document"] != "domain-facts" or table == "POPULATION"]
        assert set(names) <= {one["name"] for one in listed}
        if table != "POPULATION":
            assert set(asked) - set(names) <= {row["name"] for row in listed[:12]}, table
