"""Retention acts: after its last day a dataset is read by nobody, and an operator destroys it and attests that."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.main.conftest import Command
from workbench.errors import Refused
from workbench.main.serving import invite
from workbench.simulate import Vault
from workbench.state import open_state
from workbench.study.retention import Kept, check_can_read, kept_in, years_later

KEPT = {"analysis": "2030-11-30", "linked": "2031-01-31"}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A folder as a run leaves it: two parties hold one dataset, one of them another, both one without an end."""
    run = tmp_path / "run"
    for party, datasets in {"a": ("analysis", "linked", "report"), "b": ("analysis", "report")}.items():
        for dataset in datasets:
            (run / "vaults" / party / dataset).mkdir(parents=True)
            (run / "vaults" / party / dataset / "rows.parquet").write_text("x")
    (run / "run.json").write_text(json.dumps({"study": "stroke-care", "inputs": {}, "kept": KEPT}))
    return run


def on(day: date, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("workbench.simulate.vault", "workbench.main.destruction"):
        monkeypatch.setattr(f"{module}.today", lambda: day)


def read(run: Path) -> dict[str, bool]:
    found = {}
    for dataset in ("analysis", "linked", "report"):
        try:
            found[dataset] = bool(Vault(run / "vaults", "a").parts(dataset))
        except Refused:
            found[dataset] = False
    return found


@pytest.mark.parametrize(
    ("day", "readable"),
    [
        (date(2026, 11, 30), {"analysis": True, "linked": True, "report": True}),
        (date(2030, 11, 30), {"analysis": True, "linked": True, "report": True}),
        (date(2030, 12, 1), {"analysis": False, "linked": True, "report": True}),
        (date(2031, 2, 1), {"analysis": False, "linked": False, "report": True}),
    ],
)
def test_after_its_last_day_a_dataset_is_read_by_nobody(
    run: Path, monkeypatch: pytest.MonkeyPatch, day: date, readable: dict[str, bool]
) -> None:
    on(day, monkeypatch)
    assert read(run) == readable


@pytest.mark.parametrize("card", ["", "{", "[]", '{"kept": {"analysis": "soon"}}', '{"kept": ["analysis"]}'])
def test_a_damaged_card_keeps_everything_back(run: Path, card: str) -> None:
    (run / "run.json").write_text(card)
    with pytest.raises(Refused, match="nobody knows until when"):
        Vault(run / "vaults", "a").parts("report")


def test_an_operator_destroys_what_is_over_and_attests_it(
    run: Path, workbench: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, repo_root: Path
) -> None:
    home = ("--home", str(tmp_path / "home"))
    invite(tmp_path / "home" / "releases", repo_root / "catalog")
    assert workbench("retention", "destroy", str(run), "--by", "ida.lemaire", *home).returncode == 3, "nothing is over"
    on(date(2030, 12, 1), monkeypatch)
    shown = workbench("retention", "show", str(run), "--format", "json")
    assert json.loads(shown.stdout) == [
        {"dataset": "analysis", "until": "2030-11-30", "parties": ["a", "b"], "over": True},
        {"dataset": "linked", "until": "2031-01-31", "parties": ["a"], "over": False},
    ]
    for by in ("mia.janssens", "nobody"):
        assert workbench("retention", "destroy", str(run), "--by", by, *home).returncode == 3
    assert Vault(run / "vaults", "b").holds("analysis")
    done = workbench("retention", "destroy", str(run), "--by", "ida.lemaire", *home)
    assert (done.returncode, done.stdout.strip()) == (0, "analysis: destroyed at a, b")
    held = {party: sorted(Vault(run / "vaults", party).datasets()) for party in "ab"}
    assert held == {"a": ["linked", "report"], "b": ["report"]}
    (attested,) = json.loads((run / "destroyed.json").read_text())
    assert (attested["dataset"], attested["parties"], attested["by"]) == ("analysis", ["a", "b"], "ida.lemaire")
    state = open_state(tmp_path / "home" / "state")
    (entry,) = state.audit.newest(9, what=["data.destroyed"])
    assert (entry.who, entry.about, entry.details["held_by"]) == ("ida.lemaire", "stroke-care", "a, b")
    state.close()


def test_a_file_that_resists_is_not_attested(
    run: Path, workbench: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, repo_root: Path
) -> None:
    invite(tmp_path / "home" / "releases", repo_root / "catalog")
    on(date(2030, 12, 1), monkeypatch)

    def resists(self: Any, dataset: str) -> None:
        del self, dataset

    monkeypatch.setattr(Vault, "destroy", resists)
    done = workbench("retention", "destroy", str(run), "--by", "ida.lemaire", "--home", str(tmp_path / "home"))
    assert done.returncode == 2 and "still hold what was to be destroyed" in done.stderr
    assert not (run / "destroyed.json").exists()


def test_a_folder_that_is_no_run_says_so(workbench: Command, tmp_path: Path) -> None:
    done = workbench("retention", "show", str(tmp_path))
    assert done.returncode == 2 and "is no run folder" in done.stderr


@pytest.mark.parametrize(
    ("day", "years", "last"),
    [
        (date(2026, 11, 30), 4, date(2030, 11, 30)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2026, 1, 1), 0, date(2026, 1, 1)),
    ],
)
def test_years_are_counted_by_the_calendar(day: date, years: int, last: date) -> None:
    assert years_later(day, years) == last


def test_a_dataset_without_a_retention_is_not_kept_back(tmp_path: Path) -> None:
    check_can_read([Kept("analysis", date.min)], "other", date.max)
    assert kept_in(tmp_path / "run.json") == ()
