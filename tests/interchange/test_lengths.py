"""Lengths as the guidelines print them."""

from __future__ import annotations

import pytest

from workbench.interchange.lengths import UnreadLength, lengths


@pytest.mark.parametrize(
    ("text", "year", "sizes"),
    [
        (None, 2019, None),
        ("4", 2019, {4}),
        ("1-3", 2019, {1, 2, 3}),
        ("0 of 4", 2019, {4}),
        ("0 of 1-2", 2019, {1, 2}),
        ("1 of 7", 2019, {1, 7}),
        ("1 (3 vanaf MZG2012)", 2011, {1}),
        ("1 (3 vanaf MZG2012)", 2012, {3}),
        ("3-6 t.e.m. MZG2014 3-7 vanaf MZG2015", 2014, {3, 4, 5, 6}),
        ("3-6 t.e.m. MZG2014 3-7 vanaf MZG2015", 2015, {3, 4, 5, 6, 7}),
        ("0 of 3-6 t.e.m. MZG2014 0 of 3-7 vanaf MZG2015", 2014, {3, 4, 5, 6}),
        ("2-4 t.e.m. MZG2014 M F C 7 vanaf MZG2015", 2014, {2, 3, 4}),
        ("2-4 t.e.m. MZG2014 M F C 7 vanaf MZG2015", 2022, {7}),
    ],
)
def test_printed_forms(text: str | None, year: int, sizes: set[int] | None) -> None:
    assert lengths(text, year) == (None if sizes is None else frozenset(sizes))


@pytest.mark.parametrize("text", ["", "four", "7-3", "1-99999", "3 or 4", "1,2", "-4"])
def test_other_forms_are_not_guessed(text: str) -> None:
    with pytest.raises(UnreadLength):
        lengths(text, 2019)
