"""The rules know no document: no id, name or number of one of them stands in their text."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import workbench.study.lint as lint_package
from workbench.catalog.model import Catalog
from workbench.study.lint.facts import read_facts
from workbench.study.lint.fields import CODE
from workbench.study.printed_load import load_printed

FOLDER = Path(lint_package.__file__).parent
# Words that a document uses for a field or party, and that are words of the language or ids of code systems as well.
ORDINARY = frozenset({"age", "sex", "days", "year", "month", "day", "hospital", "public", "researchers", "icd10"})


def _constants(path: Path) -> set[str]:
    """The texts of a module that are not its documentation."""
    tree = ast.parse(path.read_text("utf-8"))
    documented = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in documented
    }


@pytest.fixture(scope="module")
def forbidden(root: Path, catalog: Catalog) -> set[str]:
    """Names of documents, studies, parties, datasets, lists and fields, as printed and as the registers have them."""
    names = set(catalog.documents) - {"own"}
    for path in root.glob("studies/*/printed.yaml"):
        printed = load_printed(path.parent.name, catalog, root).printed
        names |= {printed.document, printed.study}
        names |= {party.name for party in printed.parties} | {domain.name for domain in printed.domains}
        names |= {dataset.name for dataset in printed.datasets} | {codes.name for codes in printed.code_lists}
        for column in (column for dataset in printed.datasets for column in dataset.columns):
            names |= {column.name, *column.fields}
    codes = {field.name for table in catalog.tables.values() for field in table.fields if CODE.fullmatch(field.name)}
    return names - ORDINARY | {name for name in codes if not name.islower() and not name.istitle()}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_a_rule_names_no_document_party_dataset_or_field(path: Path, forbidden: set[str]) -> None:
    words = {word for text in _constants(path) for word in (text, *re.findall(r"[\w/.-]+", text))}
    assert words & forbidden == set()


def test_facts_name_no_document_as_their_subject(root: Path) -> None:
    facts = read_facts(root)
    assert {one.source for one in facts.coding_years} == {"mzg"}
    assert facts.system("ICD-10-BE") == facts.system("icd10") == "icd10"
    assert facts.system("ICD-9-M") is None


def test_a_catalogue_without_facts_has_none(tmp_path: Path) -> None:
    assert read_facts(tmp_path).code_systems == ()
