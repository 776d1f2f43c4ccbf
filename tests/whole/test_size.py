"""The size of a population: what is counted, and what may not be counted."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.whole.conftest import Whole
from workbench.errors import WorkbenchError
from workbench.main.sizes import population_size, write_size
from workbench.synth import generate


def test_rows_and_persons_are_those_of_plain_sql(repo_root: Path, tmp_path: Path) -> None:
    """The criteria of the first self-registration and of the study on stays, written by hand for 20,000 persons."""
    root = repo_root / "catalog"
    made = generate(tmp_path / "data", 20_000, 3, None, root)
    flow, found = population_size("stroke-care", tmp_path / "data", root)
    codes = [one.code.replace(".-", "") for one in flow.catalog.codes["stroke_inclusion"].entries]
    hospitals = [
        one.code for one in flow.catalog.codes["hospitals"].entries if one.attributes.get("flemish_recognised") is True
    ]
    folder = tmp_path / "data/parties/hospitals"
    asked = duckdb.sql(
        f"""SELECT count(*), count(DISTINCT (CODE_AGR, PATNUM)) FROM '{folder}/STAYHOSP.parquet' AS stay
        WHERE list_contains($hospitals, CODE_AGR) AND A2_YEAR_HOSP_OUT BETWEEN 2017 AND 2019
        AND EXISTS (FROM '{folder}/PATHOSPI.parquet' AS p WHERE p.CODE_AGR = stay.CODE_AGR AND p.PATNUM = stay.PATNUM
                    AND p.YEAR_REGISTR = stay.YEAR_REGISTR AND p.PERIOD_REGISTR = stay.PERIOD_REGISTR
                    AND stay.A2_YEAR_HOSP_IN - p.A1_YEAR_BIRTH >= 18)
        AND EXISTS (FROM '{folder}/DIAGNOSE.parquet' AS d WHERE d.CODE_AGR = stay.CODE_AGR AND d.STAYNUM = stay.STAYNUM
                    AND d.YEAR_REGISTR = stay.YEAR_REGISTR AND d.PERIOD_REGISTR = stay.PERIOD_REGISTR
                    AND list_bool_or([starts_with(replace(d.CODE_DIAGNOSE, '.', ''), replace(c, '.', ''))
                                      FOR c IN $codes]))""",
        params={"hospitals": hospitals, "codes": codes},
    ).fetchone()
    assert asked is not None and asked[0] > 100
    assert (found.rows, found.persons, found.per_hospital, found.of) == (*asked, True, made.persons)


def test_enriched_data_say_nothing_of_sizes(whole: Whole, repo_root: Path, tmp_path: Path) -> None:
    with pytest.raises(WorkbenchError, match="more of what stroke-care looks for than is sourced"):
        population_size("stroke-care", whole.data, repo_root / "catalog")
    with pytest.raises(WorkbenchError, match="holds no finished data"):
        population_size("stroke-care", tmp_path, repo_root / "catalog")


def test_what_is_written_is_read_back(whole: Whole, tmp_path: Path) -> None:
    from dataclasses import replace

    from workbench.documents.dossier import Estimate, read_estimate

    study = replace(whole.flow.study, path=tmp_path / "study.yaml")
    flow = replace(whole.flow, study=study)
    for found in (
        Estimate(rows=5, persons=None, of=10, seed=1, version="3"),
        Estimate(rows=5, persons=4, per_hospital=True, of=10, seed=1, version="3"),
    ):
        assert write_size(flow, found).name == "estimate.yaml"
        assert read_estimate(flow, tmp_path) == found
