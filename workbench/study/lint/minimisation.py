"""Minimisation: every variable has a reason, none is finer than its purpose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from workbench.study.findings import Hit
from workbench.study.lint.fields import OPEN_ENDED
from workbench.study.lint.known import Known
from workbench.study.lint.registry import rule
from workbench.study.lint.tale import Tale, analysed, domains
from workbench.study.lint.words import years
from workbench.study.lint.years import period_of, span
from workbench.study.printed import Printed, PrintedColumn
from workbench.study.printed_statements import Period

KEYS = frozenset({"person", "stay", "record"})


@rule("no-motivation")
def no_motivation(paper: Printed, known: Known) -> Iterator[Hit]:
    """A variable has no motivation in a dataset whose other variables have one. A key needs none."""
    for entry in paper.datasets:
        with_reason = sum(column.has_motivation for column in entry.columns)
        without = [column for column in entry.columns if not column.has_motivation]
        without = [column for column in without if not _is_key(column, paper, known)]
        for column in without if 2 * with_reason >= len(entry.columns) else ():
            yield Hit(column.line, f"'{column.name}' of '{entry.name}' has no motivation")


def _is_key(column: PrintedColumn, paper: Printed, known: Known) -> bool:
    """Whether a row only says to which person, stay or record the others belong."""
    called = not column.fields and known.is_called_identifier(column.name)
    return called or bool(domains(column, paper, known)) or (bool(column.describes) and set(column.describes) <= KEYS)


@rule("exact-date-printed")
def exact_date_printed(paper: Printed, known: Known) -> Iterator[Hit]:
    """Researchers get the day of an event, where the time since another event would do."""
    for entry in analysed(paper, Tale(paper), known):
        for column in entry.columns:
            exact = [one for one in column.describes if one.endswith("_date")]
            if exact and not column.transform:
                yield Hit(column.line, f"researchers get the exact {known.called(exact)} in '{column.name}'")


@rule("filler-field")
def filler_field(paper: Printed, known: Known) -> Iterator[Hit]:
    """A field that carries nothing for a purpose is asked for."""
    fillers = known.facts.fillers
    for entry in paper.datasets:
        for column in entry.columns:
            label = " ".join((column.name, column.transform or "", *_labels(column, entry.source, known))).lower()
            if fillers and any(word in label.split() for word in fillers.words):
                yield Hit(column.line, f"'{column.name}' of '{entry.name}' is a filler")


def _labels(column: PrintedColumn, source: str | None, known: Known) -> list[str]:
    found = [known.catalog.field(ref) for name in column.fields for ref in known.refs(name, source)]
    return [field.label.nl for field in found if field]


@rule("open-ended-field")
def open_ended_field(paper: Printed, known: Known) -> Iterator[Hit]:
    """The name of a field does not say which fields are meant."""
    for entry in paper.datasets:
        for column in entry.columns:
            for name in column.fields or (column.name,):
                if name.endswith(OPEN_ENDED) and name not in known.names:
                    yield Hit(column.line, f"'{name}' of '{entry.name}' does not say which fields it covers")


@rule("wider-than-study")
def wider_than_study(paper: Printed, known: Known) -> Iterator[Hit]:
    """Something covers more years than the study, and nothing says why."""
    study = period_of(paper)
    places: dict[tuple[str, tuple[int, int]], list[int]] = defaultdict(list)
    for one in paper.statements:
        covered = span(one.from_, one.to) if one.says == "period" else None
        if covered and isinstance(one, Period) and one.subject not in {"", "study"}:
            places[one.subject, covered].append(one.line)
    for (subject, covered), (line, *more) in places.items():
        if study and covered[0] <= study[0] and covered[1] >= study[1] and covered != study:
            extra = set(range(covered[0], covered[1] + 1)) - set(range(study[0], study[1] + 1))
            what = f"{subject} covers {years(extra)} beside the years of the study, {study[0]}-{study[1]}"
            yield Hit(line, what, lines=tuple(more))


@rule("coarser-form-beside")
def coarser_form_beside(paper: Printed, known: Known) -> Iterator[Hit]:
    """A dataset holds an attribute beside a finer one that it follows from: one of the two is superfluous."""
    follows = {
        (one.known[0].removeprefix("attr:"), to.removeprefix("attr:"))
        for one in known.knowledge.derivations.values()
        if len(one.known) == 1 and "{" not in one.known[0]
        for to in one.gives
    }
    for entry in analysed(paper, Tale(paper), known):
        place = {one: column for column in entry.columns for one in column.describes}
        for fine, coarse in sorted(follows):
            if fine in place and coarse in place and place[fine] is not place[coarse]:
                what = f"'{place[coarse].name}' follows from '{place[fine].name}' of the same dataset"
                yield Hit(place[coarse].line, what, lines=(place[fine].line,))
