"""A numerator told apart by groups, and classes of several columns together, on patients that one can count by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.indicators.small import CODED, STAY, open_parts
from workbench.catalog import Catalog, load_catalog
from workbench.catalog.indicator import Indicator
from workbench.indicators.compute import make_flags, measured

OWN = {"document": "own", "note": "x"}
LABEL = {"nl": "x", "fr": "x", "en": "x"}
PATIENTS = """
STAYNUM | A2_CODE_SEX | Jaar | A1_YEAR_BIRTH
old     | 1           | 2018 | 1938
young   | 2           | 2018 | 1978
next    | 2           | 2019 | 1979
unknown | -           | 2019 | -
"""
# old: infarction and fibrillation; young: two infarctions; next: bleeding; unknown: nothing listed
DIAGNOSES = """
STAYNUM | CODE_DIAGNOSE
old     | I639
old     | I480
young   | I633
young   | I639
next    | I619
unknown | J189
"""


@pytest.fixture(scope="module")
def catalog(repo_root: Path) -> Catalog:
    return load_catalog(repo_root / "catalog")


def definition(rule: object) -> Indicator:
    strata = [{"id": "cut", "label": LABEL, "columns": ["Jaar", "A2_CODE_SEX"], "ages_from": [0, 65], "cite": OWN}]
    given = {
        "id": "listed", "label": LABEL, "question": LABEL, "direction": "none", "type": "proportion", "cite": OWN,
        "groups_of": "stroke_inclusion", "strata": strata,
        "numerator": {"id": "k", "label": LABEL, "rule": rule, "cite": OWN},
    }  # fmt: skip
    return Indicator.model_validate(given)


def results(catalog: Catalog, folder: Path, one: Indicator) -> dict[tuple[str, str], tuple[float, float | None]]:
    session, parts = open_parts(folder, stay=PATIENTS, diagnosis=DIAGNOSES)
    try:
        flags = make_flags(
            STAY, parts, catalog, (one,), session, lambda _, made: session.register(session.arrow(made)), CODED
        )
        return {
            (result.cell.level, result.statistic): (result.n, result.k)
            for result in measured(flags, catalog, session)
            if result.cell.hospital == "ALL" and not result.cell.year
        }
    finally:
        session.close()


def test_each_group_is_counted_beside_the_whole_denominator(catalog: Catalog, tmp_path: Path) -> None:
    one = definition(
        {"rows": {"part": "diagnosis", "where": [{"column": "CODE_DIAGNOSE", "codes": "stroke_inclusion"}]}}
    )
    found = {what: counted for (level, what), counted in results(catalog, tmp_path, one).items() if not level}
    assert found == {
        "proportion": (4, 3),
        "proportion ischaemic": (4, 2),  # twice in one patient counts once
        "proportion other_cerebrovascular": (4, 0),
        "proportion haemorrhage": (4, 1),
        "proportion tia": (4, 0),
        "proportion atrial_fibrillation": (4, 1),
    }


def test_a_number_of_rows_and_a_negation_hold_within_the_group(catalog: Catalog, tmp_path: Path) -> None:
    """Two rows of the list in `old` are one of each group; what is not there is not there in that group."""
    where = {"part": "diagnosis", "where": [{"column": "CODE_DIAGNOSE", "codes": "stroke_inclusion"}]}
    twice = results(catalog, tmp_path, definition({"rows": where, "at_least": 2}))
    assert (twice["", "proportion"], twice["", "proportion ischaemic"]) == ((4, 2), (4, 1))
    none = results(catalog, tmp_path, definition({"none_of": [{"rows": where}]}))
    assert (none["", "proportion"], none["", "proportion haemorrhage"]) == ((4, 1), (4, 3))


def test_a_class_of_several_columns_has_every_combination_that_occurs(catalog: Catalog, tmp_path: Path) -> None:
    one = definition(
        {"rows": {"part": "diagnosis", "where": [{"column": "CODE_DIAGNOSE", "codes": "stroke_inclusion"}]}}
    )
    found = {
        level: counted for (level, what), counted in results(catalog, tmp_path, one).items() if what == "proportion"
    }
    assert found == {
        "": (4, 3), "2018 1 65+": (1, 1), "2018 2 0-64": (1, 1), "2019 2 0-64": (1, 1), "2019 unknown unknown": (1, 0),
    }  # fmt: skip
