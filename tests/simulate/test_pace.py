"""What a run says of itself while it runs, and what it leaves when somebody stops it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.simulate.reading import content
from workbench.dataflow import Flow
from workbench.simulate import Now, Run, backends, open_run, run_flow
from workbench.simulate.backends import DuckSession


@pytest.fixture(scope="module")
def told(flow: Flow, data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, list[Now]]:
    heard: list[Now] = []
    return run_flow(flow, data, tmp_path_factory.mktemp("told") / "out", progress=heard.append), heard


def test_every_step_begins_and_ends_and_says_its_rows(told: tuple[Run, list[Now]], flow: Flow, data: Path) -> None:
    run, heard = told
    assert [moment.number for moment in heard if moment.begins] == list(range(len(flow.steps) + 1))
    ended = [moment for moment in heard if moment.made is not None]
    assert [moment.number for moment in ended] == list(range(len(flow.steps)))
    for moment, entry in zip(ended, run.ledger.entries, strict=True):
        assert (moment.actor, moment.made) == (entry.actor, sum(part.rows for part in entry.made))
        assert moment.share == 1 and 0 < moment.done <= 1 and moment.left is not None and moment.left >= 0
    assert ended[-1].left == 0 and ended[-1].done == 1
    order = [entry.step.id for entry in flow.steps]

    def stored(name: str) -> int:
        return sum(pq.read_metadata(path).num_rows for path in (data / "parties").rglob(f"{name}.parquet"))

    billing = ended[order.index("select-hospital-billing")]
    assert billing.rows == stored("HEALTH") + (run.ledger.rows("ima_selection", "rows") or 0) > stored("HEALTH")
    # The population's own tables count too, though the study names only two in this step.
    chosen = {"STAYHOSP", "PATIENT", "PATHOSPI", "DIAGNOSE"}
    assert ended[order.index("select-patients")].rows == sum(stored(name) for name in chosen)
    assert ended[order.index("recode-patid")].rows == sum(
        part.rows for entry in run.ledger.entries for part in entry.made if part.dataset in ("mzg_base", "rn_patid")
    )
    assert ended[order.index("deliver-mzg")].rows == 0


def test_time_left_is_known_once_something_was_done(told: tuple[Run, list[Now]]) -> None:
    _, heard = told
    assert heard[0].left is None and heard[0].done == 0
    assert all(moment.left is not None for moment in heard if moment.number > 0)


@pytest.mark.parametrize("stop", [KeyboardInterrupt, RuntimeError])  # an interrupted engine raises its own
def test_a_stopped_run_leaves_nothing_half_and_goes_on(
    stop: type[BaseException], flow: Flow, data: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = DuckSession.write
    written: list[Path] = []

    def stopped(self: DuckSession, rows: Any, path: Path) -> int:
        written.append(path)
        if len(written) == 9:
            path.with_name(f".{path.name}.part").write_bytes(b"PAR1 and then")
            (path.parent.parent / ".spill").mkdir()
            raise stop
        return write(self, rows, path)

    with monkeypatch.context() as patched, pytest.raises(stop):
        patched.setattr(DuckSession, "write", stopped)
        run_flow(flow, data, tmp_path / "out")
    left = [path for path in (tmp_path / "out").rglob(".*") if path.suffix == ".part" or path.name == ".spill"]
    assert left == []
    ledger, state = open_run(flow, data, tmp_path / "out")
    assert state == "resumed" and 0 < len(ledger.entries) < len(flow.steps)

    heard: list[Now] = []
    resumed = run_flow(flow, data, tmp_path / "out", progress=heard.append)
    assert resumed.resumed == len(ledger.entries)
    assert min(moment.number for moment in heard) == resumed.resumed, "what stood there is not told again"
    assert content(resumed) == content(run)


def test_a_session_does_not_end_while_it_is_asked_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Closing under the thread that asks made a run fail with "Connection already closed"."""
    asked, answer, order = threading.Event(), threading.Event(), list[str]()

    class Slow:
        def share(self) -> float:
            asked.set()
            answer.wait(60)
            order.append("answered")
            return 0.5

        def close(self) -> None:
            order.append("closed")

    monkeypatch.setattr(backends, "open_session", lambda *_: Slow())
    sessions = backends.Sessions(backends.EngineSettings())
    sessions.get([tmp_path])
    asking = threading.Thread(target=sessions.share)
    closing = threading.Thread(target=sessions.close)
    asking.start()
    assert asked.wait(60)
    closing.start()
    closing.join(0.2)
    answer.set()
    asking.join(60)
    closing.join(60)
    assert order == ["answered", "closed"]
    assert sessions.share() == 0.0
