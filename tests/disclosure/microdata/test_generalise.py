"""Ladders of the catalogue: each step is a class of the one before, on every value that the catalogue knows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.disclosure.microdata import brute
from tests.disclosure.microdata.conftest import Engine
from workbench.catalog.model import Catalog
from workbench.disclosure.microdata import Variable, WhatIf, measure, what_if
from workbench.disclosure.microdata.analysis import suggest
from workbench.disclosure.microdata.generalise import Ladder, losses, told
from workbench.disclosure.microdata.policy import microdata_policy
from workbench.errors import WorkbenchError

VALUES: dict[str, list[object]] = {
    "birth-year": list(range(1915, 2021)),
    "age": list(range(0, 105)),
    "interval": list(range(0, 200)),
    "day": [date(2017, 1, 1) + timedelta(days=n) for n in range(800)],
    "year-of-event": [2016, 2017, 2018],
    "removable": ["1", "2", "3"],
}


def values(id_: str, catalog: Catalog) -> list[object]:
    """Values of a ladder's variable: of the lists above, else the codes that its steps look up."""
    if id_ in VALUES:
        return VALUES[id_]
    step = catalog.knowledge.generalisations[id_].steps[0]
    codes = [one.code or "" for one in catalog.codes[step.codes or ""].entries]
    if id_ == "municipality":
        return [code[:2] + place for code in codes for place in ("001", "057")]
    return [f"710{code}52" for code in codes] if step.of else list(codes)


def test_every_step_is_a_class_of_the_one_before(engine: Engine, catalog: Catalog) -> None:
    assert len(catalog.knowledge.generalisations) >= 10
    for id_, source in catalog.knowledge.generalisations.items():
        rows = engine.table([{"v": value} for value in values(id_, catalog)])
        ladder = Ladder("v", source)
        before = [str(one) for one in rows.to_pyarrow()["v"].to_pylist()]
        for level in range(1, ladder.top + 1):
            now = told(rows, [ladder], {"v": level}, catalog).to_pyarrow()["v"].to_pylist()
            assert source.steps[level - 1].withhold or None not in now, f"{id_}: a value that no step knows"
            pairs = set(zip(before, map(str, now), strict=True))
            assert len(pairs) == len(set(before)), f"{id_}: step {level} splits a class of the step before"
            coarser = len(set(now)) < len(set(before)) or id_ == "postcode"  # the synthetic data know one per district
            assert coarser, f"{id_}: step {level} changes nothing"
            before = [str(one) for one in now]
        lost = losses(rows, [ladder], catalog)["v"]
        assert list(lost) == sorted(lost) and lost[0] == 0 and lost[-1] == pytest.approx(1)


def variable(name: str, tells: str, number: bool = False) -> Variable:
    return Variable(name, "quasi_identifier", None, (tells,), (), None, number, True)


ROWS: list[brute.Row] = [
    {"year": 1940 + number, "sex": "1" if number % 2 else "2", "who": number} for number in range(20)
]


def test_what_merging_saves_is_known_before_it_is_decided(engine: Engine, catalog: Catalog) -> None:
    named = [variable("year", "birth_year", True), variable("sex", "sex")]
    found = what_if(engine.table(ROWS), named, {"year": "ten"}, 5, catalog, "who")
    assert (found.before.below, found.after.below, found.saved) == (20, 0, 20)
    assert found.after.classes == 4 and found.lost["year"] == pytest.approx(1 - 1 / 4.321928094887363)
    assert "20 records saved" in found._repr_html_()


@pytest.mark.parametrize(
    ("merged", "said"),
    [
        ({"year": "century"}, "year has no step 'century'. Its ladder 'birth-year' has five, ten, twenty, withheld."),
        (
            {"nobody": "five"},
            "'nobody' cannot be merged: it is counted in no class, or has no ladder. Give year (five, ten",
        ),
    ],
)
def test_a_wrong_merge_says_what_there_is(engine: Engine, catalog: Catalog, merged: dict[str, str], said: str) -> None:
    with pytest.raises(WorkbenchError, match="year") as caught:
        what_if(engine.table(ROWS), [variable("year", "birth_year", True)], merged, 5, catalog)
    assert said in str(caught.value)


def test_the_suggestion_is_the_least_that_suffices(engine: Engine, catalog: Catalog) -> None:
    """Twenty years apart, ten of each sex: classes of ten keep five of each; leaving out the sex does not do."""
    named = [variable("year", "birth_year", True), variable("sex", "sex")]
    policy = microdata_policy(catalog, "small-cells")
    found = suggest(engine.table(ROWS), named, None, policy, catalog)
    assert found.steps == {"year": "ten", "sex": None} and found.classes.below == 0 and found.found.best


def test_what_merging_would_save_is_shown_as_text_whatever_a_name_holds() -> None:
    evil = "<img src=x onerror=alert(1)>"
    classes = measure.Classes(records=10, classes=4, k=1, uniques=2, below=6, threshold=5, sizes=())
    html = WhatIf({evil: evil}, classes, classes, {evil: 0.5})._repr_html_()
    assert "<img" not in html and html.count("&lt;img") == 3, "both in the title, the name again in its row"
    assert "50%" in html and "records saved" in html
