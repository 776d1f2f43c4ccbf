"""Names: one thing has one name, one name has one meaning."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from workbench.study.findings import Hit
from workbench.study.lint.facts import squashed
from workbench.study.lint.known import Known
from workbench.study.lint.registry import rule
from workbench.study.lint.words import listed
from workbench.study.lint.years import period_of
from workbench.study.printed import Printed


@rule("name-differs")
def name_differs(paper: Printed, known: Known) -> Iterator[Hit]:
    """One thing is called by several names. A label beside the field it explains is no second name."""
    said: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for one in paper.statements:
        if one.says == "name":
            said[one.subject].append((one.line, one.value))
    for subject, given in said.items():
        codes = {value for _, value in given if value in known.names}
        first, told = min(given), {squashed(min(given)[1])}
        for line, value in sorted(given):
            label = len(codes) == 1 and (value in codes) != (first[1] in codes)
            if squashed(value) not in told and not label:
                told.add(squashed(value))
                yield Hit(line, f"{subject} is called '{value}' here and '{first[1]}' elsewhere", lines=(first[0],))


@rule("name-case-differs")
def name_case_differs(paper: Printed, known: Known) -> Iterator[Hit]:
    """One field is written with other capitals elsewhere."""
    first: dict[str, tuple[str, int]] = {}
    for entry in paper.datasets:
        for column in entry.columns:
            for name in column.fields:
                other, line = first.setdefault(name.lower(), (name, column.line))
                if other != name:
                    what = f"{name} of '{entry.name}' is written {other} elsewhere"
                    yield Hit(column.line, what, lines=(line,))


@rule("meaning-differs")
def meaning_differs(paper: Printed, known: Known) -> Iterator[Hit]:
    """One name means two things."""
    said: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for one in paper.statements:
        if one.says == "meaning":
            said[one.name].append((one.line, one.means))
    for name, given in said.items():
        lines: dict[str, list[int]] = defaultdict(list)
        for line, means in sorted(given):
            lines[means].append(line)
        (first, places), *others = lines.items()
        for means, (line, *more) in others:
            yield Hit(line, f"'{name}' is {means} here, {first} elsewhere", lines=(*more, *places))


@rule("meaning-shared")
def meaning_shared(paper: Printed, known: Known) -> Iterator[Hit]:
    """Two names mean the same: one of them is described as the other."""
    said: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for one in paper.statements:
        if one.says == "meaning":
            said[one.means][one.name].append(one.line)
    for means, names in said.items():
        if len(names) > 1:
            first, *others = sorted(names, key=lambda name: min(names[name]))
            for name in others:
                for line in names[name]:
                    yield Hit(line, f"'{name}' is described as {means}, and so is '{first}'", lines=tuple(names[first]))


@rule("count-differs")
def count_differs(paper: Printed, known: Known) -> Iterator[Hit]:
    """One thing is counted twice with two results."""
    first: dict[str, tuple[int, int]] = {}
    study = period_of(paper)
    lists = {len(one.list_) for one in paper.statements if one.says == "indicators"}
    for one in paper.statements:
        if one.says != "count":
            continue
        line, n = first.setdefault(one.of, (one.line, one.n))
        if n != one.n and not (study and known.facts.counts_years(one.of)):
            yield Hit(one.line, f"{one.n} {one.of} here, {n} elsewhere", lines=(line,))
        if known.facts.counts_indicators(one.of) and lists and one.n not in lists:
            yield Hit(one.line, f"{one.n} {one.of} are announced, the lists have {listed(sorted(lists))}")


@rule("age-differs")
def age_differs(paper: Printed, known: Known) -> Iterator[Hit]:
    """The age of one population has two limits: older than 18 is not 18 and older."""
    first: dict[str, tuple[int, tuple[int | None, int | None]]] = {}
    for one in paper.statements:
        if one.says == "age":
            lower = one.from_ if one.over is None else one.over + 1
            upper = one.to if one.below is None else one.below - 1
            line, limits = first.setdefault(one.subject, (one.line, (lower, upper)))
            if limits != (lower, upper):
                what = f"the population is {_age(lower, upper)} here and {_age(*limits)} elsewhere"
                yield Hit(one.line, what, lines=(line,))


def _age(lower: int | None, upper: int | None) -> str:
    parts = [f"at least {lower}"] if lower is not None else []
    return " and ".join([*parts, *([f"at most {upper}"] if upper is not None else [])]) or "of any age"
