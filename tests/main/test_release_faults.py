"""A release that is killed at any step, or made twice at once: whole, told once and audited with all others, or none.

What takes minutes (indicators, protection) is made beforehand; everything around it is the real thing.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.faults import Fault, beside, on_small_disk
from tests.publish.releases import STUDY, indicator_table
from workbench.dataflow import Flow
from workbench.disclosure import load_policy, protect
from workbench.errors import Refused
from workbench.main import audits, runs
from workbench.main.checks import open_study
from workbench.main.confidential import half_of
from workbench.publish import list_releases, read_release

STEPS = ("computed", "protected", "kept", "written", "told")


@pytest.fixture(scope="module")
def flow(repo_root: Path) -> Flow:
    return open_study(STUDY, repo_root / "catalog")


@pytest.fixture(scope="module")
def protected(repo_root: Path) -> Any:
    return protect(indicator_table(), load_policy(repo_root / "catalog" / "policies" / "small-cells.yaml"))


@pytest.fixture
def publish(
    flow: Flow, protected: Any, repo_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    """Publish a run of this name; `after` is called after each step with its name."""

    def run(name: str = "run-1", after: Callable[[str], None] = lambda step: None, home: Path = tmp_path) -> Any:
        def stepped(step: str, made: Callable[..., Any]) -> Callable[..., Any]:
            def do(*values: Any, **named: Any) -> Any:
                found = made(*values, **named)
                after(step)
                return found

            return do

        found = SimpleNamespace(table=indicator_table())
        with monkeypatch.context() as patched:
            for step, where, made in (
                ("computed", "compute_indicators", lambda *values, **named: found),
                ("protected", "protect", lambda *values, **named: protected),
                ("kept", "keep", runs.keep),
                ("written", "write_release", runs.write_release),
                ("told", "_tell_made", runs._tell_made),
            ):
                patched.setattr(runs, where, stepped(step, made))
            ledger = SimpleNamespace(entries=[SimpleNamespace(sha256=name)])
            return runs.publish_run(
                flow,
                SimpleNamespace(ledger=ledger),
                home / "releases",
                repo_root / "catalog",  # type: ignore[arg-type]
            )

    return run


def told(shelf: Path) -> list[str]:
    found = audits.listed(shelf.parent / "state", None, ["release.made"], STUDY, None, None)
    return [one.details["number"] for one in found]


@pytest.mark.parametrize("step", STEPS)
def test_a_release_killed_at_a_step_is_whole_or_not_there(publish: Any, tmp_path: Path, step: str) -> None:
    def die(done: str) -> None:
        if done == step:
            os.kill(os.getpid(), signal.SIGKILL)

    killed = multiprocessing.get_context("fork").Process(target=publish, kwargs={"after": die})
    killed.start()
    killed.join(120)
    assert killed.exitcode == -signal.SIGKILL
    shelf = tmp_path / "releases"
    there = list_releases(shelf, STUDY)  # each is read and held against its hashes
    assert len(there) == (step in ("written", "told"))
    assert all(half_of(one, shelf) for one in there)
    again = publish()
    assert (again.release.number, again.reused) == (1, bool(there))
    assert half_of(read_release(shelf, STUDY), shelf)
    assert told(shelf) == ["1"], "told once, also when the kill came before it was told"
    publish()
    assert told(shelf) == ["1"]


def stands(publish: Any, home: Path) -> int:
    """The releases there are after a fault, each whole; and the next try makes the one, told once."""
    shelf = home / "releases"
    there = list_releases(shelf, STUDY)
    assert all(half_of(one, shelf) for one in there)
    again = publish(home=home)
    assert (again.release.number, again.reused) == (1, bool(there))
    assert half_of(read_release(shelf, STUDY), shelf) and told(shelf) == ["1"]
    return len(there)


@pytest.mark.parametrize("every", [7, pytest.param(1, marks=pytest.mark.slow)], ids=["seventh", "act"])
@pytest.mark.parametrize("fault", ["kill", "full"])
def test_a_release_that_ends_at_every_act_of_writing_is_whole_or_not_there(
    publish: Any, tmp_path: Path, fault: Fault, every: int
) -> None:
    """Killed there, or the disk is full from there on; `acts` are all files opened, folders made and renamings."""
    whole = beside(lambda: publish(home=tmp_path / "whole"), tmp_path / "whole")
    assert not whole.error and whole.acts > 12
    found = []
    for at in sorted({*range(0, whole.acts, every), whole.acts - 1}):
        home = tmp_path / str(at)
        ended = beside(lambda home=home: publish(home=home), home, fault, at)  # type: ignore[misc]
        if fault == "kill":
            assert ended.signal == signal.SIGKILL
        elif ended.error:
            assert "There is no room left" in ended.said and "give the same command again" in ended.said, ended
        found.append(stands(publish, home))
    assert found == sorted(found) and set(found) == {0, 1}, "from one act on it is there"


@pytest.mark.parametrize(
    "kilobytes", [100, 240, *(pytest.param(size, marks=pytest.mark.slow) for size in range(180, 400, 12))]
)
def test_a_disk_that_fills_while_a_release_is_written_leaves_it_whole_or_none(
    publish: Any, tmp_path: Path, kilobytes: int
) -> None:
    """A real one, so whichever library writes: the state at first, then the confidential half, then the release."""
    home = tmp_path / "home"
    said = on_small_disk(home, kilobytes, lambda: publish(home=home), lambda: stands(publish, home))
    if said is None:
        pytest.skip("this machine lets nobody make a small disk")
    assert "no room left" in said or "disk is full" in said or (kilobytes > 240 and not said)


def test_two_releases_at_once_are_not_made_side_by_side(publish: Any, tmp_path: Path) -> None:
    """The second would be certified without the first, which nobody had seen yet."""
    tries: list[str] = []

    def meanwhile(step: str) -> None:
        with pytest.raises(Refused, match="another release of stroke-care is being made"):
            publish("run-2")
        tries.append(step)

    assert publish("run-1", meanwhile).release.number == 1
    assert tries == list(STEPS)
    assert publish("run-2").release.number == 1, "the same rows under the same policy are one release"
