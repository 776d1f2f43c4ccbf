"""The number of synthetic persons that a population selects, against rows that are counted by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from workbench.drafts.counted import Counts
from workbench.main.counting import answers
from workbench.main.runs import synthesise

LABEL = {"nl": "a", "fr": "a", "en": "a"}
CITE = {"document": "own"}
YEARS = {"id": "years", "field": "mzg.STAYHOSP.A2_YEAR_HOSP_OUT", "between": [2018, 2018], "cite": CITE}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, repo_root: Path) -> Path:
    folder = tmp_path_factory.mktemp("count") / "data"
    synthesise(folder, 1_000, 3, None, repo_root / "catalog")
    return folder


def population(*criteria: Any, unit: str = "mzg.STAYHOSP") -> dict[str, Any]:
    return {"label": LABEL, "unit": unit, "criteria": list(criteria)}


def test_counts_are_those_of_the_rows(data: Path, repo_root: Path) -> None:
    """Counted again row by row, in Python: stays of 2018, and the people behind their patient numbers."""
    (line,) = answers([json.dumps(population(YEARS))], data, repo_root / "catalog")
    found = json.loads(line)
    hospitals = data / "parties" / "hospitals"
    stays = pq.read_table(hospitals / "STAYHOSP.parquet", columns=["PATNUM", "A2_YEAR_HOSP_OUT"]).to_pylist()
    people = {row["PATNUM"]: row["INSZ"] for row in pq.read_table(hospitals / "PATIENT.parquet").to_pylist()}
    chosen = [row for row in stays if row["A2_YEAR_HOSP_OUT"] == 2018]
    assert found["of"] == 1_000
    assert found["units"] == [len(stays), len(chosen)] and 0 < len(chosen) < len(stays)
    assert found["persons"] == [len({people[row["PATNUM"]] for row in rows}) for rows in (stays, chosen)]


def test_a_wrong_population_is_answered_and_the_next_one_too(data: Path, repo_root: Path) -> None:
    asked = ["{", "[]", population(unit="mzg.NONE"), population(unit="selfreg.STROKE_2020"),
             population({**YEARS, "field": "mzg.STAYHOSP.NONE"}), population(YEARS)]  # fmt: skip
    lines = [one if isinstance(one, str) else json.dumps(one) for one in asked]
    made = [json.loads(line) for line in answers(lines, data, repo_root / "catalog")]
    assert ["error" in one for one in made] == [True, True, True, True, True, False]
    assert made[2]["error"] == "table 'mzg.NONE' does not exist"
    assert made[3]["error"] == "the synthetic data have no table selfreg.STROKE_2020"


def test_another_process_counts_and_is_started_again_when_it_died(data: Path, repo_root: Path) -> None:
    counts = Counts(data, repo_root / "catalog")
    try:
        first = counts.ask(population(YEARS))
        assert first.of == 1_000 and first.error == ""
        assert counts._process is not None
        counts._process.kill()
        counts._process.wait()
        assert counts.ask(population(YEARS)) == first
        assert counts.ask({"unit": 1}).error, "what is no population gets a sentence"
    finally:
        counts.close()


def test_without_data_the_answer_says_how_to_make_them(tmp_path: Path, repo_root: Path) -> None:
    assert not Counts(tmp_path, repo_root / "catalog").possible
    (line,) = answers([json.dumps(population())], tmp_path, repo_root / "catalog")
    assert "workbench synth" in json.loads(line)["error"]
