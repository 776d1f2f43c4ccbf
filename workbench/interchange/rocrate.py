"""A folder of files as an RO-Crate (1.1, profile Process Run Crate 0.5): what was done, with what, by whom.

The rules followed are those of the two specifications; nothing here knows of studies: it is told files and actions.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

METADATA = "ro-crate-metadata.json"
SPEC = "https://w3id.org/ro/crate/1.1"
PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
Node = dict[str, Any]


@dataclass(frozen=True)
class Action:
    """Something that was done: `objects` were used and `results` made, by `agent` with `instrument`, each an `@id`."""

    id: str
    kind: str  # CreateAction for a run or a step; AuthorizeAction for an approval
    name: str
    agent: str
    ended: str
    instrument: str | None = None
    objects: Sequence[str] = ()
    results: Sequence[str] = ()
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Crate:
    """What a crate says. `files`: path in the folder -> name for readers, media type; `others`: nodes beside them."""

    name: str
    description: str
    published: str
    licence: str
    author: str
    files: Mapping[str, tuple[str, str]]
    actions: Sequence[Action]
    others: Sequence[Node]


def write_metadata(folder: Path, crate: Crate) -> str:
    """Write the metadata of the crate in `folder`, where its files stand already; returns its SHA-256."""
    parts = [_file(folder, path, *said) for path, said in crate.files.items()]
    root: Node = {
        "@id": "./", "@type": "Dataset", "name": crate.name, "description": crate.description,
        "datePublished": crate.published, "license": {"@id": crate.licence}, "author": {"@id": crate.author},
        "conformsTo": {"@id": PROFILE}, "hasPart": [{"@id": one["@id"]} for one in parts],
        "mentions": [{"@id": one.id} for one in crate.actions],
    }  # fmt: skip
    descriptor: Node = {
        "@id": METADATA, "@type": "CreativeWork", "about": {"@id": "./"}, "conformsTo": {"@id": SPEC},
    }  # fmt: skip
    profile: Node = {"@id": PROFILE, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"}
    graph = [descriptor, root, profile, *parts, *map(_action, crate.actions), *crate.others]
    text = json.dumps({"@context": f"{SPEC}/context", "@graph": graph}, indent=1, ensure_ascii=False) + "\n"
    (folder / METADATA).write_text(text, encoding="utf-8")
    return hashlib.sha256(text.encode()).hexdigest()


def _file(folder: Path, path: str, name: str, media: str) -> Node:
    content = (folder / path).read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    told = {"name": name, "encodingFormat": media, "contentSize": str(len(content)), "sha256": digest}
    return {"@id": quote(path), "@type": "File", **told}


def _action(one: Action) -> Node:
    node: Node = {
        "@id": one.id, "@type": one.kind, "name": one.name, "agent": {"@id": one.agent}, "endTime": one.ended,
        "actionStatus": {"@id": "http://schema.org/CompletedActionStatus"}, **one.more,
    }  # fmt: skip
    if one.instrument:
        node["instrument"] = {"@id": one.instrument}
    for name, ids in (("object", one.objects), ("result", one.results)):
        if ids:
            node[name] = [{"@id": id_} for id_ in ids]
    return node


def crate_faults(folder: Path, noted: str | None = None) -> Iterator[str]:
    """What in a crate is not as it was written: its metadata, its files, and whether each `@id` leads somewhere.

    `noted` is the SHA-256 of the metadata as noted elsewhere: who changes a file and its hash together changes that.
    """
    path = folder / METADATA
    try:
        text = path.read_bytes()
        graph = {node["@id"]: node for node in json.loads(text)["@graph"]}
        root = graph[graph[METADATA]["about"]["@id"]]
        parts = [str(one["@id"]) for one in root["hasPart"]]
    except (OSError, ValueError, RecursionError, KeyError, TypeError):
        yield f"{path}: the metadata are missing or damaged"
        return
    if noted and hashlib.sha256(text).hexdigest() != noted:
        yield f"{path}: its SHA-256 is not {noted[:12]}..., which was noted"
    known = {quote(one.relative_to(folder).as_posix()) for one in folder.rglob("*") if one.is_file()} - {METADATA}
    for name in sorted(known - set(parts)):
        yield f"{folder / name}: the metadata do not name this file"
    for name in parts:
        node = graph.get(name, {})
        if name not in known:
            yield f"{folder / name}: the file is missing"
        elif hashlib.sha256((folder / _unquoted(name, folder)).read_bytes()).hexdigest() != node.get("sha256"):
            yield f"{folder / name}: it was changed (its SHA-256 is another)"
    for node in graph.values():
        for id_ in _named(node):
            if id_ not in graph and not id_.startswith("http"):
                yield f"{path}: {node['@id']} names {id_}, which is described nowhere"


def _unquoted(name: str, folder: Path) -> str:
    return next(
        one.relative_to(folder).as_posix()
        for one in folder.rglob("*")
        if quote(one.relative_to(folder).as_posix()) == name
    )


def _named(node: Node) -> Iterator[str]:
    for value in node.values():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict) and set(one) == {"@id"}:
                yield str(one["@id"])
