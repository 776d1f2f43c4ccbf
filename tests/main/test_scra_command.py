"""`workbench scra` without a run: what to expect of a study, and wrong use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.main.conftest import Command


def test_before_there_are_data_it_says_what_to_expect(workbench: Command, tmp_path: Path) -> None:
    """Birth year and sex of the insured (21/194, paragraph 31): with eleven million nobody is alone."""
    found = workbench("scra", "breast-clinics", "--out", str(tmp_path), "--lang", "nl")
    assert (found.returncode, found.stderr) == (0, "")
    assert "Expected for 11,521,238 inhabitants by PP0015, PP0020" in found.stdout
    told = (tmp_path / "scra.nl.md").read_text(encoding="utf-8")
    assert "Wat vooraf te verwachten is" in told and "geen publieke numerieke drempel" in told
    assert workbench("scra", "breast-clinics", "--out", str(tmp_path), "--to", "docx").returncode == 0
    assert (tmp_path / "scra.en.docx").read_bytes().startswith(b"PK")


def test_what_has_no_known_distribution_is_named(workbench: Command) -> None:
    found = json.loads(workbench("scra", "operating-theatre", "--format", "json").stdout)
    assert found["covered"] == ["CODE_AGR", "A2_CODE_SEX"] and found["expected"] is None
    assert set(found["missing"]) == {"LeeftijdsklasseOpname", "A2_CODE_STAT_INSURANCE", "A2_YEAR_HOSP_IN"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere",), "nowhere is neither a run folder nor a study"),
        (("catalog",), "catalog is neither a run folder nor a study"),
        (("intego",), "Study intego has no step 'assess_small_cells'"),
        (("catalog", "--merge", "year"), "a variable, = and a step of its ladder"),
    ],
)
def test_wrong_use_is_one_clear_error(workbench: Command, arguments: tuple[str, ...], said: str) -> None:
    found = workbench("scra", *arguments)
    assert found.returncode == 2 and said in found.stderr and "Traceback" not in found.stderr
