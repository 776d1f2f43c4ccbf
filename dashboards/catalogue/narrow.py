"""The variables that meet what is asked, in their order, and how many there would be for every value of a facet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboards.catalogue.variables import Span, Variable
from dashboards.catalogue.wanted import FACETS, UNKNOWN, Wanted
from workbench.catalog.search import Hit, Search

_EVERY = 100_000


@dataclass(frozen=True)
class Row:
    """A line of the list: a variable, and the same field in other tables, which need no line of their own."""

    variable: Variable
    twins: tuple[Variable, ...] = ()


@dataclass(frozen=True)
class Found:
    """`variables` meet all that is asked; `counts` are per facet and value; `beside` are tables and code lists."""

    variables: tuple[Variable, ...]
    rows: tuple[Row, ...]
    counts: Mapping[str, Mapping[str, int]]
    beside: tuple[Hit, ...] = ()


def values(variable: Variable, facet: str, span: Span) -> tuple[str, ...]:
    """The values of a variable for a facet: one, or its years."""
    if facet == "year":
        return tuple(map(str, span.years(variable.available))) or (UNKNOWN,)
    if facet == "sensitive":
        return ("yes" if variable.sensitive else "no",)
    return (str({"source": variable.source, "table": variable.place, "role": variable.role}.get(facet, variable.type)),)


def narrow(every: Mapping[str, Variable], wanted: Wanted, search: Search, span: Span, lang: str) -> Found:
    """What is asked, of all variables by reference.

    Values of one facet add up, facets narrow each other. Years narrow each other too: who ticks three years needs a
    variable that is delivered in all three. A count says how many variables there would be with that value, the other
    facets being as they are.
    """
    ordered, beside = _by_words(every, wanted.q, search, lang)
    told = [(one, {facet: values(one, facet, span) for facet in FACETS}) for one in ordered]
    counts: dict[str, Counter[str]] = {facet: Counter() for facet in FACETS}
    kept = []
    for variable, has in told:
        failed = [facet for facet in FACETS if not _meets(wanted, facet, has[facet])]
        if not failed:
            kept.append(variable)
        for facet in FACETS:
            others = [one for one in failed if one != facet]
            if not others and (facet not in failed or facet != "year"):
                counts[facet].update(has[facet])
    return Found(tuple(kept), tuple(_rows(kept, bool(wanted.q))), counts, beside)


def _meets(wanted: Wanted, facet: str, has: Sequence[str]) -> bool:
    chosen = wanted.chosen.get(facet)
    if not chosen:
        return True
    return set(chosen) <= set(has) if facet == "year" else bool(set(chosen) & set(has))


def _by_words(
    every: Mapping[str, Variable], q: str, search: Search, lang: str
) -> tuple[list[Variable], tuple[Hit, ...]]:
    """Best first for a question, else the order of the catalogue."""
    if not q:
        return list(every.values()), ()
    hits = search(q, lang, limit=_EVERY)
    refs = [ref for hit in hits if hit.kind in ("field", "derived") for ref in (hit.ref, *hit.also)]
    return [every[ref] for ref in refs if ref in every], tuple(hit for hit in hits if hit.kind in ("table", "codes"))


def _rows(variables: Sequence[Variable], by_words: bool) -> list[Row]:
    """One line a variable; of a question, one line for a field that stands in many tables."""
    if not by_words:
        return [Row(one) for one in variables]
    groups: dict[str, list[Variable]] = {}
    for one in variables:
        groups.setdefault(one.twin, []).append(one)
    return [Row(first, tuple(others)) for first, *others in groups.values()]
