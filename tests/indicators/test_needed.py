"""What an indicator reads against what its variables say it is for."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.catalog import Catalog, load_catalog
from workbench.dataflow import compile_flow
from workbench.indicators.check import check_indicators
from workbench.indicators.needed import needed
from workbench.study.load import read_study


@pytest.fixture(scope="module")
def catalog(repo_root: Path) -> Catalog:
    return load_catalog(repo_root / "catalog")


def test_a_use_that_nobody_weighed_is_told_at_the_variable(repo_root: Path, tmp_path: Path, catalog: Catalog) -> None:
    text = (repo_root / "catalog/studies/stroke-care/study.yaml").read_text(encoding="utf-8")
    at = text.index("  - ref: mzg.DIAGNOSE.M1_PRESENT_ADM")
    start = text.index("used_by: [", at)
    line = text[start : text.index("]", start) + 1]
    assert "aspiration_pneumonia" in line
    path = tmp_path / "study.yaml"
    path.write_text(text[:start] + line.replace("aspiration_pneumonia, ", "") + text[start + len(line) :], "utf-8")
    file, _ = read_study(str(path), catalog, repo_root / "catalog")
    assert file is not None
    (problem,) = list(check_indicators(file, catalog))
    assert problem.severity == "warning" and "aspiration_pneumonia reads mzg.DIAGNOSE.M1_PRESENT_ADM" in problem.what
    assert problem.line == text[:start].count("\n") + 1 and problem.todo


def test_variables_are_read_by_whom_a_person_would_say(repo_root: Path, catalog: Catalog) -> None:
    file, _ = read_study("stroke-care", catalog, repo_root / "catalog")
    assert file is not None
    read = {one.ref: set(one.read) for one in needed(compile_flow(file, catalog))}
    assert read["mzg.STAYHOSP.A2_CODE_DESTINATE"] == {"anticoagulants", "anticoagulants_tia"}
    assert read["mzg.DIAGNOSE.M1_PRESENT_ADM"] == {
        "aspiration_pneumonia", "urinary_infection", "mortality30", "mortality90",
    }  # fmt: skip
    assert read["ima.HEALTH.SS00050"] == set(), "a quantity that no definition looks at"
    assert list(check_indicators(file, catalog)) == []
