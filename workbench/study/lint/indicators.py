"""Indicators: one set, one number each, one source each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from workbench.study.findings import Hit
from workbench.study.lint.known import Known
from workbench.study.lint.registry import rule
from workbench.study.lint.words import listed
from workbench.study.printed import Printed
from workbench.study.printed_statements import IndicatorRef, Indicators


def _lists(paper: Printed) -> list[Indicators]:
    return [one for one in paper.statements if isinstance(one, Indicators)]


def _refs(paper: Printed) -> dict[tuple[str, str], dict[str, list[int]]]:
    """By subject and meaning: the lines of every number that is given it."""
    found: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for one in paper.statements:
        if isinstance(one, IndicatorRef):
            found[one.subject, one.means][one.number].append(one.line)
    return found


def _is_shared(lines: dict[str, list[int]]) -> bool:
    """Whether one line gives several indicators this meaning: then it is a property, not an indicator."""
    every = [line for of_number in lines.values() for line in set(of_number)]
    return len(every) != len(set(every))


@rule("indicator-sets-differ")
def indicator_sets_differ(paper: Printed, known: Known) -> Iterator[Hit]:
    """Two lists of the indicators of one study name others."""
    lists = _lists(paper)
    for first, other in ((lists[0], one) for one in lists[1:] if one.subject == lists[0].subject):
        ours, theirs = ({named.name for named in one.list_} for one in (first, other))
        if ours != theirs:
            missing = f"{listed(sorted(ours - theirs))} of line {first.line} missing" if ours - theirs else ""
            added = f"{listed(sorted(theirs - ours))} added" if theirs - ours else ""
            what = "another set of indicators: " + "; ".join(part for part in (missing, added) if part)
            yield Hit(other.line, what, lines=(first.line,))


@rule("indicator-number-differs")
def indicator_number_differs(paper: Printed, known: Known) -> Iterator[Hit]:
    """One indicator has two numbers."""
    for (_, means), numbers in _refs(paper).items():
        if len(numbers) > 1 and not _is_shared(numbers):
            first, *rest = sorted(numbers, key=lambda number: min(numbers[number]))
            for number in rest:
                what = f"'{means}' is indicator {number} here and indicator {first} elsewhere"
                yield Hit(min(numbers[number]), what, lines=tuple(sorted(numbers[first])))


@rule("indicator-said-twice")
def indicator_said_twice(paper: Printed, known: Known) -> Iterator[Hit]:
    """Two places say of one indicator what cannot both be true."""
    said: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for (subject, means), numbers in _refs(paper).items():
        if _is_shared(numbers):
            for number, lines in numbers.items():
                said[subject, number].append((min(lines), means))
    for (_, number), given in said.items():
        for line, means in sorted(given)[1:]:
            first = min(given)
            what = f"indicator {number}: {means} here, {first[1]} elsewhere"
            yield Hit(line, what, lines=(first[0],))


@rule("indicator-unknown")
def indicator_unknown(paper: Printed, known: Known) -> Iterator[Hit]:
    """A number is used that no list of indicators has."""
    numbers = {named.number for one in _lists(paper) for named in one.list_ if named.number}
    used = [(use.line, use.name) for use in paper.uses if use.kind == "indicator"]
    used += [(col.line, number) for entry in paper.datasets for col in entry.columns for number in col.indicators]
    for line, number in used if numbers else ():
        if number.isdigit() and number not in numbers:
            yield Hit(line, f"there is no indicator {number}", lines=tuple(one.line for one in _lists(paper)))
