"""How many synthetic persons a population selects: counts leave this process, rows never do.

The study builder asks while somebody writes, so the data stay open: one question a line in, one answer a line out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
from pydantic import ValidationError

from workbench.catalog.load import load_catalog
from workbench.catalog.model import Catalog
from workbench.dataflow.population import selected_units
from workbench.dataflow.schema import IBIS_TYPES
from workbench.errors import WorkbenchError
from workbench.simulate.backends import EngineSettings, Session, open_session, translated
from workbench.simulate.context import source_file
from workbench.study.model import Population
from workbench.study.population import check_population
from workbench.synth import Manifest

PERSONS = "hospital.PATIENT"  # the table that ties a hospital's patient number to a person
PERSON = "INSZ"


@dataclass(frozen=True)
class Count:
    """Units (rows of the population's table) and distinct persons after each criterion; `of` persons there are.

    `persons` are None where the table does not say which person a row is about; `enriched` is the study of which the
    data hold more than is sourced, if any.
    """

    of: int
    units: tuple[int, ...]
    persons: tuple[int | None, ...]
    enriched: str


class Counter:
    """Counts over one data folder of `workbench synth`, which stays open. Raises `WorkbenchError` without one."""

    def __init__(self, data: Path, root: Path) -> None:
        if not (data / "manifest.json").is_file():
            raise WorkbenchError(f"{data} holds no synthetic data. Make them with 'workbench synth --out {data}'.")
        self.catalog: Catalog = load_catalog(root)
        self.data = data
        self.made = Manifest.read(data)
        self.session: Session = open_session([data], EngineSettings(memory="1GB"))

    def count(self, population: Population) -> Count:
        """The population without criteria, then with one more each time; raises `WorkbenchError` when it is wrong."""
        problems = list(check_population(_Asked(population), self.catalog))  # type: ignore[arg-type]
        if problems:
            raise WorkbenchError(problems[0][1])
        units: list[int] = []
        persons: list[int | None] = []
        for number in range(len(population.criteria) + 1):
            part = population.model_copy(update={"criteria": population.criteria[:number]})
            with translated():
                one, other = self._count(part)
            self.session.clear()
            units.append(one)
            persons.append(other)
        return Count(self.made.persons, tuple(units), tuple(persons), self.made.enrich or "")

    def _count(self, population: Population) -> tuple[int, int | None]:
        unit = self.catalog.tables[population.unit]
        person = next((one.name for one in unit.fields if self._identifies_person(f"{unit.ref}.{one.name}")), None)
        context = _Sources(_Asked(population), self)
        rows = selected_units(context, (person,) if person else ())  # type: ignore[arg-type]
        rows = self.session.keep(rows)
        number = self._rows(rows)
        if person is None or person not in rows.columns:
            return number, None
        who = rows.select(person).distinct()
        # A patient has a number in each hospital: the persons are those behind the numbers.
        if self.catalog.identifier_of_field(f"{unit.ref}.{person}") == "PATNUM":
            known = context.source(PERSONS).select(**{person: "PATNUM", PERSON: PERSON}).distinct()
            who = known.semi_join(who, person).select(PERSON).distinct()
        return number, self._rows(who)

    def _rows(self, rows: ir.Table) -> int:
        return int(self.session.arrow(rows.aggregate(n=rows.count()))["n"][0].as_py())

    def _identifies_person(self, ref: str) -> bool:
        domain = self.catalog.identifier_of_field(ref)
        return domain is not None and self.catalog.identifiers[domain].identifies == "person"


@dataclass(frozen=True)
class _Asked:
    """As much of a study as its population needs."""

    population: Population


class _Sources:
    """The `Context` of a count: every source table, whoever holds it, since nothing of it is handed to anybody."""

    def __init__(self, study: _Asked, counter: Counter) -> None:
        self.study, self.catalog, self._counter = study, counter.catalog, counter

    def source(self, ref: str) -> ir.Table:
        table = self.catalog.tables[ref]
        path = source_file(table, table.provider, self._counter.data / "parties")
        if not path.exists():
            raise WorkbenchError(f"the synthetic data have no table {ref}")
        rows = self._counter.session.read(path)
        missing = {one.field for one in self.study.population.criteria if one.field.rpartition(".")[0] == ref}
        absent = sorted(name for name in missing if name.rpartition(".")[2] not in rows.columns)
        if absent:
            raise WorkbenchError(f"the synthetic data have no {', '.join(absent)}")
        return rows.cast({one.name: IBIS_TYPES[one.type] for one in table.fields if one.name in rows.columns})

    def keep(self, rows: ir.Table) -> ir.Table:
        return self._counter.session.keep(rows)


def answers(lines: Iterable[str], data: Path, root: Path) -> Iterator[str]:
    """For each line with a population as JSON, a line with its count, or with `error` and why there is none."""
    counter: Counter | None = None
    for line in lines:
        try:
            counter = counter or Counter(data, root)
            answer: dict[str, Any] = asdict(counter.count(Population.model_validate(json.loads(line))))
        except (WorkbenchError, ValidationError, ValueError) as error:
            answer = {"error": str(error).splitlines()[0]}
        yield json.dumps(answer)
