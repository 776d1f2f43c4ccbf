"""Check digits as SQL agree with the rules that judge one number at a time (python-stdnum behind two of them)."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.catalog import rules
from workbench.interchange.delivery.digits import RULES, wrong

LENGTHS = {"insz": 11, "riziv": 8, "nomenclature": 6, "cnk": 7}


def judged(rule: str, values: list[str]) -> list[bool]:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE given (n INTEGER, value VARCHAR)")
        connection.executemany("INSERT INTO given VALUES (?, ?)", [list(one) for one in enumerate(values)])
        return [
            bool(one)
            for (one,) in connection.execute(f"SELECT {wrong(rule, 'value')} FROM given ORDER BY n").fetchall()
        ]


@pytest.mark.parametrize("rule", RULES)
def test_every_ending_of_a_number_is_judged_as_one_by_one(rule: str) -> None:
    """All last digits of some numbers: the right one is among them, and hardly any other."""
    size = LENGTHS[rule]
    heads = {"insz": ["850730033", "000512345", "402200123", "854512001"], "riziv": ["710001", "123456"]}
    endings = 2 if rule in heads else 1
    stems = heads.get(rule, ["57520", "10124", "35006"] if rule == "nomenclature" else ["175226", "008654"])
    values = [f"{stem}{end:0{endings}d}" for stem in stems for end in range(10**endings)]
    assert all(len(value) == size for value in values)
    expected = [not rules.is_right(rule, value) for value in values]
    found = judged(rule, values)
    if rule == "insz":  # the SQL does not know every calendar: what it calls wrong is wrong, and sums are judged alike
        assert all(one for one, said in zip(expected, found, strict=True) if said)
        assert sum(not said for said in found) == 8  # both centuries for each of four
    else:
        assert found == expected and not all(expected)


@settings(max_examples=30)
@given(values=st.lists(st.text("0123456789 xé", max_size=12), min_size=1, max_size=30))
def test_what_has_not_the_form_of_a_number_is_wrong_and_nothing_is_not(values: list[str]) -> None:
    for rule in RULES:
        for value, said in zip(values, judged(rule, values), strict=True):
            assert said <= (not rules.is_right(rule, value))
            if (value and not value.isascii()) or value.strip() != value:
                assert said
            if not value:
                assert not said
