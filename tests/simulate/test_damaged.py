"""A run does not go on, and nothing is released of it, when a vault or its ledger is not as the run left it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from workbench.__main__ import main
from workbench.dataflow import Flow
from workbench.errors import WorkbenchError
from workbench.simulate import Now, run_flow

HALF = 20  # steps done of a run that is to go on


@pytest.fixture
def copied(watched: Any, tmp_path: Path) -> Path:
    """A run of its own to spoil; hard links would spoil the others too."""
    return Path(shutil.copytree(watched.run.folder, tmp_path / "run"))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


def one_row_less(path: Path) -> None:
    """A file that every reader takes for right."""
    rows = pq.read_table(path)
    pq.write_table(rows.slice(1), path)


def other_bytes(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 255
    path.write_bytes(bytes(whole))


def missing(path: Path) -> None:
    path.unlink()


def missing_wholly(path: Path) -> None:
    shutil.rmtree(path.parent)


WAYS: tuple[Callable[[Path], None], ...] = (cut, one_row_less, other_bytes, missing, missing_wholly)


@pytest.fixture(scope="module")
def half(flow: Flow, data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was stopped in the middle."""

    class Stopped(Exception):
        pass

    def stop(now: Now) -> None:
        if now.number == HALF:
            raise Stopped

    out = tmp_path_factory.mktemp("half") / "out"
    with pytest.raises(Stopped):
        run_flow(flow, data, out, progress=stop)
    return out


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("finished", [True, False], ids=["read again", "goes on"])
def test_a_damaged_vault_stops_everything(
    way: Callable[[Path], None], finished: bool, watched: Any, half: Path, flow: Flow, data: Path, tmp_path: Path
) -> None:
    run = Path(shutil.copytree(watched.run.folder if finished else half, tmp_path / "run"))
    path = max((run / "vaults").glob("*/*/*.parquet"), key=lambda one: one.stat().st_size)
    way(path)
    before = (run / "ledger.jsonl").read_bytes()
    with pytest.raises(WorkbenchError) as error:
        run_flow(flow, data, run)
    said = str(error.value)
    assert str(path) in said and "Move the folder away" in said
    assert (run / "ledger.jsonl").read_bytes() == before, "no step was done with what is damaged"
    assert len(before.splitlines()) == (len(flow.steps) if finished else HALF)


@pytest.mark.slow  # reads the whole catalogue; the rule itself is that of the test above
def test_nothing_is_released_of_a_damaged_run(
    copied: Path, flow: Flow, data: Path, catalog_root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one_row_less(next(copied.glob("vaults/vikz-researchers/analysis/stay.parquet")))
    words = ["--data", str(data), "--run", str(copied), "--releases", str(tmp_path / "releases")]
    assert main(["--catalog", str(catalog_root), "publish", "stroke-care", *words]) == 2
    said = capsys.readouterr()
    assert "it was changed after step made it" in said.err and "Traceback" not in said.err
    assert not (tmp_path / "releases").exists()


@pytest.mark.parametrize("damage", [b"{", b"[" * 100_000, b'{"inputs": 5}', b"\xff"])
def test_a_damaged_card_is_no_run_and_loses_nothing(damage: bytes, copied: Path, flow: Flow, data: Path) -> None:
    files = {path for path in copied.rglob("*") if path.is_file()}
    (copied / "run.json").write_bytes(damage)
    with pytest.raises(WorkbenchError, match="is not a run folder and not empty"):
        run_flow(flow, data, copied)
    assert {path for path in copied.rglob("*") if path.is_file()} == files


def test_a_changed_ledger_stops_everything(copied: Path, flow: Flow, data: Path) -> None:
    path = copied / "ledger.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"rows":', b'"rows":1', 1))
    with pytest.raises(WorkbenchError, match=r"ledger.jsonl:\d+: this entry does not follow.*run the study again"):
        run_flow(flow, data, copied)


def test_what_stands_is_read_again_as_it_is(copied: Path, flow: Flow, data: Path) -> None:
    """Nothing was touched: the same run, and nothing done anew."""
    again = run_flow(flow, data, copied)
    assert again.resumed == len(flow.steps)
