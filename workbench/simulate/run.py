"""Run a flow: every step in its actor's vault, resumable after a kill, with a ledger entry per step."""

from __future__ import annotations

import gc
import hashlib
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import ibis
import pyarrow.parquet as pq

from workbench.dataflow.graph import Flow, FlowStep
from workbench.dataflow.kinds import Step
from workbench.dataflow.lineage import declared
from workbench.dataflow.schema import IBIS_TYPES, Part, split_ref
from workbench.errors import Refused, WorkbenchError
from workbench.simulate.backends import EngineSettings, Sessions, translated
from workbench.simulate.context import VaultContext, source_file
from workbench.simulate.events import write_events, write_provenance
from workbench.simulate.folder import open_run
from workbench.simulate.ledger import Ledger, LedgerEntry, PartEntry
from workbench.simulate.lineage import Executed, check_lineage
from workbench.simulate.pace import Pace, Progress
from workbench.simulate.vault import Vault
from workbench.simulate.verify_folder import damaged


@dataclass(frozen=True)
class Run:
    """A run folder whose steps are all done."""

    folder: Path
    study: str
    ledger: Ledger
    resumed: int  # steps that stood in the ledger when this start began

    def part(self, party: str, ref: str) -> Path:
        """File of a dataset's part in a party's vault. Raises `Refused` when the party does not hold it."""
        dataset, part = split_ref(ref)
        parts = Vault(self.folder / "vaults", party).parts(dataset)
        if part not in parts:
            raise Refused(f"{party} holds '{dataset}' without a part '{part}'.")
        return parts[part]


def run_flow(
    flow: Flow,
    data: Path,
    out: Path,
    settings: EngineSettings | None = None,
    progress: Progress | None = None,
    seed: int = 0,
) -> Run:
    """Execute every step that the ledger of `out` does not have yet; returns the finished run.

    `progress` is told of every step when it begins, while it goes on and when it ends (from a thread of its own while
    it goes on). `seed` decides what a step draws at random (the references of a split, the decoys of a list); keys are
    never made from it. Raises `Refused` when a step reaches for what its actor does not hold, `WorkbenchError` when
    what a step made differs from the columns inferred for it, and when the vaults of a run that goes on, or is read
    again, are not what its ledger says.
    """
    ledger, _ = open_run(flow, data, out, seed)
    wrong = damaged(flow, ledger, out) if ledger.entries else []
    if wrong:
        todo = "Nothing was read of it. Move the folder away, or give another --out, and run the study again"
        raise WorkbenchError("\n".join([*wrong, f"{out} is not as its run left it. {todo}."]))
    named = (*flow.study.study.parties, *(receiver for entry in flow.steps for receiver in _receivers(entry)))
    vaults = {party: Vault(out / "vaults", party) for party in dict.fromkeys(named)}
    for vault in vaults.values():
        vault.sweep()
    already = ledger.done()
    pace = Pace(flow, ledger, data, progress)
    try:
        with at_rest(), closing(Sessions(settings or EngineSettings())) as sessions:
            for entry in flow.steps:
                if entry.step.id not in already:
                    with pace.step(entry, sessions.share):
                        ledger.add(_execute(flow, entry, vaults, data, out, sessions, seed))
    except BaseException:  # Ctrl-C too: what a step had half done goes; what was finished stays
        for vault in vaults.values():
            vault.sweep()
        raise
    pace.end()
    write_provenance(out, flow, ledger)
    return Run(out, flow.study.study.id, ledger, len(already))


