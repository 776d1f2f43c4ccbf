"""Retention carried out: which datasets of a run are over their time, and their destruction, attested."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from workbench.access import Duty, Register, load_directory
from workbench.errors import Refused, WorkbenchError
from workbench.main.audits import standing
from workbench.simulate.folder import CARD
from workbench.simulate.vault import Vault
from workbench.study.retention import kept_in, today

ATTESTATION = "destroyed.json"


@dataclass(frozen=True)
class Holding:
    """A dataset with a retention, who still holds a copy, and whether its time is over."""

    dataset: str
    until: date
    parties: tuple[str, ...]
    over: bool


def holdings(run: Path) -> list[Holding]:
    """Every dataset of a run with a retention. Raises `WorkbenchError` for a folder that is no run's."""
    if not (run / CARD).exists():
        raise WorkbenchError(f"{run} is no run folder: it has no {CARD}. Give what 'workbench run --out' made")
    vaults, day = _vaults(run), today()
    return [
        Holding(one.dataset, one.until, tuple(v.party for v in vaults if v.holds(one.dataset)), day > one.until)
        for one in kept_in(run / CARD)
    ]


def destroy(run: Path, by: str, state: Path, root: Path) -> list[Holding]:
    """Destroy every copy of every dataset whose time is over; returns them as they were.

    Written down in `destroyed.json` of the run and in the audit log. Raises `Refused` for who is no operator and
    when nothing is over, `WorkbenchError` when a file resists: then nothing is attested.
    """
    with standing(state) as database:
        viewer = Register(database, load_directory(root)).viewer(by)
        if viewer is None or not viewer.has(Duty.OPERATOR):
            raise Refused(f"{by} is no operator: only an operator destroys data and attests it")
        over = [one for one in holdings(run) if one.over and one.parties]
        if not over:
            raise Refused("no dataset of this run is over its time: nothing was destroyed")
        vaults = {vault.party: vault for vault in _vaults(run)}
        for one in over:
            for party in one.parties:
                vaults[party].destroy(one.dataset)
        left = [party for one in over for party in one.parties if vaults[party].holds(one.dataset)]
        if left:
            raise WorkbenchError(f"{', '.join(left)} still hold what was to be destroyed: look at the folder {run}")
        study = str(json.loads((run / CARD).read_text(encoding="utf-8"))["study"])
        for one in over:
            held = ", ".join(one.parties)
            detail = {"dataset": one.dataset, "until": one.until.isoformat(), "held_by": held, "run": run.name}
            database.audit.write(by, "data.destroyed", study, **detail)
    _attest(run, by, over)
    return over


def _attest(run: Path, by: str, over: list[Holding]) -> None:
    path, when = run / ATTESTATION, datetime.now(UTC).isoformat(timespec="seconds")
    before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    made = [
        {"dataset": one.dataset, "kept_until": one.until.isoformat(), "parties": one.parties, "by": by, "when": when}
        for one in over
    ]
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(json.dumps([*before, *made], indent=2), encoding="utf-8")
    fresh.replace(path)


def _vaults(run: Path) -> list[Vault]:
    folders = sorted(path for path in (run / "vaults").glob("*") if path.is_dir())
    return [Vault(run / "vaults", folder.name) for folder in folders]
