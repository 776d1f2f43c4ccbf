"""What a field offers to choose from: names of the catalogue, and names that the study itself gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from workbench.catalog.model import Catalog
from workbench.drafts.edits import get
from workbench.drafts.judge import Judgement

# By the key of a field: the list that it offers. `of` and `party` mean other things in other entries.
OFFERED: Mapping[str, str] = {
    "unit": "tables", "field": "fields", "ref": "fields", "years_before": "fields", "in_codes": "codes",
    "actor": "parties", "issuer": "parties", "key_holder": "parties", "executor": "parties", "report_to": "parties",
    "party": "parties", "to": "parties", "host": "all-parties", "parties": "all-parties", "policy": "policies",
    "document": "documents", "indicators": "indicators", "used_by": "uses", "transformation": "transformations",
    "dataset": "datasets", "input": "datasets", "inputs": "datasets", "datasets": "datasets", "left": "datasets",
    "right": "datasets", "receives": "datasets", "concordance": "datasets", "domain": "domains", "keys": "domains",
    "step": "steps", "variable": "derived", "more": "datasets",
}  # fmt: skip
Names = Mapping[str, str]  # name, and what it means


def offered(key: str, at: tuple[str | int, ...]) -> str | None:
    """The list that a field offers, None when it is free."""
    if key == "of" and at[:1] == ("hosting",):
        return "parties"
    return OFFERED.get(key)


def of_catalogue(catalog: Catalog, lang: str, transformations: Iterable[str]) -> dict[str, Names]:
    """The lists that are the same for every draft."""
    return {
        "fields": {
            f"{ref}.{one.name}": one.label[lang] for ref, table in catalog.tables.items() for one in table.fields
        },
        "tables": {ref: table.label[lang] for ref, table in catalog.tables.items()},
        "codes": {id_: one.label[lang] for id_, one in catalog.codes.items()},
        "all-parties": {id_: one.label[lang] for id_, one in catalog.parties.items()},
        "policies": dict.fromkeys(catalog.policies, ""),
        "documents": dict.fromkeys(catalog.documents, ""),
        "indicators": {id_: one.label[lang] for id_, one in catalog.indicators.items()},
        "derived": {id_: one.label[lang] for id_, one in catalog.derived.items()},
        "transformations": dict.fromkeys(sorted(set(transformations)), ""),
    }


def of_draft(data: Any, judgement: Judgement | None, catalog: Catalog, lang: str) -> dict[str, Names]:
    """The lists of names that the draft itself gives."""
    known = {id_: one.label[lang] for id_, one in catalog.indicators.items()}
    parties = [one for one in _list(data, "parties") if isinstance(one, str)]
    steps = _ids(data, "flow")
    flow = judgement.flow if judgement else None
    datasets = {}
    for name, dataset in flow.datasets.items() if flow else ():
        datasets[name] = ""
        if len(dataset.parts) > 1:
            datasets |= {f"{name}.{part}": "" for part in dataset.parts}
    uses = {one: known.get(one, "") for one in _list(data, "indicators") if isinstance(one, str)}
    return {
        "parties": {one: catalog.parties[one].label[lang] if one in catalog.parties else "" for one in parties},
        "steps": dict.fromkeys(steps, ""),
        "domains": dict.fromkeys(_ids(data, "domains"), ""),
        "datasets": datasets,
        "uses": {**uses, **dict.fromkeys(("selection", "linkage", "analysis", "scra", *steps), "")},
    }


def _list(data: Any, section: str) -> list[Any]:
    found = get(data, (section,))
    return found if isinstance(found, list) else []


def _ids(data: Any, section: str) -> list[str]:
    return [str(one["id"]) for one in _list(data, section) if isinstance(one, dict) and one.get("id")]
