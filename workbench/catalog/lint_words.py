"""Checks of the words that lead to entries: synonyms, and the names that documents print."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from workbench.catalog.entries import items
from workbench.catalog.model import Catalog
from workbench.catalog.printed import read_printed_file
from workbench.catalog.source import Loc
from workbench.catalog.words import read_synonyms, tokens
from workbench.errors import Problem


def check_synonyms(catalog: Catalog, root: Path) -> Iterator[Problem]:
    """Terms of synonyms that no entry has: they lead a search nowhere."""
    synonyms, source = read_synonyms(root)
    if source is None:
        return
    found = list(items(catalog))
    refs = {item.ref for item in found}
    named = (text for item in found for place, text in item.texts if place in ("name", "alias", "label"))
    words = {word for text in set(named) for word in tokens(text)}
    for number, synonym in enumerate(synonyms.synonyms):
        for place, term in enumerate(synonym.terms):
            if term not in refs and not words.issuperset(tokens(term)):
                what, why = f"the term '{term}' leads nowhere", "no reference, name or label of the catalogue has it"
                line = source.line(("synonyms", number, "terms", place))
                yield Problem(source.name, line, what, why, "use words of a label, or a reference", "warning")


def check_printed(catalog: Catalog, root: Path) -> Iterator[Problem]:
    """Printed names that are said to stand for a field which is not there."""
    documents, source = read_printed_file(root)
    if source is None:
        return
    refs = {item.ref for item in items(catalog)}
    for number, document in enumerate(documents):
        at: Loc = ("documents", number)
        if document.document not in catalog.documents:
            what, why = f"it names document '{document.document}'", "catalog/documents.yaml does not list it"
            yield source.problem((*at, "document"), what, why, "correct the name, or add what it names")
        for place, dataset in enumerate(document.datasets):
            for row, named in enumerate(dataset.fields):
                for ref in set(named.refs) - refs:
                    what = f"'{named.printed}' is said to stand for '{ref}'"
                    why, todo = "the catalogue has no such field", catalog.hint(ref)
                    yield source.problem((*at, "datasets", place, "fields", row), what, why, todo)
