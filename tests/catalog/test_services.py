"""The IMA's services as data: what the description says, at its line, and references that lead somewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.catalog.small import write
from workbench.catalog import Catalog, load_catalog
from workbench.catalog.lint import check
from workbench.catalog.load import read_catalog

SERVICES = """\
services:
  - id: access
    label: {nl: toegang, fr: accès, en: access}
    party: hospitals
    kind: access
    rules:
      - id: subset
        label: {nl: alleen delen, fr: des parties seulement, en: parts only}
        cite: {document: guide, line: 1}
    cite: {document: guide, line: 1}
  - id: raw
    label: {nl: ruwe gegevens, fr: données brutes, en: raw data}
    party: hospitals
    kind: support
    under: access
    cite: {document: guide, line: 2}
"""
# Line of each step and rule, read on the text.
RAW, DERIVED = [*range(9, 20)], [*range(26, 34)]
ACCESS = {"permission": 1, "subset": 1, "physician": 1, "project-room": 1, "remote-access": 36, "data-stay": 36}


@pytest.fixture(scope="module")
def catalog(repo_root: Path) -> Catalog:
    return load_catalog(repo_root / "catalog")


def test_the_party_ima_has_the_services_of_the_text(catalog: Catalog) -> None:
    services = catalog.services
    assert all(one.party == "ima" and name in str(catalog.parties["ima"].note) for name, one in services.items())
    assert [fact.cite.line for fact in services["ima-raw-data"].steps] == RAW
    assert [fact.cite.line for fact in services["ima-derived-data"].steps] == DERIVED
    rules = {fact.id: fact.cite.line for fact in services["ima-access"].rules}
    assert ACCESS.items() <= rules.items()
    assert {services[name].under for name in ("ima-raw-data", "ima-derived-data")} == {"ima-access"}
    assert {fact.cite.document for one in services.values() for fact in (*one.rules, *one.steps)} == {"ima-microdata"}


def test_services_of_the_catalogue_are_in_order(repo_root: Path) -> None:
    assert [str(one) for one in check(repo_root / "catalog")[1] if one.file.endswith("services.yaml")] == []


def test_a_catalogue_without_services_is_one_too(tmp_path: Path) -> None:
    assert load_catalog(write(tmp_path / "catalog")).services == {}


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("under: access", "under: acces", 15, "acces"),
        ("under: access", "under: raw", 15, "raw"),
        ("party: hospitals\n    kind: support", "party: nobody\n    kind: support", 13, "nobody"),
        ("cite: {document: guide, line: 2}", "cite: {document: giude, line: 2}", 16, "giude"),
        ("kind: support", "kind: help", 14, "help"),
        ("en: parts only", "en: tbd", 8, "tbd"),
    ],
)
def test_what_is_wrong_is_told_at_its_line(tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    root = write(tmp_path / "catalog")
    (root / "services.yaml").write_text(SERVICES, encoding="utf-8")
    assert check(root)[1] == []
    assert old in SERVICES
    (root / "services.yaml").write_text(SERVICES.replace(old, new, 1), encoding="utf-8")
    assert any((one.line, one.file) == (line, "catalog/services.yaml") and said in str(one) for one in check(root)[1])


@pytest.mark.parametrize(
    ("more", "line", "said"),
    [
        ("    inputs: [lab.STAY.WAIT, lab.STAY.WIAT]\n", 9, "lab.STAY.WIAT"),
        ("    inputs: [derived.LOS]\n", 9, "derived.LOS"),
        ("    parameters: {codes: ages}\n", 9, "ages"),
        ("    parameters: {class_codes: ages}\n", 9, "ages"),
        ("    definition: {nl: een, fr: un}\n", 9, "en"),
    ],
)
def test_a_derived_variable_reads_what_exists(tmp_path: Path, more: str, line: int, said: str) -> None:
    root = write(tmp_path / "catalog")
    file = root / "derived.yaml"
    file.write_text(file.read_text(encoding="utf-8") + more, encoding="utf-8")
    (problem,) = read_catalog(root)[1]
    assert (problem.file, problem.line) == ("catalog/derived.yaml", line) and said in str(problem)
