"""What was planted beside what is found: verdicts by hand, and answers for every indicator."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from workbench.catalog import load_catalog
from workbench.catalog.answers import Answer, Answers, answered, read_answers
from workbench.errors import Problems, WorkbenchError
from workbench.main import recovered
from workbench.study import load_study
from workbench.synth.parameters import read_parameters

WITHIN = {"low": 0.2, "high": 0.4}


@pytest.mark.parametrize(
    ("true", "found", "verdict"),
    [
        ((20, 0.3, 0.31), {"n": 20, "value": 0.3, **WITHIN}, "equal"),
        ((20, 0.3, 0.31), {"n": 21, "value": 0.3, **WITHIN}, "DIFFERS"),
        ((20, 0.3, 0.31), {"n": 20, "value": 0.35, **WITHIN}, "DIFFERS"),
        ((20, None, 0.31), {"n": 20, "value": 0.3, **WITHIN}, "interval holds it"),
        ((20, None, 0.41), {"n": 20, "value": 0.3, **WITHIN}, "outside interval"),
        ((20, None, None), {"n": 20, "value": 0.3, **WITHIN}, "DIFFERS"),
        ((20, 0.3, None), {}, "MISSING"),
        ((0, None, None), {}, "nobody"),
    ],
)
def test_a_verdict_by_hand(true: tuple[Any, ...], found: dict[str, float], verdict: str) -> None:
    answer = Answer(indicator="ivt", of="episodes", among="true", counted="lysed")
    key = {"indicator": "ivt", "statistic": "proportion", "stratum": "", "level": "", "hospital": "ALL", "year": 0}
    results = [{**key, **found}] if found else [{**key, "hospital": "901", "n": 20, "value": 0.3, **WITHIN}]
    (one,) = recovered.beside(Answers(study="s", tables="SELECT 1", answers=(answer,)), [(answer, true)], results)
    assert one.verdict == verdict
    assert one.sound == (verdict not in ("DIFFERS", "MISSING"))


def test_every_indicator_of_a_study_with_answers_has_one(repo_root: Path) -> None:
    root = repo_root / "catalog"
    catalog = load_catalog(root)
    assert {"stroke-care", "breast-clinics", "operating-theatre"} <= set(answered(root))
    for study in answered(root):
        asked = set(load_study(study, catalog, root).study.indicators)
        assert {one.indicator for one in read_answers(study, root).answers} == asked, study


def test_the_page_has_a_row_for_every_answer_and_nothing_differs(repo_root: Path) -> None:
    """The figures themselves are those of the last `workbench indicators recovered --page docs/recovered.md`."""
    page = (repo_root / "docs" / "recovered.md").read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| ")]
    shown = {(row[0].removeprefix("| "), row[1]) for row in rows}
    for study in answered(repo_root / "catalog"):
        for one in read_answers(study, repo_root / "catalog").answers:
            what = f"{one.statistic} of {one.stratum} {one.level}" if one.stratum else one.statistic
            assert (one.indicator, what) in shown, (
                "make it anew: workbench indicators recovered --page docs/recovered.md"
            )
    assert not [row for row in rows if row[-1].removesuffix(" |") in ("DIFFERS", "MISSING")]


def test_codes_and_figures_stand_in_for_their_names(repo_root: Path) -> None:
    root = repo_root / "catalog"
    catalog, parameters = load_catalog(root), read_parameters(root)
    sql = recovered.filled("x IN {codes.theatre_units} AND y < {selfreg.swallowing}", catalog, parameters)
    assert sql == "x IN ('OPR(OP)', 'OPR(RE)', 'DAYMIX') AND y < 0.72"
    assert recovered.filled("{values.cnk.units}", catalog, parameters).startswith("('")
    every, flemish = (
        recovered.filled(f"{{codes.hospitals{part}}}", catalog, parameters) for part in ("", ".flemish_recognised")
    )
    assert 1 < flemish.count("'") < every.count("'")


def test_wrong_answers_are_refused_at_their_line(tmp_path: Path) -> None:
    (tmp_path / "answers").mkdir()
    file = tmp_path / "answers" / "s.yaml"
    file.write_text("study: s\ntables: SELECT 1\nanswers:\n  - {indicator: ivt, of: a}\n", encoding="utf-8")
    with pytest.raises(Problems, match="either 'query', or 'of' and 'among'") as error:
        read_answers("s", tmp_path)
    assert [one.line for one in error.value.problems] == [4]
    with pytest.raises(Problems, match="nobody wrote down what was planted"):
        read_answers("t", tmp_path)
    with pytest.raises(WorkbenchError, match=r"no answers for t. catalog/answers has s"):
        recovered.studies_to_recover(("t",), tmp_path)
    assert recovered.studies_to_recover((), tmp_path) == ("s",)
