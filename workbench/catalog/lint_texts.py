"""Checks of what every entry has: labels that say something, and a source that can be looked up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from workbench.catalog.base import LANGUAGES, Cite, Label
from workbench.catalog.model import Catalog
from workbench.catalog.source import Loc
from workbench.errors import Severity

# Filled in to please a form: only signs, or a word that promises a label.
FILLER = re.compile(r"\W*|tb[cdaf]|to ?do|n/?a|nvt|n\.v\.t\.|xx+|label|naam|name|nom|test|dummy|lorem.*", re.I)
SEVERAL = 4  # words from which on equal texts in three languages are no coincidence


class Finding(NamedTuple):
    """One thing found at a place within an entry."""

    loc: Loc
    what: str
    why: str
    todo: str
    severity: Severity = "error"


def check_label(label: Label, at: Loc, name: str = "") -> Iterator[Finding]:
    """A label in each language, that is no filler, not the name again, and not one text three times."""
    for lang in LANGUAGES:
        text = label[lang].strip()
        if FILLER.fullmatch(text):
            why, todo = "it says nothing", f"write what it means, in {lang}"
            yield Finding((*at, lang), f"the label in {lang} is '{text}'", why, todo)
    texts = {label[lang].strip().casefold() for lang in LANGUAGES}
    if len(texts) == 1 and name and texts == {name.strip().casefold()}:
        why, todo = "who does not know the name learns nothing", "say what it means, or that it is not known"
        yield Finding(at, f"the label of '{name}' is its name", why, todo, "warning")
    elif len(texts) == 1 and len(label.nl.split()) >= SEVERAL:
        why, todo = "it was probably not translated", "translate it"
        yield Finding(at, f"the label '{label.nl}' is the same in all languages", why, todo, "warning")


def check_source(cite: Cite, at: Loc, catalog: Catalog) -> Iterator[Finding]:
    """A source names a place in its document: a line, a key or a note, unless the document has an address."""
    document = catalog.documents.get(cite.document)
    if cite.line is not None and cite.line < 1:
        why, todo = "lines count from 1", "give the line that states it"
        yield Finding((*at, "line"), f"the source names line {cite.line}", why, todo)
    elif not (cite.line or cite.key or cite.note or (document and document.address)):
        why = "the fact cannot be looked up there"
        todo = "add the line, the key or a note"
        yield Finding(at, f"the source names document '{cite.document}' and no place in it", why, todo, "warning")
