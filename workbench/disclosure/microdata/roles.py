"""What each variable of a person-level table is to an attacker: identifier, quasi-identifier, sensitive or payload."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from workbench.catalog.base import Label
from workbench.catalog.generalisation import Generalisation
from workbench.catalog.model import Catalog
from workbench.dataflow.schema import Column

Role = Literal["identifier", "quasi_identifier", "sensitive", "payload"]
ATTRIBUTE = "attr:"
Tokens = Mapping[str, Collection[str]]  # by column, as the verification names what it tells: `id:INSZ`, `attr:sex`


@dataclass(frozen=True)
class Variable:
    """A column with its role; `tells` are ids of attributes, `counted` says that the study counts it in its classes."""

    name: str
    role: Role
    label: Label | None
    tells: tuple[str, ...]
    origin: tuple[str, ...]
    codes: str | None
    number: bool
    counted: bool


def variables(
    columns: Sequence[Column], tokens: Tokens, counted: Collection[str], catalog: Catalog
) -> tuple[Variable, ...]:
    """The columns of a table with their roles, from the fields they come from and the attributes these tell.

    Whatever the study counts in its classes is a quasi-identifier; what the catalogue calls one stays one, so that a
    study that forgets it shows.
    """
    return tuple(_variable(column, tokens.get(column.name, ()), counted, catalog) for column in columns)


def _variable(column: Column, tokens: Collection[str], counted: Collection[str], catalog: Catalog) -> Variable:
    tells = tuple(sorted(one.removeprefix(ATTRIBUTE) for one in tokens if one.startswith(ATTRIBUTE)))
    known = [catalog.knowledge.attributes[one] for one in tells if one in catalog.knowledge.attributes]
    role: Role = "payload"
    if column.domain is not None and column.name not in counted:
        role = "identifier"
    elif column.name in counted or any(one.quasi for one in known) or column.role == "quasi_identifier":
        role = "quasi_identifier"
    elif any(one.sensitive for one in known) or column.sensitive:
        role = "sensitive"
    number = column.type in ("integer", "bigint", "decimal") and column.codes is None
    origin = tuple(sorted(column.origin))
    return Variable(
        column.name, role, _label(column, catalog), tells, origin, column.codes, number, column.name in counted
    )


def _label(column: Column, catalog: Catalog) -> Label | None:
    if column.name in catalog.derived:
        return catalog.derived[column.name].label
    for ref in sorted(column.origin):
        table, _, name = ref.rpartition(".")
        for field in catalog.tables[table].fields if table in catalog.tables else ():
            if field.name == name:
                return field.label
    return None


def ladder(variable: Variable, catalog: Catalog) -> Generalisation | None:
    """How a variable can be told less exactly: by the field it comes from, else by what it tells; None when unknown."""
    ladders = catalog.knowledge.generalisations.values()
    by_field = (one for one in ladders if set(one.fields) & set(variable.origin))
    by_meaning = (one for one in ladders if not one.fields and set(one.attributes) & set(variable.tells))
    return next(by_field, None) or next(by_meaning, None)
