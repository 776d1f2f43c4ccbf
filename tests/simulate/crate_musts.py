"""The musts of RO-Crate 1.1 and of Process Run Crate 0.5, read from the two specifications, not from our writer."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

NAME = "ro-crate-metadata.json"
CONTEXT, SPEC = "https://w3id.org/ro/crate/1.1/context", "https://w3id.org/ro/crate/1.1"
PROFILE = "https://w3id.org/ro/wfrun/process/"
PROGRAMS = {"SoftwareApplication", "SoftwareSourceCode", "ComputationalWorkflow"}
STATES = {f"http://schema.org/{name}ActionStatus" for name in ("Completed", "Failed", "Active", "Potential")}
Node = dict[str, Any]


def broken(folder: Path) -> list[str]:
    """Every must that the crate in the folder breaks, each as a sentence that begins with who asks it."""
    text = json.loads((folder / NAME).read_text(encoding="utf-8"))
    graph: list[Node] = text["@graph"]
    found = [] if text["@context"] == CONTEXT else ["crate: the context is not that of RO-Crate 1.1"]
    found += [f"crate: {one} has no id or no type" for one in graph if not {"@id", "@type"} <= set(one)]
    found += [f"crate: {id_} is told twice" for id_, times in Counter(map(_id, graph)).items() if times > 1]
    nodes = {_id(one): one for one in graph}
    found += [f"crate: {_id(one)} has an entity inside it" for one in graph if any(map(_nested, one.values()))]
    if NAME not in nodes or "./" not in nodes:
        return [*found, "crate: no descriptor or no root"]
    return [*found, *_frame(nodes[NAME], nodes["./"]), *_parts(folder, nodes), *_process(nodes)]


def _frame(descriptor: Node, root: Node) -> Iterator[str]:
    if descriptor["@type"] != "CreativeWork" or descriptor.get("about") != {"@id": "./"}:
        yield "crate: the descriptor is not about the root"
    if descriptor.get("conformsTo") != {"@id": SPEC}:
        yield "crate: the descriptor names no version of the specification"
    if root["@type"] != "Dataset":
        yield "crate: the root is no Dataset"
    if not _moment(root.get("datePublished")):
        yield "crate: the root has no date of ISO 8601"
    for name in ("name", "description", "license"):
        if not root.get(name):
            yield f"crate: the root has no {name}"


def _parts(folder: Path, nodes: dict[str, Node]) -> Iterator[str]:
    parts = set(_ids(nodes["./"].get("hasPart")))
    files = {id_ for id_, one in nodes.items() if one.get("@type") == "File"}
    for id_ in sorted(files ^ parts):
        yield f"crate: {id_} is a file and no part, or a part and no file"
    for id_ in sorted(parts):
        if not (folder / id_).is_file():
            yield f"crate: {id_} is not there"


def _process(nodes: dict[str, Node]) -> Iterator[str]:
    named = [id_ for id_ in _ids(nodes["./"].get("conformsTo")) if id_.startswith(PROFILE)]
    if not named or nodes.get(named[0], {}).get("@type") != "CreativeWork":
        yield "process: the root conforms to no version of the profile that is described"
    actions = {id_: one for id_, one in nodes.items() if one.get("@type") == "CreateAction"}
    if not actions:
        yield "process: no action"
    for id_ in sorted(set(actions) - set(_ids(nodes["./"].get("mentions")))):
        yield f"process: the root does not mention {id_}"
    for id_, one in actions.items():
        if [nodes.get(by, {}).get("@type") in PROGRAMS for by in _ids(one.get("instrument"))] != [True]:
            yield f"process: {id_} was not done with one program"
        if not _moment(one.get("endTime")):
            yield f"process: {id_} has no end of ISO 8601"
        if not set(_ids(one.get("actionStatus"))) <= STATES:
            yield f"process: {id_} has no known status"
        for other in (*_ids(one.get("agent")), *_ids(one.get("object")), *_ids(one.get("result"))):
            if other not in nodes:
                yield f"process: {id_} names {other}, which is not described"
        if [nodes.get(by, {}).get("@type") in ("Person", "Organization") for by in _ids(one.get("agent"))] != [True]:
            yield f"process: {id_} was done by nobody"


def _id(node: Node) -> str:
    return str(node.get("@id"))


def _ids(value: Any) -> list[str]:
    return [one["@id"] for one in (value if isinstance(value, list) else [value] if value else [])]


def _nested(value: Any) -> bool:
    return any(isinstance(one, dict) and set(one) != {"@id"} for one in (value if isinstance(value, list) else [value]))


def _moment(value: Any) -> bool:
    try:
        return bool(date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value))
    except (TypeError, ValueError):
        return False
