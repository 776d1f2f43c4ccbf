"""The report of synthetic beside sourced figures: all that can be counted, and it sees data unlike their sources."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
import yaml

from tests.synth.conftest import CATALOG, Data
from workbench.synth import generate, plausibility

LISTED = yaml.safe_load((CATALOG / "synth/plausibility.yaml").read_text("utf-8"))


def test_figures_are_near_their_sources(data: Data) -> None:
    figures = plausibility(data.folder, CATALOG)
    left_out = {
        name for name, fact in LISTED.items()
        if fact["value"].get("enriched") == "stroke-care" or fact["value"].get("history")
    }  # fmt: skip
    assert {figure.id for figure in figures} == set(LISTED) - left_out and len(figures) > 18
    off = [str(figure) for figure in figures if not figure.plausible]
    # 20,000 persons: a figure of a few hundred tumours or stays may miss its source by chance
    assert len(off) <= 2, off
    assert str(figures[0]).startswith("women among the population: 0.50") and "domain-facts K1" in str(figures[0])


def test_enriched_figures_are_told_only_of_data_as_sourced(tmp_path: Path) -> None:
    generate(tmp_path, 30_000, 5, enrich=None, catalog_root=CATALOG, tables={"mzg.STAYHOSP", "ima.POPULATION"})
    figures = {figure.id: figure for figure in plausibility(tmp_path, CATALOG)}
    assert {"strokes", "classic_stays"} <= set(figures) and "deliveries" not in figures
    assert figures["classic_stays"].plausible and figures["strokes"].plausible


def test_data_that_are_not_as_sourced_are_seen(data: Data, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(data.folder, folder)
    table = folder / "parties/bcr/TUMOUR.parquet"
    duckdb.execute(f"COPY (SELECT * REPLACE ('IV' AS combstad) FROM '{table}') TO '{table}.new' (FORMAT parquet)")
    Path(f"{table}.new").replace(table)
    verdict = {figure.id: figure.plausible for figure in plausibility(folder, CATALOG)}
    assert not verdict["breast_stage_1"] and verdict["women"]


def test_an_unfinished_folder_has_no_report(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        plausibility(tmp_path, CATALOG)
