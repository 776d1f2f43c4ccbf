"""What was planted is what is found, cell for cell of the totals that the documentation lists."""

from __future__ import annotations

from pathlib import Path

from tests.whole.conftest import Whole
from workbench.catalog.answers import read_answers
from workbench.main import indicators, recovered
from workbench.synth.parameters import read_parameters


def test_stroke_care_gives_back_what_was_planted(whole: Whole, repo_root: Path) -> None:
    root = repo_root / "catalog"
    answers = read_answers("stroke-care", root)
    true = recovered.true_answers(answers, whole.data, whole.flow.catalog, read_parameters(root))
    results = indicators.as_document(whole.flow, whole.computed)["results"]
    found = tuple(recovered.beside(answers, true, results))
    assert {one.verdict for one in found} == {"equal"} and len(found) >= len(whole.flow.study.study.indicators)
    drawn = {one.indicator for one in found if one.drawn is not None}
    assert drawn == set(whole.flow.study.study.indicators) - {"deliveries"}
