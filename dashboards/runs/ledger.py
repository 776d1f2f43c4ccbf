"""What a run's own papers say: what it was made from, and its ledger. Nothing of a vault is ever opened.

The ledger's chain of hashes is computed anew here, apart from the code that wrote it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]
INPUTS = ("study", "catalog", "data", "seed", "version")
_START = "0" * 64


@dataclass(frozen=True)
class Papers:
    """`folder` holds run.json and ledger.jsonl."""

    folder: Path

    @cached_property
    def inputs(self) -> Mapping[str, str]:
        """What the run depends on, hashes and version; empty before it has begun."""
        found = _json(self.folder / "run.json")
        inputs = found.get("inputs") if isinstance(found, dict) else None
        return {str(name): str(value) for name, value in inputs.items()} if isinstance(inputs, dict) else {}

    @cached_property
    def entries(self) -> tuple[Row, ...]:
        """The entries that are whole, first to last."""
        return tuple(entry for entry, _ in self._read if "step" in entry)

    @cached_property
    def unbroken(self) -> bool:
        """Every entry follows from the one before it, and none was changed."""
        before = _START
        for entry, fine in self._read:
            if not fine or entry["before"] != before:
                return False
            before = entry["sha256"]
        return True

    @cached_property
    def _read(self) -> tuple[tuple[Row, bool], ...]:
        try:
            text = (self.folder / "ledger.jsonl").read_bytes()
        except OSError:
            return ()
        found = []
        for line in text[: text.rfind(b"\n") + 1].splitlines():
            try:
                entry = json.loads(line)
                body = {name: value for name, value in entry.items() if name != "sha256"}
                written = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
                found.append((entry, hashlib.sha256(written).hexdigest() == entry["sha256"]))
            except (ValueError, RecursionError, KeyError, AttributeError):
                found.append(({"before": ""}, False))
        return tuple(found)

    @cached_property
    def rows(self) -> Mapping[str, Mapping[str, int]]:
        """By step: rows of each part that it made."""
        return {
            entry["step"]: {f"{part['dataset']}.{part['part']}": part["rows"] for part in entry["made"]}
            for entry in self.entries
        }

    @cached_property
    def totals(self) -> tuple[Row, ...]:
        """Indicators over all hospitals and years. Exact: for runs on synthetic people, and for no other."""
        if not self.is_synthetic:
            return ()
        found = _json(self.folder / "confidential" / "indicators.json")
        results = found.get("results", []) if isinstance(found, dict) else []
        return tuple(one for one in results if one["hospital"] == "ALL" and not one["year"] and not one["stratum"])

    @cached_property
    def is_synthetic(self) -> bool:
        """The data beside the run carry the manifest of our generator, and the run says it read those data."""
        manifest = self.folder.with_name(f"{self.folder.name}-data") / "manifest.json"
        try:
            content = manifest.read_bytes()
        except OSError:
            return False
        return hashlib.sha256(content).hexdigest() == self.inputs.get("data") and "seed" in json.loads(content)


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
