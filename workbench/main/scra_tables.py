"""The table that a small-cell risk analysis is about: in a vault of the run, at its source, or made again."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import ibis.expr.types as ir

from workbench.dataflow.graph import Flow, FlowStep
from workbench.dataflow.schema import split_ref
from workbench.disclosure.microdata import Attacker, MicrodataPolicy, Variable
from workbench.errors import WorkbenchError
from workbench.simulate import EngineSettings, run_flow
from workbench.simulate.backends import open_session, translated
from workbench.simulate.context import source_file
from workbench.simulate.vault import Vault

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Assessed:
    """What was asked of which table: the step that assesses it, its policy, and its variables with their roles."""

    flow: Flow
    entry: FlowStep
    policy: MicrodataPolicy
    variables: tuple[Variable, ...]
    attackers: tuple[Attacker, ...]

    @property
    def step(self) -> Mapping[str, Any]:
        """The step as plain data."""
        return self.entry.step.model_dump()


def protect_step(asked: Assessed) -> Mapping[str, Any] | None:
    """The step that adapts the assessed table, as plain data; None when the study has none."""
    dataset, part = split_ref(asked.step["input"])
    for entry in asked.flow.steps:
        step = entry.step.model_dump()
        if step["kind"] == "protect" and (step["input"], step["part"]) == (dataset, part):
            return step
    return None


@contextmanager
def opened(
    asked: Assessed, run: Path, data: Path | None, tell: Progress
) -> Iterator[tuple[ir.Table, ir.Table | None, Callable[[ir.Table], ir.Table]]]:
    """The assessed table, the adapted one, and what keeps rows; all gone when the block ends."""
    with tempfile.TemporaryDirectory(prefix="scra-") as folder:
        scratch = Path(folder)
        before, after = _files(asked, run, data, scratch, tell)
        session = open_session([scratch], EngineSettings(), [path for path in (before, after) if path])
        try:
            with translated():
                rows = session.read(before)
                yield session.keep(rows), session.read(after) if after else None, session.keep
        finally:
            session.close()


def _files(asked: Assessed, run: Path, data: Path | None, scratch: Path, tell: Progress) -> tuple[Path, Path | None]:
    ref, protect = asked.step["input"], protect_step(asked)
    table = asked.flow.catalog.tables.get(ref)
    if table is not None:
        return source_file(table, asked.entry.step.actor, _data(run, data) / "parties"), None
    wanted = [ref, f"{protect['output']}.{protect['part']}"] if protect else [ref]
    found = [_held(asked.flow, run, one) for one in wanted]
    if not all(found):
        last = asked.entry.number if protect is None else asked.flow.step(protect["id"]).number
        again = replace(asked.flow, steps=asked.flow.steps[: last + 1])
        run_flow(again, _data(run, data), scratch / "again", progress=lambda now: tell(now.label, 0.5 * now.done))
        found = [_held(asked.flow, scratch / "again", one) for one in wanted]
    before = found[0]
    if before is None:
        raise WorkbenchError(f"'{ref}' is nowhere in {run}, and making it again did not bring it back.")
    return before, found[1] if len(found) > 1 else None


def _held(flow: Flow, run: Path, ref: str) -> Path | None:
    """The file of a part in the vault of any party that holds it: copies are the same."""
    dataset, part = split_ref(ref)
    for party in flow.study.study.parties:
        if (run / "vaults" / party).is_dir():
            vault = Vault(run / "vaults", party)
            if vault.holds(dataset) and part in vault.parts(dataset):
                return vault.parts(dataset)[part]
    return None


def _data(run: Path, data: Path | None) -> Path:
    """Where the data of a run stand: as given, or beside it where `workbench run --persons` puts them."""
    for place in (data, run.with_name(f"{run.name}-data"), run.with_name("data")):
        if place is not None and (place / "manifest.json").exists():
            return place
    raise WorkbenchError(
        f"The data that {run} was made from are needed: the study destroys the table after its analysis, so it is made "
        "again. Give their folder with --data."
    )
