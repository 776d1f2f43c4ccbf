"""The report for the committee: what was at risk, by whom, why, what was done, and what that cost in detail lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from workbench.catalog.texts import Texts, read_texts
from workbench.disclosure.microdata import sections
from workbench.disclosure.microdata.cost import cost
from workbench.disclosure.microdata.policy import MicrodataPolicy
from workbench.disclosure.microdata.results import Analysis, Theory
from workbench.disclosure.microdata.roles import Variable
from workbench.disclosure.microdata.sections import Told
from workbench.paper.blocks import Block, Document

FOLDER = Path(__file__).parent / "locale"


def report(told: Told, found: Analysis, lang: str) -> Document:
    """The report on a table of persons."""
    t = read_texts(FOLDER, lang)
    return _document(told, blocks(told, found, lang), t)


def expectation(
    told: Told, variables: Sequence[Variable], policy: MicrodataPolicy, theory: Theory, lang: str
) -> Document:
    """The report of the theoretical analysis, before there are data."""
    t = read_texts(FOLDER, lang)
    parts = [*sections.variables(variables, t), *sections.theory(theory, t), *sections.limits(policy, t, False)]
    return _document(told, parts, t)


def blocks(told: Told, found: Analysis, lang: str) -> Iterator[Block]:
    """The report, block by block."""
    t = read_texts(FOLDER, lang)
    yield from sections.verdict(found, t)
    yield from sections.variables(found.variables, t)
    yield from sections.risk(found, t)
    yield from sections.who(told, found.scenarios, t)
    yield from sections.why(found, t)
    yield from sections.sensitive(found, t)
    yield from sections.population(found, t)
    yield from cost(found, told.adaptation[lang] if told.adaptation else None, t)
    yield from sections.theory(found.theory, t)
    yield from sections.limits(found.policy, t, found.done is not None)


def _document(told: Told, parts: Iterable[Block], t: Texts) -> Document:
    """A report is short: its heads are its contents."""
    return Document(t.lang, t("title"), told.title[t.lang], sections.about(told, t), "", t("page"), tuple(parts))
