"""Rows kept for their code tell what the code is about, wherever the person of the row goes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.verify.rules.small import CITE, LABEL, compiled, small
from workbench.catalog import load_catalog
from workbench.verify import knowledge_of

STEP = {"label": LABEL, "cite": CITE, "actor": "hospitals"}


def steps(only: dict[str, list[str]]) -> list[dict[str, Any]]:
    """Stays with a diagnosis of the list, their persons looked up, and nothing but the INSZ sent."""
    diagnoses = {"STAYNUM": "mzg.DIAGNOSE.STAYNUM", "CODE_DIAGNOSE": "mzg.DIAGNOSE.CODE_DIAGNOSE"}
    persons = {"STAYNUM": "mzg.STAYHOSP.STAYNUM", "INSZ": "hospital.PATIENT.INSZ"}
    chosen = {"from": ["mzg.DIAGNOSE"], "columns": diagnoses, "only": only}
    known = {"from": ["mzg.STAYHOSP", "hospital.PATIENT"], "columns": persons}
    link = {"left": "known.rows", "right": "chosen.rows", "on": {"STAYNUM": "STAYNUM"}}
    return [
        {**STEP, "id": "choose", "kind": "select", "output": "chosen", "parts": {"rows": chosen}},
        {**STEP, "id": "know", "kind": "select", "output": "known", "parts": {"rows": known}},
        {**STEP, "id": "join", "kind": "link", **link, "columns": {"INSZ": "left.INSZ"}, "output": "chosen_persons"},
        {**STEP, "id": "deliver", "kind": "send", "dataset": "chosen_persons", "to": ["committee"]},
    ]


@pytest.mark.parametrize(("only", "told"), [({"CODE_DIAGNOSE": ["stroke_inclusion"]}, True), ({}, False)])
def test_a_list_chosen_by_a_code_tells_the_disease(repo_root: Path, only: dict[str, list[str]], told: bool) -> None:
    data = small()
    data["flow"] += steps(only)
    asked = ("mzg.DIAGNOSE.STAYNUM", "mzg.DIAGNOSE.CODE_DIAGNOSE", "mzg.STAYHOSP.STAYNUM")
    data["variables"] += [{**data["variables"][0], "ref": ref} for ref in asked]
    model = knowledge_of(compiled(data, load_catalog(repo_root / "catalog")))
    exposure = model.exposure(["committee"])
    assert exposure.reaches({"id:INSZ"})
    assert bool(exposure.reaches({"id:INSZ", "attr:diagnosis_group"})) is told
