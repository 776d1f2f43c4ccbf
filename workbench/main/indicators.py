"""Indicators of a study: which there are, how each is defined, and what a run gives."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from workbench.catalog.indicator import Indicator
from workbench.catalog.load import load_catalog
from workbench.dataflow.graph import Flow
from workbench.errors import WorkbenchError
from workbench.indicators import Computed, compute_indicators
from workbench.main.checks import open_study, study_names
from workbench.main.runs import Progress
from workbench.simulate import EngineSettings, Run

FILE = "indicators.json"


def compute(flow: Flow, run: Run, settings: EngineSettings | None = None, progress: Progress | None = None) -> Computed:
    """The indicators of a finished run, kept in its confidential folder: exact, so they never leave it."""
    tell = progress or (lambda what, share: None)
    computed = compute_indicators(flow, run, settings, lambda label, done, total: tell(label, done / total))
    folder = run.folder / "confidential"
    folder.mkdir(mode=0o700, exist_ok=True)
    text = json.dumps(as_document(flow, computed), ensure_ascii=False, indent=1)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")
    return computed


def as_document(flow: Flow, computed: Computed) -> dict[str, Any]:
    """Results, flow of patients and variables used as plain data; `stays` counts units of the indicator's kind."""
    results = []
    for one in computed.results:
        numbers = {name: value for name, value in dataclasses.asdict(one).items() if name != "cell"}
        results.append({"indicator": numbers.pop("indicator"), **dataclasses.asdict(one.cell), **numbers})
    return {
        "study": flow.study.study.id,
        "flow": [dataclasses.asdict(line) for line in computed.flow],
        "used": {name: list(columns) for name, columns in computed.used.items()},
        "results": results,
        "curves": [dataclasses.asdict(one) for one in computed.curves],
    }


def results_of(folder: Path) -> dict[str, Any]:
    """What `compute` kept of a run. Raises `WorkbenchError` when it did not get that far."""
    path = folder / "confidential" / FILE
    if not path.is_file():
        raise WorkbenchError(
            f"{folder} holds no results of indicators. Make them with: workbench run STUDY --data DATA --out {folder}"
        )
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def listed(root: Path, study: str | None = None) -> list[tuple[Indicator, tuple[str, ...]]]:
    """Every indicator of the catalogue, or those of one study, with the studies that compute it."""
    studies = {name: open_study(name, root).study.study for name in ([study] if study else study_names(root))}
    found = []
    for name, one in load_catalog(root).indicators.items():
        users = tuple(id_ for id_, spec in studies.items() if name in spec.indicators)
        if users or not study:
            found.append((one, users))
    if study:
        order = list(studies[study].indicators)
        found.sort(key=lambda pair: order.index(pair[0].id))
    return found


def one_of(root: Path, name: str) -> Indicator:
    """The definition of that name. Raises `WorkbenchError` when there is none."""
    known = load_catalog(root).indicators
    if name not in known:
        raise WorkbenchError(f"There is no indicator '{name}'. catalog/indicators has {', '.join(known)}.")
    return known[name]
