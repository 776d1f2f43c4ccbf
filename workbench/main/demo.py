"""The demo: data, checks, drawing, run, release, play, one after the other, each reused when still valid."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from workbench.dataflow.graph import Flow
from workbench.errors import Problems, Refused, WorkbenchError
from workbench.main.checks import check_catalog, check_study, open_study
from workbench.main.plays import play
from workbench.main.results import Demo
from workbench.main.runs import Progress, Released, cells_of, draw_flow, publish_run, run_study, synthesise
from workbench.main.serving import invite
from workbench.simulate import Run
from workbench.stage import Shelf, digest_of
from workbench.synth import Manifest

STUDY = "stroke-care"


class Stages(Protocol):
    """Shows the stages: one progress bar each."""

    def stage(self, title: str) -> AbstractContextManager[tuple[Progress, Callable[[str], None]]]:
        """A bar that is there while the stage runs: a function for its progress, and one for its closing words."""


def run_demo(home: Path, persons: int, seed: int, root: Path, stages: Stages) -> Demo:
    """Everything up to the release, and the play, under `home`; after an error a later start goes on from there."""
    demo = Demo(home)
    data, run_folder = home / "data", home / "run"
    with _timed(demo, stages, "data") as (progress, say):
        manifest, reused = synthesise(data, persons, seed, STUDY, root, progress)
        say(_reused("the same data stood here", reused, f"{manifest.persons:,} persons in {data}"))
        _data_figures(demo, manifest)
    with _timed(demo, stages, "checks") as (progress, say):
        flow = _check(root, progress)
        say(f"catalogue and study in order, {len(flow.steps)} steps")
    with _timed(demo, stages, "drawing") as (progress, say):
        say(f"{draw_flow(flow, home / f'{STUDY}-flow.svg')}")
    with _timed(demo, stages, "run") as (progress, say):
        run, state = run_study(flow, data, run_folder, progress)
        say(
            {
                "finished": "the same run stood here, reused",
                "resumed": f"resumed after {run.resumed} steps",
            }.get(state, f"{len(flow.steps)} steps")
        )
        if state == "discarded":
            demo.notes.append("The earlier run was made from other data or another study and was discarded.")
        _run_figures(demo, run)
    invite(demo.releases, root)
    with _timed(demo, stages, "release") as (progress, say):
        released = publish_run(flow, run, demo.releases, root, progress)
        say(_reused(f"release {released.release.number}", released.reused, f"release {released.release.number}"))
        _release_figures(demo, flow, released)
    with _timed(demo, stages, "play") as (progress, say):
        recorded = _is_recorded(flow, home)
        if not recorded:
            play(STUDY, None, None, home, root, progress)
        say(_reused("the same play stood here", recorded, "every step, to be looked at on the page Play"))
    return demo


def _is_recorded(flow: Flow, home: Path) -> bool:
    """Whether the page Play can show the study as it stands now."""
    try:
        found = Shelf(home).recording(STUDY)
    except (Refused, WorkbenchError):
        return False
    return found is not None and found.study_sha256 == digest_of(flow.study.path)


@contextmanager
def _timed(demo: Demo, stages: Stages, title: str) -> Iterator[tuple[Progress, Callable[[str], None]]]:
    started = time.perf_counter()
    with stages.stage(title) as handles:
        yield handles
    demo.seconds[title] = time.perf_counter() - started


def _reused(what: str, reused: bool, otherwise: str = "") -> str:
    return f"{what}, reused" if reused else otherwise


def _check(root: Path, progress: Progress) -> Flow:
    for share, checked in ((0.3, check_catalog(root)), (0.7, check_study(STUDY, root))):
        if not checked.fine:
            raise Problems(checked.problems)
        progress(checked.subject, share)
    return open_study(STUDY, root)


def _data_figures(demo: Demo, manifest: Manifest) -> None:
    demo.figures["persons"] = f"{manifest.persons:,}"
    demo.figures["hospital stays"] = f"{manifest.tables['STAYHOSP']:,}"
    demo.figures["billing rows"] = f"{manifest.tables['HEALTH'] + manifest.tables['FARMA']:,}"
    if manifest.enrich:
        demo.notes.append(f"The data are enriched for {STUDY}: {manifest.enrichment}")


def _run_figures(demo: Demo, run: Run) -> None:
    selected = run.ledger.rows("mzg_base", "stay") or 0
    linked = run.ledger.rows("analysis", "stay") or 0
    demo.figures["stays selected"] = f"{selected:,}"
    demo.figures["linked"] = f"{100 * linked / selected:.1f} %" if selected else "none"


def _release_figures(demo: Demo, flow: Flow, released: Released) -> None:
    shown, withheld = cells_of(released.release, flow.catalog)
    demo.figures["cells published"] = f"{shown:,}"
    demo.figures["cells protected"] = f"{withheld:,}"
