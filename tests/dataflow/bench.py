"""A bench on which one step of any kind runs over small text tables, with derived variables of the test's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pyarrow as pa

from tests.dataflow.tables import columns_of, execute, read
from workbench.catalog import Catalog
from workbench.catalog.model import CodeList, Derived
from workbench.dataflow import Dataset
from workbench.dataflow.kinds import KINDS, Scope
from workbench.dataflow.schema import Column, split_ref
from workbench.study import Study

LABEL = {"nl": "x", "fr": "x", "en": "x"}
OWN = {"document": "own"}


def derived(name: str, kind: str, role: str = "payload", codes: str | None = None) -> Derived:
    """An entry of a derived variable."""
    given = {"name": name, "label": LABEL, "type": kind, "role": role, "codes": codes, "explanation": "x", "cite": OWN}
    return Derived.model_validate(given)


def classes(id_: str, *bounds: tuple[int | None, int | None], names: tuple[str, str] = ("lower", "upper")) -> CodeList:
    """A code list whose codes are c0, c1, ... with these bounds."""
    entries = [
        {"code": f"c{place}", "label": LABEL, "attributes": dict(zip(names, pair, strict=True))}
        for place, pair in enumerate(bounds)
    ]
    given = {"id": id_, "label": LABEL, "system": "own", "kind": "values", "cite": OWN, "entries": entries}
    return CodeList.model_validate(given)


class Bench:
    """Runs a step (`run`, `one`), or only asks what it says it makes and what is wrong with it (`said`)."""

    def __init__(
        self, study: Study, catalog: Catalog, entries: tuple[Derived, ...] = (), lists: tuple[CodeList, ...] = ()
    ) -> None:
        self.study = study
        known = {**catalog.derived, **{entry.name: entry for entry in entries}}
        self.catalog = replace(catalog, derived=known, codes={**catalog.codes, **{one.id: one for one in lists}})

    def run(self, kind: str, spec: Mapping[str, Any], tables: dict[str, str], **more: Any) -> dict[str, pa.Table]:
        whole = {ref if ref in self.catalog.tables else ".".join(split_ref(ref)): text for ref, text in tables.items()}
        return execute(KINDS[kind], {"kind": kind, **spec}, self.study, self.catalog, whole, **more)

    def one(self, kind: str, spec: Mapping[str, Any], tables: dict[str, str], **more: Any) -> pa.Table:
        (made,) = self.run(kind, spec, tables, **more).values()
        return made

    def said(
        self, kind: str, spec: Mapping[str, Any], tables: dict[str, str | tuple[Column, ...]], **more: Any
    ) -> tuple[dict[str, tuple[Column, ...]], list[tuple[Any, ...]]]:
        """What the step infers of tables (as text or as columns), and its findings."""
        given = {"id": "step", "kind": kind, "actor": "hospitals", "label": LABEL, "cite": OWN}
        step = KINDS[kind].model_validate({**given, **spec})
        datasets: dict[str, Dataset] = {}
        for ref, table in tables.items():
            name, part = split_ref(ref)
            columns = columns_of(read(table)) if isinstance(table, str) else table
            datasets[name] = datasets.get(name, Dataset(name, {}, **more)).with_part(part, columns)
        scope = Scope(self.study, self.catalog, datasets)
        return step.infer(scope), list(scope.found)
