"""How a draft begins: empty, as a known study, from a file, from variables put aside; and flows to begin with."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from workbench.catalog.source import parse_source
from workbench.drafts.edits import Add, Edit, Put
from workbench.drafts.style import block
from workbench.drafts.writing import SECTIONS, edited, read
from workbench.errors import Problem, Problems

OWN = "own"  # the document of what no document says yet
FLOW_SECTIONS = ("parties", "domains", "flow", "datasets", "hosting", "targets", "analysis", "scra", "accepted")
_BLANK = {"nl": "", "fr": "", "en": ""}


def cited(document: str = OWN) -> dict[str, Any]:
    """The citation of something that was just written."""
    return {"document": document}


def empty(id_: str, year: int) -> str:
    """A study file with every section that a study must have, and nothing in them."""
    cite = cited()
    data: dict[str, Any] = {
        "id": id_,
        "title": _BLANK,
        "document": OWN,
        "applicant": {"organisation": "", "cite": cite},
        "purpose": _BLANK,
        "legal_basis": [],
        "period": {"from": year, "to": year, "cite": cite},
        "population": {"label": _BLANK, "unit": "", "criteria": []},
        "parties": [],
        "domains": [],
        "flow": [],
        "retention": [],
        "recipients": [],
        "variables": [],
    }
    return "\n".join(block({key: data[key] for key in SECTIONS if key in data}, 0)) + "\n"


def from_template(text: str, id_: str) -> str:
    """The file of a known study under another name: everything stays, so that it can be cut down."""
    return edited(text, Put(("id",), id_))


def from_file(text: str) -> str:
    """An uploaded study file. Raises `Problems` when it is no YAML mapping; whatever else is wrong can be mended."""
    source = parse_source(text, "study.yaml")
    if source.problems:
        raise Problems(source.problems)
    if not isinstance(source.data, dict):
        what, why = "the file is no study", "a study file is a mapping of sections such as 'title' and 'flow'"
        raise Problems([Problem("study.yaml", 1, what, why, "choose a study file")])
    return text if text.endswith("\n") else f"{text}\n"


def variable(ref: str, document: str) -> dict[str, Any]:
    """A variable as the cart gives it: motivation and use are the designer's to write."""
    return {"ref": ref, "motivation": _BLANK, "transformation": "none", "used_by": [], "cite": cited(document)}


def with_variables(text: str, refs: Iterable[str]) -> tuple[str, int]:
    """The draft with these variables added, those it has left as they are; and how many are new."""
    data = read(text)
    held = data.get("variables")
    entries = list(held) if isinstance(held, list) else []
    asked = {one.get("ref") for one in entries if isinstance(one, dict)}
    new = [variable(ref, str(data.get("document") or OWN)) for ref in dict.fromkeys(refs) if ref not in asked]
    for one in new:
        text = edited(text, add_to("variables", one))
    return text, len(new)


def add_to(section: str, value: Any) -> Edit:
    """The edit that adds an entry at the end of a list of the study."""
    return Add((section,), value)


def flow_of(text: str, template: str, chosen: Collection[str] = FLOW_SECTIONS) -> str:
    """The draft with the flow of another study, and what that flow cannot do without, in place of its own."""
    other: Mapping[str, Any] = read(template)
    for section in FLOW_SECTIONS:
        if section in chosen and section in other:
            text = edited(text, Put((section,), other[section]))
    return text


def free_name(wanted: str, taken: Collection[str]) -> str:
    """A name for files and addresses that nobody has yet."""
    name = re.sub(r"[^a-z0-9]+", "-", wanted.lower()).strip("-") or "study"
    name = name if name[0].isalpha() else f"study-{name}"
    number, made = 1, name
    while made in taken:
        number += 1
        made = f"{name}-{number}"
    return made


def name_of(data: Any) -> str:
    """What a study file, read as data, calls itself, as a name for files and folders."""
    return free_name(str(data.get("id") or "study") if isinstance(data, dict) else "study", ())


def template_text(root: Path, study: str) -> str:
    """The text of a study of the catalogue."""
    return (root / "studies" / study / "study.yaml").read_text(encoding="utf-8")
