"""Checks of the population: a criterion is one test, on a field that can be brought to the unit's rows."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.catalog.model import Catalog, Table
from workbench.catalog.source import Loc
from workbench.study.model import Criterion, Study

Finding = tuple[Loc, str, str, str]


def check_population(study: Study, catalog: Catalog) -> Iterator[Finding]:
    """Everything wrong in the population, with its place in the study file."""
    unit = catalog.tables.get(study.population.unit)
    if unit is None:
        what = f"table '{study.population.unit}' does not exist"
        yield ("population", "unit"), what, "the catalogue has no such table", "correct the reference"
    for number, criterion in enumerate(study.population.criteria):
        at: Loc = ("population", "criteria", number)
        yield from _one_test(criterion, at)
        yield from _codes(criterion, at, catalog)
        yield from _fields(criterion, at, unit, catalog)


def _one_test(criterion: Criterion, at: Loc) -> Iterator[Finding]:
    given = [test is not None for test in (criterion.in_codes, criterion.between, criterion.years_before)]
    if sum(given) != 1:
        what = f"criterion '{criterion.id}' has {sum(given)} tests"
        yield at, what, "a criterion is exactly one test", "give one of in_codes, between, years_before"
    if (criterion.years_before is None) != (criterion.at_least is None):
        what = f"criterion '{criterion.id}' is half an age test"
        yield at, what, "'years_before' and 'at_least' go together", "give both or neither"


def _codes(criterion: Criterion, at: Loc, catalog: Catalog) -> Iterator[Finding]:
    if criterion.in_codes is None:
        return
    codes = catalog.codes.get(criterion.in_codes)
    if codes is None:
        what = f"code list '{criterion.in_codes}' does not exist"
        yield (*at, "in_codes"), what, "no file under catalog/codes has this id", "correct the name"
        return
    known = {name for entry in codes.entries for name in entry.attributes}
    for name, wanted in criterion.having.items():
        if name not in known:
            what, todo = (
                f"no code of '{codes.id}' has an attribute '{name}'",
                f"choose from {', '.join(sorted(known))}",
            )
            yield (*at, "having", name), what, "the criterion would select nothing", todo
        elif not any(entry.attributes.get(name) == wanted for entry in codes.entries):
            what = f"no code of '{codes.id}' has {name} {wanted}"
            yield (*at, "having", name), what, "the criterion would select nothing", "correct the value"


def _fields(criterion: Criterion, at: Loc, unit: Table | None, catalog: Catalog) -> Iterator[Finding]:
    for key, ref in (("field", criterion.field), ("years_before", criterion.years_before)):
        if ref is not None and catalog.field(ref) is None:
            what = f"field '{ref}' does not exist"
            yield (*at, key), what, "no table of the catalogue has it", catalog.hint(ref)
    table = catalog.tables.get(criterion.field.rpartition(".")[0])
    if unit is None or table is None:
        return
    before = criterion.years_before
    if before and catalog.field(before) is not None and before.rpartition(".")[0] != unit.ref:
        what = f"'{before}' is not a field of {unit.ref}"
        yield (
            (*at, "years_before"),
            what,
            "an age is counted at a date of the unit",
            "take a year of the unit",
        )
    parent = bool(table.keys) and all(unit.field(key) for key in table.keys)
    child = bool(unit.keys) and all(table.field(key) for key in unit.keys)
    if not (parent or child or table.ref == unit.ref):
        what = f"rows of {table.ref} cannot be brought to rows of {unit.ref}"
        yield (
            (*at, "field"),
            what,
            "neither has the key fields of the other",
            "choose a field of another table",
        )
    numbers = {"integer", "decimal", "bigint"}
    field = catalog.field(criterion.field)
    if criterion.in_codes is None and field is not None and field.type not in numbers:
        what = f"'{criterion.field}' is no number"
        yield (
            (*at, "field"),
            what,
            f"it is a {field.type}, and the test compares numbers",
            "choose another field",
        )
