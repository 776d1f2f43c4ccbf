"""Lineage of a run for other programs: an OpenLineage event pair per step, and one W3C PROV document for the run.

Events name a dataset by the party that holds it (`study/party`), as the vaults do: who sends makes the receiver's copy.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from workbench.dataflow.graph import Flow, FlowStep
from workbench.dataflow.schema import split_ref
from workbench.errors import WorkbenchError
from workbench.simulate.ledger import Ledger, LedgerEntry, PartEntry
from workbench.simulate.lineage import Edge, Executed

FOLDER, PROVENANCE = "lineage", "provenance.jsonld"
PRODUCER = "https://study-workbench.example/"
SPEC = "https://openlineage.io/spec"
Lineages = Mapping[str, Executed]


def event_file(out: Path, number: int, step: str) -> Path:
    """Where the events of the step in that place (from 0) of the flow stand in a run folder."""
    return out / FOLDER / f"{number + 1:03}-{step}.jsonl"


def write_events(
    out: Path, flow: Flow, entry: FlowStep, began: datetime, done: Lineages, made: Iterable[PartEntry]
) -> str:
    """Write the START and COMPLETE events of a step; returns the SHA-256 of the file, which goes in the ledger."""
    step, study = entry.step, flow.study.study.id
    run, job = {"runId": str(uuid4())}, {"namespace": study, "name": step.id}
    common = {
        "producer": PRODUCER,
        "schemaURL": f"{SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": run,
        "job": job,
    }
    holder = f"{study}/{step.actor}"
    rows = {f"{one.dataset}.{one.part}": one.rows for one in made}
    outputs = [_output(holder, ref, table, flow, holder, rows[ref]) for ref, table in done.items()]
    delivered, receivers = step.delivers() or ("", ())
    copies = {
        f"{delivered}.{part}": [column.name for column in columns]
        for part, columns in (flow.datasets[delivered].parts.items() if delivered in flow.datasets else ())
    }
    for receiver in receivers:
        for ref, names in copies.items():
            same = Executed({name: frozenset({Edge(f"{ref}.{name}", "IDENTITY")}) for name in names})
            outputs.append(_output(f"{study}/{receiver}", ref, same, flow, holder))
    read = {_split(edge.place)[0] for table in done.values() for edge in _all(table) if not _key(edge)} | set(copies)
    inputs = [{"namespace": _holder(ref, flow, holder), "name": ref} for ref in sorted(read)]
    moments: tuple[tuple[str, datetime, list[Any], list[Any]], ...] = (
        ("START", began, [], []),
        ("COMPLETE", datetime.now(UTC), inputs, outputs),
    )
    lines = (
        json.dumps(
            {"eventType": kind, "eventTime": at.isoformat(), **common, "inputs": read_, "outputs": made_},
            separators=(",", ":"),
        )
        for kind, at, read_, made_ in moments
    )
    path = event_file(out, flow.steps.index(entry), step.id)
    path.parent.mkdir(exist_ok=True)
    text = "".join(f"{line}\n" for line in lines).encode()
    path.write_bytes(text)  # before the ledger has it a killed run leaves what the next start writes again
    return hashlib.sha256(text).hexdigest()


def _all(table: Executed) -> frozenset[Edge]:
    return table.rows.union(*table.columns.values())


def _split(place: str) -> tuple[str, str]:
    ref, _, name = place.rpartition(".")
    return ref, name


def _key(edge: Edge) -> bool:
    return edge.place.startswith("domain:")


def _holder(ref: str, flow: Flow, holder: str) -> str:
    return "catalogue" if ref in flow.catalog.tables and split_ref(ref)[0] not in flow.datasets else holder


def _output(
    namespace: str, ref: str, table: Executed, flow: Flow, holder: str, rows: int | None = None
) -> dict[str, Any]:
    def read(edges: frozenset[Edge]) -> list[dict[str, Any]]:
        keyed = any(map(_key, edges))  # a keyed pseudonym hides the value it is made from
        how: dict[str, list[dict[str, Any]]] = {}
        for edge in sorted(edges):
            if not _key(edge):
                kind = "DIRECT" if edge.direct else "INDIRECT"
                how.setdefault(edge.place, []).append(
                    {"type": kind, "subtype": edge.how, "description": "", "masking": keyed and edge.direct}
                )
        places = ((_split(place), ways) for place, ways in how.items())
        return [
            {"namespace": _holder(at, flow, holder), "name": at, "field": name, "transformations": ways}
            for (at, name), ways in places
        ]

    lineage = {
        **_facet("1-2-0", "ColumnLineageDatasetFacet"),
        "fields": {name: {"inputFields": read(edges)} for name, edges in table.columns.items()},
        "dataset": read(table.rows),
    }
    output: dict[str, Any] = {"namespace": namespace, "name": ref, "facets": {"columnLineage": lineage}}
    if rows is not None:
        statistics = {**_facet("1-0-2", "OutputStatisticsOutputDatasetFacet"), "rowCount": rows}
        output["outputFacets"] = {"outputStatistics": statistics}
    return output


def _facet(version: str, name: str) -> dict[str, str]:
    return {"_producer": PRODUCER, "_schemaURL": f"{SPEC}/facets/{version}/{name}.json#/$defs/{name}"}


def read_events(path: Path) -> dict[str, Any]:
    """The COMPLETE event of a step. Raises `WorkbenchError` when the file is none of ours."""
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8").splitlines()[-1])
        return found
    except (OSError, ValueError, RecursionError, IndexError):
        raise WorkbenchError(f"{path} is missing or damaged: the lineage of a step. Run the study again.") from None


def provenance(out: Path, study: str, entries: Sequence[LedgerEntry]) -> str:
    """The run as PROV-O in JSON-LD: steps are activities, parties agents, files and their columns entities."""
    graph: list[dict[str, Any]] = []
    for number, entry in enumerate(entries):
        event = read_events(event_file(out, number, entry.step))
        graph += _step(study, entry, event)
    agents = {entry.actor for entry in entries} | {one for entry in entries for one in entry.receivers}
    graph += [{"@id": f"party/{name}", "@type": ["prov:Agent", "prov:Organization"]} for name in sorted(agents)]
    base = f"{PRODUCER}run/{entries[-1].sha256}/"
    context: dict[str, Any] = {"@base": base, "prov": "http://www.w3.org/ns/prov#", "schema": "http://schema.org/"}
    xsd = "http://www.w3.org/2001/XMLSchema#"
    for name in ("startedAtTime", "endedAtTime"):
        context[f"prov:{name}"] = {"@type": f"{xsd}dateTime"}
    return json.dumps({"@context": context, "@graph": graph}, separators=(",", ":"))


def write_provenance(out: Path, flow: Flow, ledger: Ledger) -> Path:
    """Write the `provenance` of a finished run into its folder."""
    path = out / PROVENANCE
    part = path.with_suffix(".part")
    try:
        part.write_text(provenance(out, flow.study.study.id, ledger.entries), encoding="utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def _step(study: str, entry: LedgerEntry, event: Mapping[str, Any]) -> list[dict[str, Any]]:
    activity = f"step/{entry.step}"
    hashes = {f"{one.dataset}.{one.part}": one for one in entry.made}
    found: list[dict[str, Any]] = []
    for made in event["outputs"]:
        file = _entity(study, made["namespace"], made["name"])
        known = hashes.get(made["name"])
        told = {"schema:sha256": known.sha256} if known else {}
        parts = []
        for name, field in made["facets"]["columnLineage"]["fields"].items():
            parts.append(f"{file}/{quote(name)}")
            sources = [
                {"@id": f"{_entity(study, one['namespace'], one['name'])}/{quote(one['field'])}"}
                for one in field["inputFields"]
                if any(way["type"] == "DIRECT" for way in one["transformations"])
            ]
            found.append({"@id": parts[-1], "@type": "prov:Entity", "prov:wasDerivedFrom": sources})
        found.append(
            {"@id": file, "@type": ["prov:Entity", "prov:Collection"], **told,
             "prov:wasGeneratedBy": {"@id": activity}, "prov:hadMember": [{"@id": one} for one in parts]}
        )  # fmt: skip
    # What ends is the copy of the party that destroys it; its parts are told by their names.
    ended = [{"@id": f"party/{entry.actor}/{name}"} for name in entry.destroyed]
    found += [{**one, "@type": "prov:Entity", "prov:wasInvalidatedBy": {"@id": activity}} for one in ended]
    used = [{"@id": _entity(study, one["namespace"], one["name"])} for one in event["inputs"]]
    found.append(
        {"@id": activity, "@type": "prov:Activity", "prov:used": used,
         "prov:wasAssociatedWith": {"@id": f"party/{entry.actor}"}, "prov:endedAtTime": event["eventTime"]}
    )  # fmt: skip
    found += [{"@id": one["@id"], "@type": "prov:Entity"} for one in used]
    return found


def _entity(study: str, namespace: str, name: str) -> str:
    """A dataset of a party, or a source table."""
    if namespace == "catalogue":
        return quote(f"source/{name}")
    return quote(f"party/{namespace.removeprefix(f'{study}/')}/{name}")
