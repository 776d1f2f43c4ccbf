"""A run that is watched: what stood in every vault when it came there, kept for who explains it afterwards.

Only synthetic people may be watched: what a step destroys is destroyed in the run, and is still here.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from workbench.dataflow import Flow
from workbench.dataflow.schema import Column, split_ref
from workbench.errors import WorkbenchError
from workbench.simulate import Now, Run, run_flow
from workbench.stage import Proof, proven

VAULTS = "vaults"
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Held:
    """A table that a party had: where its rows are, and what its columns are."""

    party: str
    ref: str
    path: Path
    columns: tuple[Column, ...]


@dataclass
class Seen:
    """A finished run of people who are proven to be synthetic and, per party and part of a dataset, the rows it had
    when it got them."""

    proof: Proof
    flow: Flow
    run: Run
    parts: dict[tuple[str, str], Path] = field(default_factory=dict)

    def held(self, party: str, left: bool = False) -> list[Held]:
        """What a party ever had; with `left`, what is still there, read from the vault itself."""
        found = []
        for (holder, ref), path in self.parts.items():
            dataset, part = split_ref(ref)
            there = self.run.folder / VAULTS / party / dataset / f"{part}.parquet"
            if holder == party and (there.exists() or not left):
                found.append(Held(party, ref, there if left else path, self.flow.datasets[dataset].parts[part]))
        return found


def watch(flow: Flow, data: Path, out: Path, progress: Progress | None = None, seed: int = 0) -> Seen:
    """Run a flow anew in `out` and keep what every vault held. Raises `Refused` for data that are not synthetic."""
    proof = proven(data)
    if out.exists() and not (out / "run.json").exists() and any(out.iterdir()):
        raise WorkbenchError(f"{out} is not empty and no run stands there. Give an empty or new folder.")
    shutil.rmtree(out, ignore_errors=True)
    parts: dict[tuple[str, str], Path] = {}
    kept = out.with_name(f"{out.name}-seen")
    shutil.rmtree(kept, ignore_errors=True)

    def look(now: Now) -> None:
        if progress:
            progress(now.label, now.done)
        if now.made is not None:
            _keep(out / VAULTS, kept, parts)

    return Seen(proof, flow, run_flow(flow, data, out, progress=look, seed=seed), parts)


def _keep(vaults: Path, kept: Path, parts: dict[tuple[str, str], Path]) -> None:
    """Take what is new in any vault; files of a vault are written once, so a second name for one costs nothing."""
    for path in sorted(vaults.glob("*/[!.]*/[!.]*.parquet")):
        party, dataset, part = path.parent.parent.name, path.parent.name, path.stem
        if (party, f"{dataset}.{part}") not in parts:
            target = kept / party / dataset / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(path, target)
            except OSError:
                shutil.copyfile(path, target)
            parts[party, f"{dataset}.{part}"] = target
