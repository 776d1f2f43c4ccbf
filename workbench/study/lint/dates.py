"""Dates: intervals that can be turned back, and intervals finer than the dates they are computed from."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.catalog.knowledge import DATE_FORMS
from workbench.study.findings import Hit
from workbench.study.lint.known import Known
from workbench.study.lint.registry import rule
from workbench.study.lint.tale import Tale, analysed
from workbench.study.lint.years import period_of
from workbench.study.printed import Printed

FORMS = ("_date", "_month", "_year")


def event_of(attribute: str) -> str:
    """The event of a date, month, year or interval (`birth` of `birth_year`); the attribute itself where it is none."""
    start = attribute.partition("_since_")[0]
    return next((start.removesuffix(form) for form in DATE_FORMS if start.endswith(form)), start)


@rule("interval-turned-back")
def interval_turned_back(paper: Printed, known: Known) -> Iterator[Hit]:
    """The days since an event are given, and so is the month of one of the two: the date itself comes in sight."""
    absolute: dict[str, int] = {}
    for entry in analysed(paper, Tale(paper), known) or paper.datasets:
        for column in entry.columns:
            for one in column.describes if not column.transform else ():
                if one.endswith(FORMS):  # _month_of_year too, for it ends in _year
                    absolute.setdefault(event_of(one), column.line)
    told: set[str] = set()
    for said in paper.statements:
        if said.says == "interval" and said.unit in {"day", "days"}:
            event, start = event_of(said.of), event_of(said.since)
            if event in absolute and start in absolute and start not in told:
                told.add(start)
                what = f"days from {start} to {event}, with the month or year of both, narrow down the date of {start}"
                yield Hit(said.line, what, lines=(absolute[event], absolute[start]))


@rule("interval-too-exact")
def interval_too_exact(paper: Printed, known: Known) -> Iterator[Hit]:
    """Days are counted from a field that is only known to the month or year."""
    units = {one.field: one.unit for one in known.facts.precisions}
    for one in paper.statements:
        if one.says == "interval" and one.unit in {"day", "days"}:
            here = {use.name for use in paper.uses if use.line == one.line and use.kind == "field"} | {
                one.subject,
                one.of,
            }
            for name in sorted(here & units.keys()):
                yield Hit(one.line, f"days are counted from {name}, which is only known to the {units[name]}")


@rule("exact-date-at-linker")
def exact_date_at_linker(paper: Printed, known: Known) -> Iterator[Hit]:
    """Exact dates are kept for the linkage, and those who may not see them do the linkage."""
    tale = Tale(paper)
    links = [step for step in tale.does("link") if step.actor and "researcher" in tale.kinds([step.actor], known)]
    for one in paper.statements:
        if one.says == "keeps_exact" and one.of.endswith("_date") and links:
            what = f"the exact {known.called([one.of])} is kept for the linkage, which {links[0].actor} does"
            yield Hit(one.line, what, lines=tuple(dict.fromkeys(step.line for step in links)))


@rule("no-year-left")
def no_year_left(paper: Printed, known: Known) -> Iterator[Hit]:
    """A study over several years has no year left in the data that are analysed."""
    study = period_of(paper)
    if study is None or study[0] == study[1]:
        return
    for entry in analysed(paper, Tale(paper), known):
        told = {one for column in entry.columns for one in column.describes}
        dated = "year" in told or any(_has_year(one) and event_of(one) not in {"birth", "death"} for one in told)
        relative = [column for column in entry.columns if any("_since_" in one for one in column.describes)]
        if relative and not dated:
            what = f"'{entry.name}' says of no row in which of the years {study[0]}-{study[1]} it falls"
            yield Hit(entry.line, what, lines=tuple(sorted({column.line for column in relative})))


def _has_year(attribute: str) -> bool:
    """Whether an attribute tells of which year an event is; the month of a year does not."""
    return attribute.endswith(FORMS) and not attribute.endswith("_month_of_year")
