"""Every variable of the catalogue as one row: the fields of all tables, then the derived variables."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.catalog.model import Catalog, Derived, Table
from workbench.interchange.sections import DERIVED, FIELDS, TABLES, Column, cells_of

DERIVED_REF = "derived"
# What is said of the table a variable stands in, beside its name.
OF_TABLE = ("label.nl", "label.fr", "label.en", "grain", "keys", "provider")


def variable_columns() -> tuple[str, ...]:
    """The names of the columns: reference, table, what the table says, then all keys a variable can have."""
    own = dict.fromkeys(column.name for column in (*FIELDS.columns, *DERIVED.columns))
    return ("ref", "source", "table", *(f"table.{name}" for name in OF_TABLE), *own)


def variable_rows(catalog: Catalog) -> Iterator[dict[str, str]]:
    """One row per variable, every column in each; what a variable has not is an empty text."""
    empty = dict.fromkeys(variable_columns(), "")
    for table in catalog.tables.values():
        said = _said(table)
        for field in table.fields:
            own = cells_of(field, FIELDS.columns)
            yield empty | said | own | {"ref": f"{table.ref}.{field.name}"}
    for derived in catalog.derived.values():
        yield empty | cells_of(derived, DERIVED.columns) | {"ref": derived_ref(derived)}


def derived_ref(derived: Derived) -> str:
    """The reference of a derived variable, which no table holds."""
    return f"{DERIVED_REF}.{derived.name}"


def columns_by_name() -> dict[str, Column]:
    """The columns that variables bring themselves, by name."""
    return {column.name: column for column in (*DERIVED.columns, *FIELDS.columns)}


def _said(table: Table) -> dict[str, str]:
    cells = cells_of(table, TABLES.columns)
    of_table = {f"table.{name}": cells[name] for name in OF_TABLE}
    return {"source": table.source, "table": table.table, **of_table}
