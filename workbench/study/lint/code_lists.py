"""Code lists as a whole: nothing twice, brackets explained, numbers without gaps, nothing beyond the purpose."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from workbench.study.findings import Hit
from workbench.study.lint.codes import covers
from workbench.study.lint.known import Known
from workbench.study.lint.registry import rule
from workbench.study.lint.words import listed
from workbench.study.printed import Printed
from workbench.study.printed_codes import ListEntry, PrintedList


def overlapping(codes: PrintedList) -> Iterator[tuple[ListEntry, ListEntry]]:
    """Pairs of entries of a list that select a code in common."""
    spans = [(covers(entry, codes.system), entry) for entry in codes.entries]
    for ((low, high), one), ((start, end), other) in combinations(spans, 2):
        if low <= end and start <= high:
            yield one, other


@rule("code-twice")
def code_twice(paper: Printed, known: Known) -> Iterator[Hit]:
    """One code stands twice in a list, or in a range of the same group."""
    for codes in paper.code_lists:
        for one, other in overlapping(codes):
            if one.group == other.group:
                what = f"{other.shown} of '{codes.name}' is already in {one.shown}"
                yield Hit(other.line, what, lines=(one.line,))


@rule("code-in-two-groups")
def code_in_two_groups(paper: Printed, known: Known) -> Iterator[Hit]:
    """One code counts for two groups of a list."""
    for codes in paper.code_lists:
        for one, other in overlapping(codes):
            if one.group != other.group:
                what = f"{other.shown} counts for '{other.group}' and, in {one.shown}, for '{one.group}'"
                yield Hit(other.line, what, lines=(one.line,))


@rule("lists-disagree")
def lists_disagree(paper: Printed, known: Known) -> Iterator[Hit]:
    """Two lists of the document's own codes select on one field, and have no code in common."""
    own = [codes for codes in paper.code_lists if codes.system == "own" and codes.field]
    for one, other in combinations(own, 2):
        ours, theirs = ({code for entry in codes.entries for code in entry.codes} for codes in (one, other))
        if one.field == other.field and one.line != other.line and not ours & theirs:
            what = (
                f"{one.field} is selected on {listed(sorted(ours))} in '{one.name}', on {listed(sorted(theirs))} here"
            )
            yield Hit(other.line, what, lines=(one.line,))


@rule("bracket-unexplained")
def bracket_unexplained(paper: Printed, known: Known) -> Iterator[Hit]:
    """Codes stand in brackets, and nothing says what brackets mean."""
    for codes in paper.code_lists:
        for kind in ("square", "round"):
            inside = [entry for entry in codes.entries if entry.bracket == kind]
            if inside and getattr(codes.legend, kind, None) is None:
                lines = tuple(sorted({entry.line for entry in inside}))
                what = f"codes of '{codes.name}' stand in {kind} brackets that nothing explains ({len(inside)})"
                yield Hit(lines[0], what, lines=lines[1:])


@rule("numbering")
def numbering(paper: Printed, known: Known) -> Iterator[Hit]:
    """The numbers of the rows of a list skip one, repeat one for another group, or are out of order."""
    for codes in paper.code_lists:
        rows: dict[tuple[str, str | None], int] = {}
        for entry in codes.entries:
            if entry.number is not None:
                rows.setdefault((entry.number, entry.group), entry.line)
        given = [int(number) for number, _ in rows if number.isdigit()]
        if not given or len(given) != len(rows):
            continue
        lines = tuple(rows.values())
        missing = sorted(set(range(min(given), max(given) + 1)) - set(given))
        twice = sorted({number for number in given if given.count(number) > 1})
        astray = [at for at in range(1, len(given)) if given[at] < given[at - 1] or given[at] > given[at - 1] + 1]
        if missing:
            yield Hit(codes.line, f"the rows of '{codes.name}' have no number {listed(missing)}")
        if twice:
            yield Hit(codes.line, f"number {listed(twice)} of '{codes.name}' stands for two rows")
        if astray and not missing:
            order = ", ".join(map(str, given[astray[0] - 1 :]))
            yield Hit(
                lines[astray[0]], f"the rows of '{codes.name}' are out of order: {order}", lines=lines[astray[0] + 1 :]
            )


@rule("value-missing")
def value_missing(paper: Printed, known: Known) -> Iterator[Hit]:
    """The values of a field skip a number: one that is meant, or one that records will have all the same."""
    lists = [
        (codes.line, codes.name, [code for entry in codes.entries for code in entry.codes])
        for codes in paper.code_lists
        if codes.system == "own" and all(entry.label for entry in codes.entries)
    ]
    lists += [
        (column.line, column.name, list(column.coding.codes))
        for entry in paper.datasets
        for column in entry.columns
        if column.coding and column.coding.system == "own"
    ]
    for line, field, codes_ in lists:
        given = [int(code) for code in codes_ if _is_number(code)]
        if len(given) != len(codes_):
            continue
        for name, part in (("", [one for one in given if one >= 0]), ("negative ", [one for one in given if one < 0])):
            missing = sorted(set(range(min(part), max(part) + 1)) - set(part)) if part else []
            if missing:
                yield Hit(line, f"the {name}values of '{field}' skip {listed(missing)}")


def _is_number(code: str) -> bool:
    return code.lstrip("-").isdigit() and len(code) < 4


@rule("selects-more-than-used")
def selects_more_than_used(paper: Printed, known: Known) -> Iterator[Hit]:
    """A group of the inclusion list matters to the indicators only together with another group.

    Selected on its own it brings in persons whom no indicator counts.
    """
    named = [named.name.lower() for one in paper.statements if one.says == "indicators" for named in one.list_]
    for codes in paper.code_lists:
        groups = {entry.group.lower(): entry for entry in codes.entries if entry.group and entry.number is None}
        for group, entry in groups.items():
            within = [name for name in named if group in name]
            joined = [
                name for name in within if any(f"{other} and {group}" in name for other in groups if other != group)
            ]
            if within and joined == within:
                what = f"{entry.shown} selects '{group}' alone, which the indicators count only with another diagnosis"
                yield Hit(entry.line, what)
