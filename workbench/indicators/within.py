"""Whether a numerator can lie within its denominator: what its conditions say beside those of the denominator.

The computation counts in the numerator only who is in the denominator. A definition whose numerator is wider, or
contradicts it, says something else than its author thinks, and would be corrected without a word.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbench.catalog.indicator import Indicator
from workbench.catalog.model import Catalog
from workbench.catalog.rule import AllOf, Condition, Last, NoneOf, Rows, RuleSpec
from workbench.indicators.rules import entries

# What a condition lets through: values, or bounds; None where it is neither.
Allowed = frozenset[object] | tuple[float, float]


def outside(definition: Indicator, catalog: Catalog) -> str | None:
    """Why the numerator is not within the denominator, or None when nothing says so."""
    if definition.numerator is None:
        return None
    rule = definition.numerator.rule
    for inside in definition.denominator:
        if isinstance(rule, NoneOf) and inside.rule in rule.none_of:
            return f"it counts who does not meet '{inside.id}', and all of the denominator do"
        if rule == inside.rule:
            return f"it is the same rule as '{inside.id}' of the denominator, so everybody is in it"
    for out in definition.exclusions:
        if rule == out.rule or (isinstance(rule, AllOf) and out.rule in rule.all_of):
            return f"it counts who meets '{out.id}', and exclusions took them out"
    bounds = {}
    for inside in definition.denominator:
        for subject, allowed in _facts(inside.rule, catalog):
            bounds[subject] = (inside.id, allowed)
    for subject, allowed in _facts(rule, catalog):
        if subject in bounds:
            name, most = bounds[subject]
            if not _lies_within(allowed, most):
                return f"for {subject[-1]} it lets through what '{name}' of the denominator does not"
    return None


def _facts(rule: RuleSpec, catalog: Catalog) -> Iterator[tuple[tuple[str, ...], Allowed]]:
    """What a rule demands of which column; of rows, beside which other conditions on the same row."""
    if isinstance(rule, AllOf):
        for one in rule.all_of:
            yield from _facts(one, catalog)
    elif isinstance(rule, Condition):
        yield from _fact("unit", "", rule, catalog)
    elif isinstance(rule, Last):
        yield from _fact("last", "", rule.last, catalog)
    elif isinstance(rule, Rows) and not rule.rows.each:
        for one in rule.rows.where:
            # Only of a row that is one of a kind does a wider choice say anything: a unit can have many others.
            rest = sorted(repr(other) for other in rule.rows.where if other is not one)
            if any("'main'" in other for other in rest):
                yield from _fact(f"{rule.rows.part} {rule.rows.along}", " ".join(rest), one, catalog)


def _fact(kind: str, beside: str, one: Condition, catalog: Catalog) -> Iterator[tuple[tuple[str, ...], Allowed]]:
    allowed: Allowed | None = None
    if one.codes is not None and one.codes in catalog.codes:
        allowed = frozenset((one.codes, repr(entry)) for entry in entries(one, catalog).entries)
        beside = f"{beside} {one.codes}"
    elif one.is_ is not None:
        allowed = frozenset({one.is_})
    elif one.one_of is not None:
        allowed = frozenset(one.one_of)
    elif one.between or one.at_least is not None or one.at_most is not None:
        low, high = one.between or (one.at_least, one.at_most)
        allowed = (float("-inf") if low is None else low, float("inf") if high is None else high)
    if allowed is not None:
        yield (kind, beside, one.counted_from, one.column), allowed


def _lies_within(inner: Allowed, outer: Allowed) -> bool:
    if isinstance(inner, frozenset) and isinstance(outer, frozenset):
        return inner <= outer
    if isinstance(inner, tuple) and isinstance(outer, tuple):
        return outer[0] <= inner[0] and inner[1] <= outer[1]
    return True
