"""The parts that indicators' rules are made of: conditions on columns, on rows of other tables, and combinations.

A rule is one of `column`, `rows`, `near`, `last`, `all_of`, `any_of` and `none_of`. A column without a dot is one of
the table that the indicator counts (or of the table that `rows` names).

Every part says which columns it `reads` (as `part.column`), which `conditions` stand in it, and whether it looks
beyond the unit itself along a chain of transfers (`chained`): checks and documentation need no engine for that.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Tag, model_validator
from pydantic import Field as Spec

from workbench.catalog.base import Entry, Text

Value = bool | int | float | str
TESTS = ("is", "one_of", "at_least", "at_most", "between", "codes", "known")


class Condition(Entry):
    """A condition on one column of a row; of the tests it has exactly one.

    is, one_of:        the value, or one of the values.
    at_least, at_most: bounds, both included; `between` gives both at once.
    codes:             in a list of catalog/codes, or in the entries of it in `groups` or `having` those attributes.
    known:             whether there is a value at all.
    counted_from:      for a number of days: `admission` is how it stands; `first_admission` and `discharge` count
                       from the first admission of the chain and from the end of the row's own stay.
    An empty value meets none of them but `known: false`.
    """

    column: Text
    is_: Value | None = Spec(default=None, alias="is")
    one_of: tuple[Value, ...] | None = None
    at_least: float | None = None
    at_most: float | None = None
    between: tuple[float, float] | None = None
    codes: Text | None = None
    groups: tuple[Text, ...] = ()
    having: dict[str, Value] = Spec(default_factory=dict)
    known: bool | None = None
    counted_from: Literal["admission", "first_admission", "discharge"] = "admission"

    @model_validator(mode="after")
    def _one_test(self) -> Condition:
        given = [name for name in TESTS if getattr(self, "is_" if name == "is" else name) is not None]
        if len(given) != 1:
            raise ValueError(f"a condition has exactly one of {', '.join(TESTS)}; this one has {len(given)}")
        if (self.groups or self.having) and not self.codes:
            raise ValueError("'groups' and 'having' choose entries of 'codes', which is not given")
        if self.between and self.between[0] > self.between[1]:
            raise ValueError(f"nothing lies between {self.between[0]:g} and {self.between[1]:g}")
        return self

    def reads(self, part: str) -> Iterator[str]:
        yield f"{part}.{self.column}"

    def conditions(self) -> Iterator[Condition]:
        yield self

    def chained(self) -> bool:
        return self.counted_from != "admission"


class RowsOf(Entry):
    """Rows of another table that belong to the unit, by the columns of its key that the table has.

    where: conditions on one and the same row. each: further sets of conditions; in one and the same stay there is a
    row for every set. along: the unit's own rows, those of all stays of its chain, or of its last stay.
    """

    part: Text
    where: tuple[Condition, ...] = ()
    each: tuple[tuple[Condition, ...], ...] = ()
    along: Literal["own", "chain", "last"] = "own"

    def conditions(self) -> Iterator[Condition]:
        yield from self.where
        for one in self.each:
            yield from one

    def reads(self, part: str) -> Iterator[str]:
        for one in self.conditions():
            yield from one.reads(self.part)

    def chained(self) -> bool:
        return self.along != "own" or any(one.chained() for one in self.conditions())


class Rows(Entry):
    """rows: at least `at_least` rows of another table belong to the unit and meet the conditions."""

    rows: RowsOf
    at_least: int = Spec(default=1, ge=1)

    @model_validator(mode="after")
    def _counted(self) -> Rows:
        if self.at_least > 1 and self.rows.each:
            raise ValueError("'at_least' counts rows, and 'each' asks for sets of rows; use one of the two")
        return self

    def conditions(self) -> Iterator[Condition]:
        yield from self.rows.conditions()

    def reads(self, part: str) -> Iterator[str]:
        yield from self.rows.reads(part)

    def chained(self) -> bool:
        return self.rows.chained()


class AmountOfRows(RowsOf):
    """A number made from the rows of another table: how many, or the sum, smallest or largest of a column."""

    of: Literal["count", "sum", "min", "max"]
    column: Text | None = None

    @model_validator(mode="after")
    def _needs_column(self) -> AmountOfRows:
        if (self.of == "count") != (self.column is None):
            raise ValueError("'count' has no 'column'; 'sum', 'min' and 'max' have one")
        return self

    def reads(self, part: str) -> Iterator[str]:
        yield from super().reads(part)
        if self.column:
            yield f"{self.part}.{self.column}"


class NearFirst(RowsOf):
    """Rows with a `day` that lies within `between` days of the first day of other rows; a negative one is before it."""

    day: Text
    first: AmountOfRows
    between: tuple[float, float]

    @model_validator(mode="after")
    def _first_is_smallest(self) -> NearFirst:
        if self.first.of != "min":
            raise ValueError("the first day is the smallest: 'first' has 'of: min'")
        if self.between[0] > self.between[1]:
            raise ValueError(f"nothing lies between {self.between[0]:g} and {self.between[1]:g}")
        return self

    def conditions(self) -> Iterator[Condition]:
        yield from super().conditions()
        yield from self.first.conditions()

    def reads(self, part: str) -> Iterator[str]:
        for one in super().conditions():
            yield from one.reads(self.part)
        yield f"{self.part}.{self.day}"
        yield from self.first.reads(part)


class Near(Entry):
    """near: a row lies so many days from the first of other rows; a unit without such others does not meet it."""

    near: NearFirst

    def conditions(self) -> Iterator[Condition]:
        yield from self.near.conditions()

    def reads(self, part: str) -> Iterator[str]:
        yield from self.near.reads(part)

    def chained(self) -> bool:
        return self.near.chained() or self.near.first.chained()


class Last(Entry):
    """last: a condition on the last stay of the unit's chain."""

    last: Condition

    def conditions(self) -> Iterator[Condition]:
        yield self.last

    def reads(self, part: str) -> Iterator[str]:
        yield from self.last.reads(part)

    def chained(self) -> bool:
        return True