@contextmanager
def at_rest() -> Iterator[None]:
    """What was loaded before (a catalogue of a hundred thousand objects) is left out of the collector's rounds.

    Building and compiling expressions makes many objects, and a third of a small run went to those rounds.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _receivers(entry: FlowStep) -> tuple[str, ...]:
    delivered = entry.step.delivers()
    return delivered[1] if delivered else ()


def _execute(
    flow: Flow, entry: FlowStep, vaults: dict[str, Vault], data: Path, out: Path, sessions: Sessions, seed: int
) -> LedgerEntry:
    step = entry.step
    started, began = time.perf_counter(), datetime.now(UTC)
    lineage: dict[str, Executed] = {}
    made = _make(flow, step, vaults[step.actor], data, sessions, seed, lineage) if entry.makes else ()
    for used in filter(None, map(flow.study.study.domain, step.uses_keys())):
        if used.key_holder and used.issuer == step.actor and used.scope == "study":
            vaults[used.key_holder].receive_key(used.id, vaults[step.actor])
    delivered, receivers = step.delivers() or ("", ())
    for receiver in receivers:
        vaults[receiver].receive(delivered, vaults[step.actor])
    datasets, keys = step.destroys()
    for dataset in datasets:
        vaults[step.actor].destroy(dataset)
    for domain in keys:
        vaults[step.actor].destroy_key(domain)
    return LedgerEntry(
        step=step.id,
        kind=step.kind,
        actor=step.actor,
        number=step.number,
        read=tuple(ref for _, ref in step.reads()),
        made=made,
        delivered=(delivered,) if delivered else (),
        receivers=receivers,
        destroyed=datasets,
        keys_destroyed=keys,
        remark=step.remarks(),
        lineage=write_events(out, flow, entry, began, lineage, made),
        seconds=round(time.perf_counter() - started, 3),
    )


def _sources_of(flow: Flow, step: Step) -> tuple[str, ...]:
    """Source tables of others of which the actor has a copy, and that the step may read."""
    asked = {ref for _, ref in step.reads()}
    population = flow.study.study.population
    asked |= {population.unit, *(one.field.rpartition(".")[0] for one in population.criteria)}
    tables = flow.catalog.tables
    return tuple(ref for ref in sorted(asked & set(tables)) if step.actor in tables[ref].copies)


def _make(
    flow: Flow,
    step: Step,
    vault: Vault,
    data: Path,
    sessions: Sessions,
    seed: int,
    lineage: dict[str, Executed] | None = None,
) -> tuple[PartEntry, ...]:
    """Compute and write what a step makes; `lineage` is told from which columns each part of it was computed."""
    sources = data / "parties"
    tables = (flow.catalog.tables[ref] for ref in _sources_of(flow, step))
    copies = [source_file(table, step.actor, sources) for table in tables if table.provider != step.actor]
    session = sessions.get([vault.folder, sources / step.actor], copies)
    context = VaultContext(flow.study.study, flow.catalog, vault, sources, session, seed)
    entries = []
    with translated():
        made = step.express(context)
        done = {ref: context.trace.of(rows) for ref, rows in made.items()}
        check_lineage(step.id, declared(flow, step), done)
        if lineage is not None:
            lineage.update(done)
        for ref, rows in made.items():
            dataset, part = split_ref(ref)
            inferred = flow.datasets[dataset].parts[part]
            path = vault.place(dataset, part)
            count = session.write(rows, path)
            _as_inferred(step, ref, path, inferred)
            columns = tuple(column.name for column in inferred)
            entries.append(PartEntry(dataset, part, columns, count, _sha256(path)))
    return tuple(entries)


def _as_inferred(step: Step, ref: str, path: Path, inferred: Part) -> None:
    """What a step makes is what was said of it, column by column and type by type; not the engine reads it again."""
    made = [f"{name} {kind}" for name, kind in ibis.Schema.from_pyarrow(pq.read_schema(path)).items()]
    said = [f"{column.name} {IBIS_TYPES[column.type]}" for column in inferred]
    if [one.replace("!", "") for one in made] != said:
        raise WorkbenchError(
            f"step '{step.id}' made {', '.join(made)} where {', '.join(said)} was inferred for {ref}. "
            "The kind of step is wrong in itself; report it."
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
