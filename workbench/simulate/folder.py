"""The folder of a run: what the run in it was made from, and whether it may go on."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from workbench import __version__
from workbench.catalog.base import Entry
from workbench.catalog.model import Catalog
from workbench.dataflow.graph import Flow
from workbench.errors import WorkbenchError
from workbench.simulate.ledger import Ledger
from workbench.study.retention import kept_until, today

CARD = "run.json"  # says what the run in this folder was made from, and until when its datasets are kept
PART = "run.part"
LEDGER = "2"  # a run whose ledger has other entries than today's cannot go on


def fingerprint(flow: Flow, data: Path | None, seed: int = 0) -> dict[str, str]:
    """What a run depends on: the study, the catalogue, the data and this program's version.

    Without `data` only what does not depend on them.
    """
    known = {
        "study": _digest(flow.study.source.data),
        "catalog": _digest(_content(flow.catalog)),
        "version": __version__,
    }
    if data is None:
        return known
    manifest = data / "manifest.json"
    if not manifest.exists():
        raise WorkbenchError(
            f"{data} holds no finished data: there is no manifest.json. Run 'workbench synth --out {data}' first."
        )
    digest = hashlib.sha256(manifest.read_bytes()).hexdigest()
    return {**known, "data": digest, "seed": str(seed), "ledger": LEDGER}


def _content(catalog: Catalog) -> dict[str, dict[str, object]]:
    kinds: dict[str, Mapping[str, Entry]] = {
        "tables": catalog.tables,
        "codes": catalog.codes,
        "parties": catalog.parties,
        "derived": catalog.derived,
        "policies": catalog.policies,
    }
    return {
        kind: {name: entry.model_dump(mode="json") for name, entry in entries.items()}
        for kind, entries in kinds.items()
    }


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def open_run(flow: Flow, data: Path, out: Path, seed: int = 0) -> tuple[Ledger, str]:
    """The ledger of the run folder, and what was found there: new, resumed, finished, or discarded.

    A run made from other inputs is discarded. Raises `WorkbenchError` for a folder that is no run's.
    """
    wanted = fingerprint(flow, data, seed)
    card = out / CARD
    found = _inputs(card)
    if found == wanted:
        ledger = Ledger(out / "ledger.jsonl")
        return ledger, "finished" if len(ledger.entries) == len(flow.steps) else "resumed"
    if found is not None:
        # First nobody's run, then empty: a kill in between must not leave a run that looks like one.
        _write(card, flow, {})
        for path in out.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path != card:
                path.unlink()
    elif out.exists() and any(path.name != PART for path in out.iterdir()):
        raise WorkbenchError(f"{out} is not a run folder and not empty. Give an empty or new folder with --out.")
    out.mkdir(parents=True, exist_ok=True)
    _write(card, flow, wanted)
    return Ledger(out / "ledger.jsonl"), "new" if found is None else "discarded"


def seed_of(out: Path) -> int:
    """The seed of the run that stands in a folder; 0, as for a new one, when there is none."""
    return int((_inputs(out / CARD) or {}).get("seed", 0))


def _inputs(card: Path) -> dict[str, str] | None:
    """What the run in a folder depended on; None when its card is not one of ours."""
    try:
        found = json.loads(card.read_text(encoding="utf-8"))["inputs"]
    except (OSError, ValueError, RecursionError, KeyError, TypeError):
        return None
    return found if isinstance(found, dict) else None


def _write(card: Path, flow: Flow, inputs: dict[str, str]) -> None:
    part = card.with_name(PART)
    study = flow.study.study
    # The data of a run are collected on the day on which it begins, whatever event the study names for it.
    kept = {one.dataset: one.until.isoformat() for one in kept_until(study, today())}
    text = json.dumps({"study": study.id, "inputs": inputs, "kept": kept}, indent=2)
    part.write_text(text, encoding="utf-8")
    part.replace(card)
