"""The figures behind the synthetic data: every file of `catalog/synth`, without the citations.

A fact stands in its file as `{value: ..., cite: ...}`; here it is reached by a dotted path that starts with
the file's name: `parameters.number("stroke.thrombolysis.mean")`.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from workbench.errors import WorkbenchError

_BESIDE = ("codes/hospitals.yaml", "codes/cnk.yaml")


@dataclass(frozen=True)
class Parameters:
    """Facts by dotted path, the code lists the generator needs, and the hash of all of it."""

    root: Path
    facts: Mapping[str, Any]
    hospitals: tuple[Mapping[str, Any], ...]
    products: tuple[Mapping[str, Any], ...]
    sha256: str

    def __getitem__(self, path: str) -> Any:
        """The value at a path. Raises `WorkbenchError` naming the file when it is not there."""
        found: Any = self.facts
        for name in path.split("."):
            if not isinstance(found, Mapping) or name not in found:
                file, _, rest = path.partition(".")
                where = f"{self.root}/synth/{file}.yaml"
                raise WorkbenchError(f"{where}: '{rest}' is missing; the generator needs it")
            found = found[name]
        return found

    def number(self, path: str) -> float:
        """A single figure."""
        return float(self[path])

    def margin(self, path: str) -> list[dict[str, str]]:
        """Rows of a csv file of population counts that a fact names."""
        with (self.root / "synth" / str(self[path])).open(encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def cites(self, file: str) -> dict[str, str]:
        """Where each fact at the top of a file comes from: document, and key or line."""
        facts = _load(self.root / "synth" / f"{file}.yaml")
        return {name: _cited(fact["cite"]) for name, fact in facts.items()}

    def code(self, list_id: str, meaning: str) -> str:
        """The code value written for a meaning, e.g. `code("sex", "man")`."""
        return str(self[f"codes.meanings.{list_id}.{meaning}"])


def read_parameters(catalog_root: Path) -> Parameters:
    """Read everything the generator depends on. Raises `WorkbenchError` when a file is missing."""
    folder = catalog_root / "synth"
    files = sorted(folder.glob("*.yaml")) + sorted(folder.glob("*.csv"))
    files += [catalog_root / name for name in _BESIDE]
    missing = [str(path) for path in (folder, *files) if not path.exists()]
    if missing:
        raise WorkbenchError(f"the catalogue has no {', '.join(missing)}; the generator draws from it")
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    facts = {path.stem: _values(_load(path)) for path in sorted(folder.glob("*.yaml"))}
    hospitals, products = (tuple(_entries(_load(catalog_root / name))) for name in _BESIDE)
    return Parameters(catalog_root, facts, hospitals, products, digest.hexdigest())


def by_age(steps: list[Mapping[str, float]], age: int, key: str = "rate") -> float:
    """The step that holds at an age: the last one that starts at or below it."""
    return float([step for step in steps if step["from"] <= age][-1][key])


def _load(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _values(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if "value" in node:
        return node["value"]
    return {name: _values(child) for name, child in node.items()}


def _cited(cite: Mapping[str, Any]) -> str:
    place = cite.get("key") or (f"line {cite['line']}" if "line" in cite else "")
    return f"{cite['document']} {place}".strip()


def _entries(listed: Any) -> list[Mapping[str, Any]]:
    entries = listed["entries"]
    return [{"code": entry["code"], "label": entry["label"], **entry["attributes"]} for entry in entries]
