"""Overlaps, gaps and orders against brute force: count, for every value, in how many classes it lies."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from workbench.study.lint.classes import gaps, shared
from workbench.study.lint.code_lists import overlapping
from workbench.study.lint.codes import covers, filled_up, plain
from workbench.study.printed_codes import ListEntry, PrintedList
from workbench.study.printed_statements import Range

ends = st.integers(0, 12)


@st.composite
def classes(draw: st.DrawFn) -> list[Range]:
    """Classes of small numbers, some open at an end, in any order."""
    pairs = draw(st.lists(st.tuples(ends, ends).map(sorted), min_size=1, max_size=4))
    made: list[Range] = [(low, high) for low, high in pairs]
    if draw(st.booleans()):
        made[-1] = (made[-1][0], None)
    if draw(st.booleans()):
        made[0] = (None, made[0][1])
    return made


def _count(value: int, given_classes: list[Range]) -> int:
    return sum((low is None or low <= value) and (high is None or value <= high) for low, high in given_classes)


@given(classes())
def test_classes_overlap_exactly_when_a_value_lies_in_two(made: list[Range]) -> None:
    assert bool(shared(made)) == any(_count(value, made) > 1 for value in range(-1, 14))


@given(classes())
def test_a_value_said_to_be_shared_lies_in_two_classes(made: list[Range]) -> None:
    assert all(_count(value, made) > 1 for value in shared(made) if -1 <= value < 14)


@given(classes())
def test_gaps_begin_exactly_where_values_begin_to_lie_in_no_class(made: list[Range]) -> None:
    first = min(-1 if low is None else low for low, _ in made)
    last = max(14 if high is None else high for _, high in made)
    empty = [value for value in range(first, last) if _count(value, made) == 0]
    assert gaps(made) == [value for value in empty if value - 1 not in empty]


CODES = [a + b + c for a, b, c in product("AB", "01", ["", "0", "1", "00", "01", "10", "11"])]


@given(st.sampled_from(CODES), st.sampled_from(CODES), st.sampled_from(CODES), st.sampled_from(CODES))
def test_code_entries_overlap_exactly_when_a_code_is_in_both(a: str, b: str, c: str, d: str) -> None:
    """A code is in a range when one of its beginnings lies between the ends, each end with all that begin so."""
    first, second = sorted([a, b]), sorted([c, d])
    entries = [ListEntry.model_validate({"line": 1, "from": low, "to": high}) for low, high in (first, second)]
    found = bool(list(overlapping(PrintedList(name="x", line=1, system="icd10", entries=tuple(entries)))))
    every = [code + tail for code in CODES for tail in ("", "0", "1", "00", "01", "10", "11", "z")]
    assert found == any(_inside(code, first) and _inside(code, second) for code in every)


def _inside(code: str, ends_: list[str]) -> bool:
    low, high = ends_
    return low <= code and (code <= high or code.startswith(high))


@given(st.sampled_from(CODES))
def test_a_single_code_covers_what_begins_with_it(code: str) -> None:
    low, high = covers(ListEntry(line=1, code=code), "icd10")
    every = [one + tail for one in CODES for tail in ("", "0", "1")]
    assert [one for one in every if low <= one <= high] == [one for one in every if one.startswith(code)]


def test_a_list_of_the_document_itself_knows_no_prefixes() -> None:
    assert covers(ListEntry(line=1, code="3"), "own") == ("3", "3")


def test_dots_and_dashes_are_no_part_of_a_code() -> None:
    assert plain("I63.-") == "I63"
    assert plain("T83.51-") == "T8351"


def test_x_fills_up_only_whole_groups() -> None:
    assert filled_up("A01ABXX") == "A01AB"
    assert filled_up("J01XX") == "J01"
    assert filled_up("J01CA") is None
    assert filled_up("XX") is None
