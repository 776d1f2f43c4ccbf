"""Periods: the same everywhere, and within what the sources have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from workbench.catalog.model import Available
from workbench.study.findings import Hit
from workbench.study.lint.known import Known
from workbench.study.lint.registry import rule
from workbench.study.lint.words import listed, years
from workbench.study.lint.years import period_of, periods, span, year
from workbench.study.printed import Printed
from workbench.study.printed_statements import Availability, Period


@rule("period-differs")
def period_differs(paper: Printed, known: Known) -> Iterator[Hit]:
    """One subject is given two periods."""
    said: dict[str, list[Period]] = defaultdict(list)
    for one in paper.statements:
        if isinstance(one, Period):
            said[one.subject or "study"].append(one)
    for subject, given in said.items():
        first = given[0]
        for one in given[1:]:
            if any(a is not None and b is not None and a != b for a, b in _ends(first, one)):
                what = f"the period of {subject} is {_shown(one)} here and {_shown(first)} elsewhere"
                yield Hit(one.line, what, lines=(first.line,))


def _ends(first: Period, other: Period) -> tuple[tuple[int | None, int | None], ...]:
    return (year(first.from_), year(other.from_)), (year(first.to), year(other.to))


def _shown(one: Period) -> str:
    return f"{one.from_ if one.from_ is not None else '...'} to {one.to if one.to is not None else '...'}"


@rule("period-backwards")
def period_backwards(paper: Printed, known: Known) -> Iterator[Hit]:
    """A period ends before it begins."""
    for one in paper.statements:
        found = span(one.from_, one.to) if isinstance(one, Period) else None
        if isinstance(one, Period) and found and found[0] > found[1]:
            yield Hit(one.line, f"the period of {one.subject or 'study'}, {_shown(one)}, ends before it begins")


@rule("years-miscounted")
def years_miscounted(paper: Printed, known: Known) -> Iterator[Hit]:
    """The number of years announced is not that of the period."""
    study = period_of(paper)
    for one in paper.statements:
        if study and one.says == "count" and known.facts.counts_years(one.of) and one.n != study[1] - study[0] + 1:
            stated = tuple(found.line for found in periods(paper, "study"))[:1]
            yield Hit(one.line, f"{one.n} years are announced, {study[0]}-{study[1]} are given", lines=stated)


@rule("source-not-available")
def source_not_available(paper: Printed, known: Known) -> Iterator[Hit]:
    """The document says that a source lacks years of the study."""
    study = period_of(paper)
    said: dict[str, list[Availability]] = defaultdict(list)
    for one in paper.statements:
        if isinstance(one, Availability):
            # What is there in one code system until a year, and in another after it, is one source.
            words = [word for word in one.subject.split() if known.facts.system(word) is None]
            said[" ".join(words).removesuffix(" in") or "the source"].append(one)
    asked = range(study[0], study[1] + 1) if study else range(0)
    for subject, given in said.items():
        lacking = [at for at in asked if not any(_has(one, at) for one in given)]
        if lacking:
            lines = (*(one.line for one in given[1:]), *(one.line for one in periods(paper, "study")[:1]))
            yield Hit(given[0].line, f"{subject} has no data of {years(lacking)}, years of the study", lines=lines)


def _has(one: Availability, at: int) -> bool:
    first, last = year(one.from_), year(one.to)
    return (first is None or at >= first) and (last is None or at <= last)


@rule("register-not-available")
def register_not_available(paper: Printed, known: Known) -> Iterator[Hit]:
    """The catalogue knows that a register lacks years of the study for a table that is asked for."""
    study = period_of(paper)
    if study is None:
        return
    places: dict[tuple[str, tuple[int, ...]], list[tuple[str, int]]] = defaultdict(list)
    for entry in paper.datasets:
        lacking: dict[str, tuple[int, ...]] = {}
        for column in entry.columns if entry.source else ():
            for ref in (ref for name in column.fields for ref in known.refs(name, entry.source)):
                table = known.catalog.tables.get(ref.rpartition(".")[0])
                if table and table.available and table.source == (entry.source or "").lower():
                    lacking[table.ref] = _lacking(table.available, study)
        tables = {ref: found for ref, found in lacking.items() if found}
        # A field that stands in several tables of a register says nothing of the years of one of them.
        own = {ref for ref in tables if ref.rpartition(".")[2] == entry.name} or (
            set(tables) if tables == lacking else set()
        )
        for ref in sorted(own):
            places[ref.partition(".")[0], tables[ref]].append((ref.partition(".")[2], entry.line))
    for (source, gone), found in places.items():
        names, (line, *more) = listed(dict.fromkeys(name for name, _ in found)), dict.fromkeys(at for _, at in found)
        what = f"no data of {years(gone)}, years of the study, in {names} of {source.upper()}"
        yield Hit(line, what, lines=tuple(more))


def _lacking(available: Available, study: tuple[int, int]) -> tuple[int, ...]:
    first, last = available.from_year or study[0], available.to_year or study[1]
    return tuple(at for at in range(study[0], study[1] + 1) if not first <= at <= last or at in available.gaps)
