"""Studies that are not in the catalogue: whether one may be published, and under which name."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from workbench.dataflow.graph import Flow
from workbench.main.audits import beside, opened
from workbench.workflow import authorised_draft, load_workflow, shelf_of


def own_text(flow: Flow, root: Path) -> str | None:
    """The file of a study, letter by letter; None for one of the catalogue, whose file everybody has."""
    path = flow.study.path.resolve()
    if path.is_relative_to((root / "studies").resolve()):
        return None
    return path.read_bytes().decode("utf-8")


def collection_of(text: str, releases: Path, root: Path) -> str:
    """The data collection of an authorised study file; raises `Refused` when nobody authorised this very text."""
    content = hashlib.sha256(text.encode()).hexdigest()
    with opened(beside(releases)) as state:
        return shelf_of(authorised_draft(load_workflow(root), state, content))


def named(flow: Flow, id_: str) -> Flow:
    """The same flow of the study under another name."""
    study = flow.study.study.model_copy(update={"id": id_})
    return replace(flow, study=replace(flow.study, study=study))
