"""Is a run folder what the run left there? Its ledger, its files, its keys, its lineage and its card, one by one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from workbench.dataflow.graph import Flow
from workbench.dataflow.schema import split_ref
from workbench.errors import WorkbenchError
from workbench.simulate.events import FOLDER, PROVENANCE, event_file, provenance
from workbench.simulate.folder import CARD, fingerprint
from workbench.simulate.ledger import Ledger, LedgerEntry
from workbench.simulate.vault import KEYS, Vault
from workbench.study.retention import kept_in, today

WORK = "indicators"  # in the analyst's vault: what indicators are computed with, after the run


def verify_run(flow: Flow, out: Path, data: Path | None = None, head: str | None = None) -> list[str]:
    """Everything in `out` that is not as the run left it, one sentence each; empty when all of it is.

    `data` is the data folder, when it is to be held against the run as well; `head` the hash of the last ledger entry,
    as noted elsewhere (a release and a crate have it): a ledger that was written anew as a whole has another. Reads
    only.
    """
    path = out / "ledger.jsonl"
    if not path.exists() or not path.read_bytes().endswith(b"\n"):
        return [f"{path}: the ledger is missing, or its last line is cut off"]
    try:
        entries = Ledger(path).entries
    except WorkbenchError as error:
        return [str(error)]
    found = [*_as_the_flow(flow, entries, path), *_card(flow, out, data)]
    if head and (not entries or entries[-1].sha256 != head):
        found.append(f"{path}: the last entry is not {head[:12]}..., which was noted: the ledger was written anew")
    if found:
        return found  # what files there must be follows from the ledger
    return [*_vaults(flow, entries, out), *_keys(entries, out), *_lineage(flow, entries, out)]


def damaged(flow: Flow, ledger: Ledger, out: Path) -> list[str]:
    """What stands in the vaults of an unfinished run, or of one that is read again, and is not what its steps made.

    What a killed step left half done is no damage: files of a step that the ledger does not have yet, and the copies
    that such a step destroys. Nor is what was destroyed since, because its time was over.
    """
    entries = ledger.entries
    going = flow.steps[len(entries)].step if len(entries) < len(flow.steps) else None
    ending = {f"vaults/{going.actor}/{dataset}/" for dataset in going.destroys()[0]} if going else set()
    over = {one.dataset for one in kept_in(out / CARD) if today() > one.until}
    found = []
    for name, digest in _held(entries).items():
        if not (out / name).exists():
            if not name.startswith(tuple(ending)) and Path(name).parent.name not in over:
                found.append(f"{out / name}: it is missing, and its party holds it by the ledger")
        elif _sha256(out / name) != digest:
            found.append(f"{out / name}: it was changed after step made it (its SHA-256 is another)")
    return found


def _as_the_flow(flow: Flow, entries: list[LedgerEntry], path: Path) -> Iterator[str]:
    steps = [entry.step for entry in flow.steps]
    for number, (step, entry) in enumerate(zip(steps, entries, strict=False), start=1):
        if (step.id, step.kind, step.actor) != (entry.step, entry.kind, entry.actor):
            yield f"{path}:{number}: the study has {step.id} of {step.actor} here, not {entry.step} of {entry.actor}"
            return
        for made in entry.made:
            columns = flow.datasets.get(made.dataset)
            said = [column.name for column in columns.parts.get(made.part, ())] if columns else []
            if said != list(made.columns):
                yield f"{path}:{number}: {made.dataset}.{made.part} has other columns than the study gives it"
    if len(steps) != len(entries):
        yield f"{path}: {len(entries)} steps stand there, and the study has {len(steps)}: steps were taken out or added"


def _card(flow: Flow, out: Path, data: Path | None) -> Iterator[str]:
    try:
        card = json.loads((out / CARD).read_text(encoding="utf-8"))
        inputs, study = dict(card["inputs"]), card["study"]
    except (OSError, ValueError, RecursionError, KeyError, TypeError):
        yield f"{out / CARD}: the card of the run is missing or damaged"
        return
    if study != flow.study.study.id:
        yield f"{out / CARD}: it is of study {study}"
    wanted = fingerprint(flow, data, int(inputs.get("seed", 0))) if data else fingerprint(flow, None)
    words = {"study": "the study file", "catalog": "the catalogue", "data": "the data", "version": "the program"}
    for name, value in wanted.items():
        if name in words and inputs.get(name) != value:
            yield f"{out / CARD}: {words[name]} is not the one that this run was made from"


def _vaults(flow: Flow, entries: list[LedgerEntry], out: Path) -> Iterator[str]:
    """Every file that a party must hold at the end has the hash it was made with, and there is no other."""
    wanted = _held(entries)
    there = {
        path.relative_to(out).as_posix()
        for path in (out / "vaults").rglob("*")
        if path.is_file() and KEYS not in path.relative_to(out).parts
    }
    analyst = flow.study.study.analysis
    work = f"vaults/{analyst.party}/{WORK}/" if analyst else None
    for name in sorted(there - set(wanted)):
        if work and name.startswith(work) and WORK not in flow.datasets:
            continue
        yield f"{out / name}: no step put it there, or the step that destroyed it is in the ledger"
    for name, digest in wanted.items():
        if name not in there:
            yield f"{out / name}: it is missing, and its party holds it by the ledger"
        elif _sha256(out / name) != digest:
            yield f"{out / name}: it was changed after step made it (its SHA-256 is another)"


def _held(entries: list[LedgerEntry]) -> dict[str, str]:
    """By the ledger, the files in the vaults with their hashes: made or received, and not destroyed."""
    hashes: dict[str, str] = {}
    holds: dict[str, set[str]] = {}
    for entry in entries:
        for made in entry.made:
            hashes[f"{made.dataset}.{made.part}"] = made.sha256
            holds.setdefault(entry.actor, set()).add(made.dataset)
        for receiver in entry.receivers:
            holds.setdefault(receiver, set()).update(entry.delivered)
        holds.setdefault(entry.actor, set()).difference_update(entry.destroyed)
    wanted: dict[str, str] = {}
    for party, datasets in holds.items():
        for ref, digest in hashes.items():
            dataset, part = split_ref(ref)
            if dataset in datasets:
                wanted[f"vaults/{party}/{dataset}/{part}.parquet"] = digest
    return wanted


def _keys(entries: list[LedgerEntry], out: Path) -> Iterator[str]:
    for entry in entries:
        vault = Vault(out / "vaults", entry.actor)
        for domain in entry.keys_destroyed:
            if (vault.folder / KEYS / f"{domain}.key").exists():
                yield f"{vault.folder}: it has a key of '{domain}', which step {entry.step} destroyed"
            if not (vault.folder / KEYS / f"{domain}.ended").exists():
                yield f"{vault.folder}: the mark that its key of '{domain}' was destroyed is gone"


def _lineage(flow: Flow, entries: list[LedgerEntry], out: Path) -> Iterator[str]:
    files = {event_file(out, number, entry.step): entry for number, entry in enumerate(entries)}
    for path, entry in files.items():
        if not path.exists() or _sha256(path) != entry.lineage:
            yield f"{path}: the lineage of step {entry.step} is missing or was changed"
    for path in sorted(set((out / FOLDER).glob("*")) - set(files)):
        yield f"{path}: it is the lineage of no step"
    if all(path.exists() and _sha256(path) == entry.lineage for path, entry in files.items()):
        path = out / PROVENANCE
        if not path.exists() or path.read_text(encoding="utf-8") != provenance(out, flow.study.study.id, entries):
            yield f"{path}: it is missing, or does not follow from the ledger and the lineage"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
