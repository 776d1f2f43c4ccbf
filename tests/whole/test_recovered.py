"""What was planted is what is found, and the page of the documentation says so with these very figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.whole.conftest import PERSONS, SEED, Whole
from workbench.catalog.answers import read_answers
from workbench.main import indicators, recovered, recovered_text
from workbench.synth.parameters import read_parameters

pytestmark = pytest.mark.xdist_group("whole")


def test_stroke_care_gives_back_what_was_planted_as_the_page_says(whole: Whole, repo_root: Path) -> None:
    root = repo_root / "catalog"
    answers = read_answers("stroke-care", root)
    true = recovered.true_answers(answers, whole.data, whole.flow.catalog, read_parameters(root))
    results = indicators.as_document(whole.flow, whole.computed)["results"]
    found = tuple(recovered.beside(answers, true, results))
    assert {one.verdict for one in found} == {"equal"} and len(found) == len(whole.flow.study.study.indicators)
    assert all(one.drawn is not None for one in found if one.indicator != "deliveries")
    made = recovered_text.page(found, whole.flow.catalog.indicators, PERSONS, SEED)
    page = (repo_root / "docs" / "recovered.md").read_text(encoding="utf-8")
    head, rows = made.split("\n## stroke-care\n")
    assert head in page and rows in page, "make it anew: workbench indicators recovered --page docs/recovered.md"