class _Several(Entry):
    @abstractmethod
    def rules(self) -> tuple[RuleSpec, ...]:
        """The rules that are combined."""

    def conditions(self) -> Iterator[Condition]:
        for one in self.rules():
            yield from one.conditions()

    def reads(self, part: str) -> Iterator[str]:
        for one in self.rules():
            yield from one.reads(part)

    def chained(self) -> bool:
        return any(one.chained() for one in self.rules())


class AllOf(_Several):
    """all_of: every one of the rules holds."""

    all_of: tuple[RuleSpec, ...] = Spec(min_length=1)

    def rules(self) -> tuple[RuleSpec, ...]:
        return self.all_of


class AnyOf(_Several):
    """any_of: at least one of the rules holds."""

    any_of: tuple[RuleSpec, ...] = Spec(min_length=1)

    def rules(self) -> tuple[RuleSpec, ...]:
        return self.any_of


class NoneOf(_Several):
    """none_of: none of the rules holds."""

    none_of: tuple[RuleSpec, ...] = Spec(min_length=1)

    def rules(self) -> tuple[RuleSpec, ...]:
        return self.none_of


KINDS: dict[str, type[Entry]] = {
    "column": Condition, "rows": Rows, "near": Near, "last": Last, "all_of": AllOf, "any_of": AnyOf, "none_of": NoneOf,
}  # fmt: skip


def _kind(value: Any) -> str | None:
    if isinstance(value, dict):
        return next((name for name in KINDS if name in value), None)
    return next((name for name, kind in KINDS.items() if isinstance(value, kind)), None)


RuleSpec = Annotated[
    Annotated[Condition, Tag("column")]
    | Annotated[Rows, Tag("rows")]
    | Annotated[Near, Tag("near")]
    | Annotated[Last, Tag("last")]
    | Annotated[AllOf, Tag("all_of")]
    | Annotated[AnyOf, Tag("any_of")]
    | Annotated[NoneOf, Tag("none_of")],
    Discriminator(
        _kind,
        custom_error_type="rule_kind",
        custom_error_message=f"a rule is one of {', '.join(KINDS)}",
    ),
]
for _model in (AllOf, AnyOf, NoneOf):
    _model.model_rebuild()


class Amount(Entry):
    """A number of a unit: a column of it, a number made from rows of another table, or the number 1.

    earliest: the smallest of several numbers made from rows, for example of the days of different treatments.
    plus, minus: a column whose value is added or taken off. Empty where a value that it needs is, and `no_rows` where
    there are none.
    """

    column: Text | None = None
    rows: AmountOfRows | None = None
    one: Literal[True] | None = None
    earliest: tuple[AmountOfRows, ...] | None = Spec(default=None, min_length=2)
    plus: Text | None = None
    minus: Text | None = None
    no_rows: float | None = Spec(default=None, description="the number of a unit without such rows")

    @model_validator(mode="after")
    def _one_kind(self) -> Amount:
        if sum(given is not None for given in (self.column, self.rows, self.one, self.earliest)) != 1:
            raise ValueError("an amount has exactly one of 'column', 'rows', 'one' and 'earliest'")
        return self

    def always_known(self) -> bool:
        """Whether every unit has it: the number 1, or a count of rows with a number for none of them."""
        counted = self.rows is not None and self.rows.of == "count" and self.no_rows is not None
        return (bool(self.one) or counted) and not (self.plus or self.minus)

    def of_rows(self) -> tuple[AmountOfRows, ...]:
        """What is made from rows of other tables."""
        return (self.rows,) if self.rows else self.earliest or ()

    def conditions(self) -> Iterator[Condition]:
        for one in self.of_rows():
            yield from one.conditions()

    def reads(self, part: str) -> Iterator[str]:
        for column in (self.column, self.plus, self.minus):
            if column:
                yield f"{part}.{column}"
        for one in self.of_rows():
            yield from one.reads(part)

    def chained(self) -> bool:
        return any(one.chained() for one in self.of_rows())
