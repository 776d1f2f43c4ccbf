"""What marginals lead to expect: the files added up by hand, and chance itself drawn many times."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from tests.disclosure.microdata.conftest import Engine
from tests.disclosure.microdata.test_generalise import variable
from workbench.catalog.model import Catalog
from workbench.disclosure.microdata.population import Frame, expected, frame, population_risk


def test_the_frame_is_the_file_added_up(catalog: Catalog, repo_root: Path) -> None:
    known = frame([variable("y", "birth_year"), variable("s", "sex")], catalog, repo_root / "catalog")
    with (repo_root / "catalog/synth/population_2021_province_sex_age5.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert known.persons == sum(int(row["POPULATION"]) for row in rows) and known.of_residents
    women = sum(int(row["POPULATION"]) for row in rows if row["SEX"] == "F" and row["AGE5"] == "30-34")
    cell = (known.columns["s"] == "2") & (known.columns["y"] >= 1986) & (known.columns["y"] <= 1990)
    assert cell.sum() == 5 and known.share[cell].sum() * known.persons == pytest.approx(women)
    assert known.share.sum() == pytest.approx(1)


def test_what_no_marginal_has_is_named_and_marginals_are_independent(catalog: Catalog, repo_root: Path) -> None:
    asked = [variable("s", "sex"), variable("h", "hospital"), variable("z", "insurance_status")]
    known = frame(asked, catalog, repo_root / "catalog")
    assert (known.covered, known.missing, known.of_residents) == (("s", "h"), ("z",), False)
    for column in ("s", "h"):
        alone = frame([one for one in asked if one.name == column], catalog, repo_root / "catalog")
        for value, share in zip(alone.columns[column], alone.share, strict=True):
            assert known.share[known.columns[column] == value].sum() == pytest.approx(share)


def test_the_expected_numbers_are_those_that_chance_gives() -> None:
    share = np.array([0.5, 0.3, 0.1, 0.05, 0.03, 0.02])
    known = Frame({}, share, 0, (), (), ())
    found = expected(known, 40, 3)
    drawn = np.random.default_rng(7).multinomial(40, share, size=200_000)
    assert found.classes == pytest.approx((drawn > 0).sum(axis=1).mean(), abs=0.01)
    assert found.uniques == pytest.approx((drawn == 1).sum(axis=1).mean(), abs=0.01)
    assert found.below == pytest.approx(np.where(drawn < 3, drawn, 0).sum(axis=1).mean(), abs=0.02)


def test_the_risk_in_the_population_is_one_over_who_shares_the_values(engine: Engine) -> None:
    known = Frame({"s": np.array(["1", "2"])}, np.array([0.75, 0.25]), 400, ("s",), (), ())
    rows = engine.table([{"s": "1"}, {"s": "2"}, {"s": "9"}])
    mean, most = population_risk(rows, known, 400)
    numbers = engine.table([{"s": 1}, {"s": 2}, {"s": 9}])  # a source may write a code as a number
    assert population_risk(numbers, known, 400) == pytest.approx((mean, most))
    assert mean == pytest.approx((1 / 300 + 1 / 100 + 1) / 3) and most == 1.0, "who is in no cell counts as certain"
