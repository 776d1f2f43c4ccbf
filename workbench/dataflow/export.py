"""A flow as plain data: every dataset with its inferred columns, every step, and who holds what after it.

`FlowExport.model_json_schema()` documents the JSON that `FlowExport.model_dump_json()` writes.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field as Spec

from workbench.catalog.base import Cite, Entry, Label
from workbench.catalog.model import Catalog, FieldType, Role
from workbench.dataflow.graph import Flow, FlowStep
from workbench.dataflow.picture import Sensitivity, identifiers, sensitivity, tells_apart
from workbench.dataflow.schema import Part

Grain = Literal["record", "stay", "person", "group"]


class ColumnExport(Entry):
    """A column; `origin` names the source fields, and pseudonym domains, that it is made from."""

    name: str
    type: FieldType
    role: Role
    sensitive: bool
    codes: str | None = Spec(description="id of its code list in the catalogue")
    domain: str | None = Spec(description="of an identifier: equal values of one domain mean the same thing")
    aggregate: bool = Spec(description="it describes a group, not a person")
    origin: tuple[str, ...]


class PartExport(Entry):
    """One table of a dataset."""

    name: str
    grain: Grain = Spec(description="the finest thing its identifiers tell apart; rows may be of finer things")
    columns: tuple[ColumnExport, ...]


class DatasetExport(Entry):
    """One or more tables that travel together."""

    name: str
    sensitivity: Sensitivity = Spec(description="the gravest thing it holds, as the drawing colours it")
    identifiers: tuple[str, ...] = Spec(description="columns that tell persons, stays or records apart, one a domain")
    protected: bool = Spec(description="no class of persons in it, or cell, is below the threshold of the policy")
    parts: tuple[PartExport, ...]


class DeliveryExport(Entry):
    """A dataset and the parties that hold it, or may read it, from this step on."""

    dataset: str
    to: tuple[str, ...]


class StepExport(Entry):
    """A step in its place, and the datasets every party holds once it is done."""

    id: str
    number: str | None = Spec(description="as the document prints it; null for a step that is not printed")
    kind: str
    actor: str
    label: Label
    cite: Cite
    reads: tuple[str, ...] = Spec(description="datasets, parts (dataset.part) and source tables")
    makes: tuple[str, ...]
    delivers: DeliveryExport | None
    destroys: tuple[str, ...]
    destroys_keys: tuple[str, ...] = Spec(description="pseudonym domains whose key ends")
    holdings: dict[str, tuple[str, ...]]


class FlowExport(Entry):
    """A whole flow; steps in the order in which they run."""

    study: str
    document: str
    parties: tuple[str, ...]
    datasets: tuple[DatasetExport, ...]
    steps: tuple[StepExport, ...]


def export_flow(flow: Flow) -> FlowExport:
    """The flow as data, the same for the same flow; sets come sorted."""
    study = flow.study.study
    datasets = tuple(
        DatasetExport(
            name=dataset.name,
            sensitivity=sensitivity(dataset, flow.catalog),
            identifiers=identifiers(dataset, flow.catalog),
            protected=dataset.protected,
            parts=tuple(
                PartExport(
                    name=name,
                    grain=grain(part, flow.catalog),
                    columns=tuple(
                        ColumnExport(
                            name=column.name,
                            type=column.type,
                            role=column.role,
                            sensitive=column.sensitive,
                            codes=column.codes,
                            domain=column.domain,
                            aggregate=column.aggregate,
                            origin=tuple(sorted(column.origin)),
                        )
                        for column in part
                    ),
                )
                for name, part in dataset.parts.items()
            ),
        )
        for dataset in flow.datasets.values()
    )
    return FlowExport(
        study=study.id,
        document=study.document,
        parties=study.parties,
        datasets=datasets,
        steps=tuple(_step(entry) for entry in flow.steps),
    )


def grain(part: Part, catalog: Catalog) -> Grain:
    """What one row stands for, as far as its identifiers say; a row without any is a record that nothing names."""
    if part and all(column.aggregate for column in part):
        return "group"
    told = [column for column in part if tells_apart(column, catalog)]
    domains = (catalog.identifiers.get(column.domain or "") for column in told)
    known = {domain.identifies for domain in domains if domain}
    if not told or "record" in known or any((column.domain or "").startswith("ref:") for column in told):
        return "record"
    return "stay" if "stay" in known else "person"


def _step(entry: FlowStep) -> StepExport:
    step = entry.step
    delivered = step.delivers()
    datasets, keys = step.destroys()
    return StepExport(
        id=step.id,
        number=step.number,
        kind=step.kind,
        actor=step.actor,
        label=step.label,
        cite=step.cite,
        reads=tuple(dict.fromkeys(ref for _, ref in step.reads())),
        makes=entry.makes,
        delivers=DeliveryExport(dataset=delivered[0], to=delivered[1]) if delivered else None,
        destroys=datasets,
        destroys_keys=keys,
        holdings={party: tuple(sorted(held)) for party, held in entry.holdings.items()},
    )
