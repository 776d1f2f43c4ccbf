"""A reader takes any field named in the five documents, by its printed name, and lands on the official field."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from workbench.catalog import Catalog, load_catalog
from workbench.catalog.printed import PrintedName, read_printed_names
from workbench.catalog.search import Search, open_search

# Named fields per document, counted on the text; those without an official field are listed with their reason.
NAMED = {"20/284": 184, "21/194": 262, "21/104": 158, "intego-healthstat": 6, "ima-microdata": 3}


@pytest.fixture(scope="module")
def catalog(repo_root: Path) -> Catalog:
    return load_catalog(repo_root / "catalog")


@pytest.fixture(scope="module")
def names(repo_root: Path) -> tuple[PrintedName, ...]:
    return read_printed_names(repo_root / "catalog")


@pytest.fixture(scope="module")
def search(repo_root: Path, catalog: Catalog) -> Search:
    return open_search(catalog, repo_root / "catalog")


def test_every_named_field_stands_in_the_list(names: tuple[PrintedName, ...]) -> None:
    assert Counter(name.document for name in names) == NAMED


def test_every_name_leads_to_something_that_exists_or_says_why_not(
    catalog: Catalog, names: tuple[PrintedName, ...]
) -> None:
    for name in names:
        assert bool(name.refs) != bool(name.unknown), name
        for ref in name.refs:
            source, _, field = ref.partition(".")
            assert field in catalog.derived if source == "derived" else catalog.field(ref), name
    assert sum(1 for name in names if name.unknown) <= 1


def test_the_printed_name_finds_the_official_field(names: tuple[PrintedName, ...], search: Search) -> None:
    """Within ten hits always; within three but for names that stand in many tables (CODE_AGR, PATNUM, INSZ)."""
    missed, late = [], 0
    for name in names:
        if name.refs:
            hits = [{hit.ref, *hit.also} for hit in search(name.printed, "nl", limit=10)]
            at = next((place for place, found in enumerate(hits) if found & set(name.refs)), None)
            late += at is None or at >= 3
            if at is None:
                missed.append((name.document, name.line, name.printed, name.refs))
    assert missed == []
    assert late <= len(names) * 0.02


@pytest.mark.parametrize(
    ("typed", "official"),
    [
        ("A2_DESTINATE", "mzg.STAYHOSP.A2_CODE_DESTINATE"),
        ("a2_hospstype_fac", "mzg.STAYHOSP.A2_HOSPTYPE_FAC"),
        ("HER2_ICH", "bcr.TUMOUR.HER2_IHC"),
        ("A2_CODE_SYS_DIAG_VE RIF_ADM", "mzg.STAYHOSP.A2_CODE_SYS_DIAG_VERIF_ADM"),
    ],
)
def test_misprints_and_broken_lines_land_on_the_official_field(typed: str, official: str, search: Search) -> None:
    assert search(typed, "en", limit=1)[0].ref == official
