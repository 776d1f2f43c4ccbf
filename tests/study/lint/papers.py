"""Small printed documents for the rules: only what a rule looks at, the rest is filled in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from workbench.catalog.model import Catalog
from workbench.study.findings import Hit
from workbench.study.lint import RULES
from workbench.study.lint.facts import read_facts
from workbench.study.lint.known import Known
from workbench.study.printed import Printed

# Printed names of parties that every small document may use, and who they are.
PARTIES = {
    "H": "hospitals",
    "T": "ehealth",
    "R": "vikz-researchers",
    "M": "vikz-datamanager",
    "K": "kce",
    "S": "committee",
    "I": "ima",
}


def paper(**parts: Any) -> Printed:
    """A printed document with these parts."""
    known = [{"name": name, "is": party, "line": 1} for name, party in PARTIES.items()]
    filled = {"document": "20/284", "study": "small", "language": "nl", **parts}
    filled["parties"] = [*known, *parts.get("parties", [])]
    return Printed.model_validate(filled)


def hits(rule: str, printed: Printed, catalog: Catalog, root: Path) -> list[Hit]:
    """What one rule finds."""
    return list(RULES[rule](printed, Known(catalog, read_facts(root))))
