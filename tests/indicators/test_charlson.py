"""Charlson scores against codes and points read by hand from the printed table of deliberation 20/284."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.indicators.small import STAY, open_parts
from workbench.catalog import load_catalog
from workbench.catalog.model import Catalog
from workbench.dataflow.codes import undotted
from workbench.indicators.charlson import charlson_scores, groups_of, score_of

# code (undotted) -> printed row; 0 = in no row that counts (bracketed, the condition studied, or absent)
BY_HAND = {
    "I2101": 1, "I252": 1, "I099": 0, "I110": 2, "I425": 2, "I427": 2, "I429": 2, "I420": 2, "I421": 0, "I5020": 2,
    "I7000": 3, "I739": 3, "I732": 0, "I791": 3, "I798": 3, "Z959": 3, "I639": 0, "G459": 0, "Z8673": 0,
    "F0390": 5, "F04": 0, "G301": 5, "R54": 5, "G132": 0, "J449": 6, "I2781": 0, "J684": 6, "J685": 0,
    "M0500": 7, "M332": 7, "K259": 8, "K289": 8, "B182": 9, "K7030": 9, "K704": 15, "E119": 10, "E1140": 12,
    "E1370": 0, "E142": 0, "G041": 13, "G8190": 13, "G800": 0, "N182": 11, "N185": 16, "I129": 0, "Z992": 16,
    "C50911": 14, "C61": 14, "C449": 0, "C801": 18, "C7951": 18, "I8500": 15, "I859": 0, "B20": 17, "Z66": 0, "I10": 0,
}  # fmt: skip


@pytest.fixture(scope="module")
def catalog(repo_root: Path) -> Catalog:
    return load_catalog(repo_root / "catalog")


@pytest.mark.parametrize(("code", "row"), BY_HAND.items())
def test_codes_fall_in_the_printed_row(catalog: Catalog, code: str, row: int) -> None:
    found = groups_of(code, catalog.codes["charlson"])
    assert (row in found) if row else found == (), f"{code}: {found}"


@pytest.mark.parametrize(
    ("groups", "points"),
    [
        (set(), 0), ({1}, 1), ({1, 2, 5}, 3), ({10}, 1), ({12}, 2), ({10, 12}, 2), ({9, 15}, 3), ({11, 16}, 3),
        ({14}, 2), ({14, 18}, 6), ({17}, 3), ({17, 19}, 6), ({19}, 0), ({13, 6}, 3),
    ],
)  # fmt: skip
def test_points_follow_the_printed_scores_and_the_graver_group(catalog: Catalog, groups: set[int], points: int) -> None:
    assert score_of(frozenset(groups), catalog.codes["charlson_groups"]) == points


def test_a_stay_counts_each_group_once_and_only_what_was_there_on_admission(catalog: Catalog, tmp_path: Path) -> None:
    diagnoses = """
        STAYNUM | TYPE_DIAGNOSE | CODE_DIAGNOSE | M1_PRESENT_ADM | M1_CODE_CERT
        a       | P             | I639          | Y              | C
        a       | S             | E119          | Y              | C
        a       | S             | E1165         | Y              | C
        a       | S             | I252          | Y              | C
        b       | S             | I252          | N              | C
        b       | S             | J449          | Y              | P
        c       | P             | I252          | Y              | C
        d       | S             | C7951         | Y              | C
        d       | S             | C50911        | Y              | C"""
    session, parts = open_parts(tmp_path, diagnosis=diagnoses)
    try:
        found = session.arrow(charlson_scores(parts["diagnosis"], catalog, session, STAY.key)).to_pylist()
    finally:
        session.close()
    assert {row["STAYNUM"]: row["charlson"] for row in found} == {"a": 2, "d": 6}


def patients(repo_root: Path) -> list[tuple[list[str], int, str]]:
    text = (repo_root / "tests/indicators/charlson_patients.txt").read_text(encoding="utf-8")
    cells = [[cell.strip() for cell in line.split("|")] for line in text.splitlines() if not line.startswith("#")]
    return [(codes.split(), int(points), why) for codes, points, why in cells]


def test_a_hundred_patients_have_the_points_of_the_printed_table(
    catalog: Catalog, tmp_path: Path, repo_root: Path
) -> None:
    hundred = patients(repo_root)
    assert len(hundred) == 100
    lines = [f"p{n} | S | {code}" for n, (codes, _, _) in enumerate(hundred) for code in codes]
    session, parts = open_parts(tmp_path, diagnosis="\n".join(["STAYNUM | TYPE_DIAGNOSE | CODE_DIAGNOSE", *lines]))
    try:
        found = session.arrow(charlson_scores(parts["diagnosis"], catalog, session, STAY.key)).to_pylist()
    finally:
        session.close()
    scored = {row["STAYNUM"]: row["charlson"] for row in found}
    wrong = [(why, points, scored.get(f"p{n}", 0)) for n, (_, points, why) in enumerate(hundred)
             if scored.get(f"p{n}", 0) != points]  # fmt: skip
    assert wrong == []


def test_the_hundred_patients_touch_every_printed_code_and_both_ends_of_every_range(
    catalog: Catalog, repo_root: Path
) -> None:
    used = {code for codes, _, _ in patients(repo_root) for code in codes}
    for entry in catalog.codes["charlson"].entries:
        ends = [undotted(one) for one in (entry.code, entry.from_code, entry.to_code) if one]
        untouched = [end for end in ends if not any(code.startswith(end) for code in used)]
        assert untouched == [], entry
