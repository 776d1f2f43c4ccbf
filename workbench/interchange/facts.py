"""Reads a file of `catalog/interchange/`: what a format of exchange needs beyond the catalogue's tables."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from workbench.catalog.base import Entry
from workbench.catalog.source import read_source, validate
from workbench.errors import Problems

CATALOG = Path("catalog")  # where the command line looks too when no other folder is named
F = TypeVar("F", bound=Entry)


def read_facts(root: Path, name: str, model: type[F]) -> F:
    """The facts in `root/interchange/name`. Raises `Problems` with every fault of the file."""
    source = read_source(root / "interchange" / name, root.parent)
    facts = validate(model, source.data, source) if not source.problems else None
    if facts is None:
        raise Problems(source.problems)
    return facts
