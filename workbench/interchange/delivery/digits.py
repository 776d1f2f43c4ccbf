"""Check digits as SQL over a column of texts; one number at a time they stand in `workbench.catalog.rules`."""

from __future__ import annotations

from collections.abc import Callable, Mapping


def _number(value: str, first: int, count: int) -> str:
    return f"TRY_CAST(substr({value}, {first}, {count}) AS BIGINT)"


def _insz(value: str) -> str:
    nine, check = _number(value, 1, 9), _number(value, 10, 2)
    before, since = f"97 - {nine} % 97", f"97 - (2000000000 + {nine}) % 97"
    month, day = f"{_number(value, 3, 2)} % 20", _number(value, 5, 2)
    counter = f"{_number(value, 7, 3)} BETWEEN 1 AND 998"
    return f"({check} IN ({before}, {since}) AND {month} <= 12 AND {day} <= 31 AND {counter})"


def _riziv(value: str) -> str:
    six, check = _number(value, 1, 6), _number(value, 7, 2)
    other = f"(left({value}, 1) IN ('1', '4') AND {check} = 89 - {six} % 89)"
    return f"({check} = 97 - {six} % 97 OR {other})"


def _nomenclature(value: str) -> str:
    return f"({_number(value, 6, 1)} = {_number(value, 1, 5)} % 7)"


def _cnk(value: str) -> str:
    doubled = (f"({digit} * 2 // 10 + {digit} * 2 % 10)" for digit in (_number(value, at, 1) for at in (2, 4, 6)))
    plain = (_number(value, at, 1) for at in (1, 3, 5, 7))
    return f"(({' + '.join((*doubled, *plain))}) % 10 = 0)"


_RULES: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "insz": ("[0-9]{11}", _insz),
    "riziv": ("[0-9]{8}([0-9]{3})?", _riziv),
    "nomenclature": ("[0-9]{6}", _nomenclature),
    "cnk": ("[0-9]{7}", _cnk),
}
RULES = tuple(_RULES)


def wrong(rule: str, value: str) -> str:
    """Condition that the filled text `value` breaks the rule: it has another form, or its check digits are wrong."""
    form, check = _RULES[rule]
    return f"({value} <> '' AND NOT coalesce(regexp_full_match({value}, '{form}') AND {check(value)}, false))"
