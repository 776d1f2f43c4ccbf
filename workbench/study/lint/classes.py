"""Classes of a number: they neither overlap nor leave gaps, and are as many as announced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workbench.study.findings import Hit
from workbench.study.lint.known import Known
from workbench.study.lint.registry import rule
from workbench.study.lint.words import listed
from workbench.study.printed import Printed
from workbench.study.printed_statements import Range


def ordered(classes: Iterable[Range]) -> list[tuple[float, float]]:
    """Classes by their lower ends; an open end is infinite."""
    ends = [(float("-inf") if low is None else low, float("inf") if high is None else high) for low, high in classes]
    return sorted(ends)


def shared(classes: Iterable[Range]) -> list[int]:
    """First whole number of every class that an earlier one already has."""
    return [int(low) for low, reached in _steps(classes) if low <= reached]


def gaps(classes: Iterable[Range]) -> list[int]:
    """First whole number of every gap before a class."""
    return [int(reached) + 1 for low, reached in _steps(classes) if low > reached + 1]


def _steps(classes: Iterable[Range]) -> Iterator[tuple[float, float]]:
    """Lower end of every class but the first, with the highest value that the classes before it reach."""
    first, *others = ordered(classes)
    reached = first[1]
    for low, high in others:
        yield low, reached
        reached = max(reached, high)


def _classes(paper: Printed) -> list[tuple[int, str, tuple[Range, ...]]]:
    """Line, attribute and classes of every place that gives classes, each once."""
    found = {(one.line, one.of, one.classes) for one in paper.statements if one.says == "classes" and one.classes}
    columns = (column for entry in paper.datasets for column in entry.columns)
    found |= {(column.line, column.name, column.classes) for column in columns if column.classes}
    return sorted(found, key=str)


@rule("classes-overlap")
def classes_overlap(paper: Printed, known: Known) -> Iterator[Hit]:
    """A value lies in two classes."""
    for line, of, given in _classes(paper):
        found = shared(given)
        if found:
            yield Hit(line, f"two classes of {of} share {listed(found)}")


@rule("classes-gap")
def classes_gap(paper: Printed, known: Known) -> Iterator[Hit]:
    """A value lies in no class."""
    for line, of, given in _classes(paper):
        found = gaps(given)
        if found:
            yield Hit(line, f"no class of {of} has {listed(found)}")


@rule("classes-miscounted")
def classes_miscounted(paper: Printed, known: Known) -> Iterator[Hit]:
    """Another number of classes is announced than there are."""
    for one in paper.statements:
        if one.says == "classes" and one.count is not None and one.classes and one.count != len(one.classes):
            yield Hit(one.line, f"{one.count} classes of {one.of} are announced, the limits make {len(one.classes)}")


@rule("classes-differ")
def classes_differ(paper: Printed, known: Known) -> Iterator[Hit]:
    """The same attribute has other classes elsewhere."""
    first: dict[str, tuple[int, tuple[Range, ...]]] = {}
    for one in paper.statements:
        if one.says == "classes" and one.classes:
            line, given = first.setdefault(one.of, (one.line, one.classes))
            if given != one.classes:
                yield Hit(one.line, f"the classes of {one.of} differ from those of line {line}", lines=(line,))
