"""A run step by step: who holds what, what the ledger says, where keys are, when a folder is used again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.simulate.conftest import Watched
from tests.simulate.reading import content
from workbench.dataflow import Flow
from workbench.errors import WorkbenchError
from workbench.simulate import EngineSettings, Run, Vault, folder, open_run, run_flow
from workbench.simulate.backends import DuckSession
from workbench.simulate.ledger import Ledger, _entry


def test_after_every_step_every_vault_holds_exactly_what_the_flow_says(watched: Watched, flow: Flow) -> None:
    """`held[n]` was seen before step n, so after step n - 1; the last look was at the end."""
    assert len(watched.held) == len(flow.steps) + 1
    assert not any(watched.held[0].values())
    for entry, held in zip(flow.steps, watched.held[1:], strict=True):
        assert held == dict(entry.holdings), f"after {entry.step.id}"


def test_a_finished_run_holds_what_the_last_step_leaves(run: Run, flow: Flow) -> None:
    final = flow.steps[-1].holdings
    assert {party: set(names) for party, names in final.items() if names} == {
        "ima-project-dwh": {"linked", "analysis"},
        "vikz-researchers": {"analysis"},
        "kce": {"scra_report"},
        "committee": {"scra_report"},
    }
    wanted = {
        Path(party, name, f"{part}.parquet")
        for party, names in final.items()
        for name in names
        for part in flow.datasets[name].parts
    }
    vaults = run.folder / "vaults"
    found = {path.relative_to(vaults) for path in vaults.rglob("*") if path.is_file()}
    assert {path for path in found if ".keys" not in path.parts} == wanted
    assert {path.name for path in found - wanted} == {"RN.ended", "Cproject.ended"}


def test_datasets_go_to_declared_receivers_only(watched: Watched, flow: Flow) -> None:
    """A party comes to hold a dataset by making it or by a step that names the party; nothing else spreads."""
    for entry, before, after in zip(flow.steps, watched.held[:-1], watched.held[1:], strict=True):
        delivered = entry.step.delivers()
        for party, names in after.items():
            for name in names - before[party]:
                own = party == entry.step.actor and name in entry.makes
                sent = delivered is not None and name == delivered[0] and party in delivered[1]
                assert own or sent, f"{party} got {name} in {entry.step.id}"


def test_keys_are_with_their_issuer_while_they_are_needed(watched: Watched, flow: Flow) -> None:
    seen: dict[str, set[str]] = {}
    for held in watched.keys:
        for party, keys in held.items():
            for key in keys:
                seen.setdefault(key, set()).add(party)
    assert seen == {"RN": {"ehealth"}, "Cproject": {"ehealth"}}
    destroyed = [entry.step.id for entry in flow.steps].index("destroy-at-ehealth")
    assert watched.keys[destroyed]["ehealth"] == {"RN", "Cproject"}
    assert not any(keys for held in watched.keys[destroyed + 1 :] for keys in held.values())


class Recorder:
    """A connection that writes down what is asked of it."""

    def __init__(self, connection: Any, said: list[str]) -> None:
        self._connection = connection
        self._said = said

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._connection, name)
        if name not in {"execute", "sql", "query"}:
            return found

        def recorded(query: object, *more: Any, **other: Any) -> Any:
            self._said.append(" ".join(map(str, (query, *more, other))))
            return found(query, *more, **other)

        return recorded


def test_no_key_stands_in_the_ledger_or_in_a_query(
    flow: Flow, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    keys: list[bytes] = [path.read_bytes() for path in data.rglob("*.key")]
    begin, used = DuckSession.__init__, Vault.key

    def recorded(self: DuckSession, *given: Any) -> None:
        begin(self, *given)
        self._raw = Recorder(self._raw, said)  # type: ignore[assignment]
        self._ibis.con = self._raw

    def noted(self: Vault, domain: str, make: bool) -> bytes:
        keys.append(used(self, domain, make))
        return keys[-1]

    monkeypatch.setattr(DuckSession, "__init__", recorded)
    monkeypatch.setattr(Vault, "key", noted)
    run_flow(flow, data, tmp_path / "out")
    assert len(set(keys)) == 4 and len(said) > 100
    spoken = "\n".join([*said, *(path.read_text() for path in (tmp_path / "out").glob("*.json*"))])
    assert "linked" in spoken and "RN" in spoken
    for key in keys:
        for spelling in (key.hex(), key.hex().upper(), repr(key), str(list(key)), str(int.from_bytes(key))):
            assert spelling not in spoken
    for path in (tmp_path / "out").rglob("*"):
        if path.is_file():
            assert not any(key in path.read_bytes() for key in keys), path


def test_the_ledger_says_what_was_done(run: Run, flow: Flow) -> None:
    assert [entry.step for entry in run.ledger.entries] == [entry.step.id for entry in flow.steps]
    for entry, planned in zip(run.ledger.entries, flow.steps, strict=True):
        step = planned.step
        assert (entry.actor, entry.kind, entry.number) == (step.actor, step.kind, step.number)
        assert tuple(dict.fromkeys(part.dataset for part in entry.made)) == planned.makes
        for part in entry.made:
            inferred = flow.datasets[part.dataset].parts[part.part]
            assert part.columns == tuple(column.name for column in inferred)
        delivered = (entry.delivered[0], entry.receivers) if entry.delivered else None
        assert delivered == step.delivers()
        assert (entry.destroyed, entry.keys_destroyed) == step.destroys()
        assert entry.read == tuple(ref for _, ref in step.reads())
    assert run.ledger.rows("patient_selection", "patient") == 38
    assert run.ledger.rows("linked", "stay") == 40
    assert run.ledger.rows("linked", "none") is None


def test_the_ledger_knows_the_files(run: Run) -> None:
    """Rows and hash of what is still there; a delivered copy has the same bytes as the original."""
    made = {(part.dataset, part.part): part for entry in run.ledger.entries for part in entry.made}
    for path in (run.folder / "vaults").rglob("*.parquet"):
        part = made[path.parent.name, path.stem]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == part.sha256
        assert pq.read_metadata(path).num_rows == part.rows


@pytest.fixture
def ledger(run: Run, tmp_path: Path) -> Path:
    path = tmp_path / "ledger.jsonl"
    path.write_bytes(run.ledger.path.read_bytes())
    return path


def change(number: int, key: str, value: Any) -> Callable[[list[str]], list[str]]:
    def changed(lines: list[str]) -> list[str]:
        data = json.loads(lines[number])
        data[key] = value
        return [*lines[:number], json.dumps(data), *lines[number + 1 :]]

    return changed


def rehashed(lines: list[str]) -> list[str]:
    """An entry in the middle changed, with a hash of its own that fits it."""
    entry = _entry(lines[5].encode())
    assert entry is not None
    forged = replace(entry, receivers=("nobody",)).hashed()
    data = {**json.loads(lines[5]), "receivers": ["nobody"], "sha256": forged.sha256}
    return [*lines[:5], json.dumps(data), *lines[6:]]


@pytest.mark.parametrize(
    ("tamper", "line"),
    [
        (change(3, "actor", "nobody"), 4),
        (change(3, "receivers", ["nic", "ima"]), 4),
        (change(3, "seconds", 9999.0), 4),
        (change(0, "sha256", "0" * 64), 1),
        (change(7, "before", "0" * 64), 8),
        (change(7, "added", 1), 8),
        (lambda lines: [*lines[:3], *lines[4:]], 4),
        (lambda lines: lines[1:], 1),
        (lambda lines: [*lines[:3], lines[4], lines[3], *lines[5:]], 4),
        (lambda lines: [*lines[:4], lines[3], *lines[4:]], 5),
        (lambda lines: [*lines[:4], "not an entry", *lines[4:]], 5),
        (lambda lines: [*lines[:4], "[]", *lines[4:]], 5),
        (lambda lines: [*lines[:4], "", *lines[4:]], 5),
        (rehashed, 7),
    ],
    ids=[
        "actor", "receivers", "seconds", "own hash", "hash before", "an extra key", "a line out",
        "the first line out", "lines swapped", "a line twice", "no json", "a list", "an empty line",
        "an entry forged with its hash",
    ],
)  # fmt: skip
def test_a_changed_ledger_is_not_believed(tamper: Any, line: int, ledger: Path) -> None:
    lines = ledger.read_text(encoding="utf-8").splitlines()
    ledger.write_text("\n".join(tamper(lines)) + "\n", encoding="utf-8")
    with pytest.raises(WorkbenchError, match=f"ledger.jsonl:{line}: .*the ledger was changed"):
        Ledger(ledger)


@pytest.mark.parametrize("cut", [1, 30, 200])
def test_a_half_written_last_line_is_no_entry(cut: int, ledger: Path) -> None:
    whole = ledger.read_bytes()
    last = whole.rstrip(b"\n").rfind(b"\n") + 1
    ledger.write_bytes(whole[: last + cut])
    found = Ledger(ledger)
    assert len(found.entries) == whole.count(b"\n") - 1
    assert ledger.read_bytes() == whole[:last]


def test_a_ledger_goes_on_where_it_ended(ledger: Path) -> None:
    whole = ledger.read_text(encoding="utf-8")
    ledger.write_text("".join(whole.splitlines(keepends=True)[:-1]), encoding="utf-8")
    cut = Ledger(ledger)
    last = Ledger(ledger).entries[-1]
    added = cut.add(replace(last, step="again"))
    assert added.before == last.sha256 and Ledger(ledger).entries[-1] == added
    assert "again" in Ledger(ledger).done()


def state(flow: Flow, data: Path, out: Path) -> str:
    return open_run(flow, data, out)[1]


@pytest.fixture
def copied(run: Run, tmp_path: Path) -> Path:
    """The finished run in a folder that a test may spoil."""
    out = tmp_path / "out"
    for path in run.folder.rglob("*"):
        if path.is_file():
            target = out / path.relative_to(run.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    return out


def test_a_finished_run_is_used_again(flow: Flow, data: Path, copied: Path, run: Run) -> None:
    files = {path: path.stat().st_mtime_ns for path in copied.rglob("*.parquet")}
    assert state(flow, data, copied) == "finished"
    again = run_flow(flow, data, copied)
    assert again.resumed == len(flow.steps) and content(again) == content(run)
    assert {path: path.stat().st_mtime_ns for path in copied.rglob("*.parquet")} == files


def changed_study(flow: Flow) -> Flow:
    data = json.loads(json.dumps(flow.study.source.data))
    data["flow"][0]["label"]["en"] = "choose the patients"
    return replace(flow, study=replace(flow.study, source=replace(flow.study.source, data=data)))


def changed_catalog(flow: Flow) -> Flow:
    policy = flow.catalog.policies["small-cells"].model_copy(update={"threshold": 10})
    return replace(flow, catalog=replace(flow.catalog, policies={"small-cells": policy}))


@pytest.mark.parametrize("other", ["data", "study", "catalogue", "version"])
def test_a_run_of_other_inputs_is_discarded(
    other: str, flow: Flow, data: Path, copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if other == "data":
        data = tmp_path / "data"
        data.mkdir()
        (data / "manifest.json").write_text('{"seed": 2}', encoding="utf-8")
    if other == "version":
        monkeypatch.setattr(folder, "__version__", "999")
    flow = {"study": changed_study, "catalogue": changed_catalog}.get(other, lambda flow: flow)(flow)
    assert state(flow, data, copied) == "discarded"
    assert [path.name for path in copied.iterdir()] == ["run.json"]
    assert state(flow, data, copied) == "resumed"


def test_comments_and_order_of_keys_do_not_make_another_study(flow: Flow, data: Path, copied: Path) -> None:
    data_ = dict(reversed(flow.study.source.data.items()))
    same = replace(flow, study=replace(flow.study, source=replace(flow.study.source, data=data_)))
    assert state(same, data, copied) == "finished"


def test_a_discarding_that_was_interrupted_is_ended(flow: Flow, data: Path, copied: Path) -> None:
    """The card says nobody's run; half of the files are gone."""
    (copied / "run.json").write_text('{"study": "stroke-care", "inputs": {}}', encoding="utf-8")
    (copied / "ledger.jsonl").unlink()
    assert state(flow, data, copied) == "discarded"
    assert [path.name for path in copied.iterdir()] == ["run.json"]


def test_a_start_that_was_interrupted_is_no_obstacle(flow: Flow, data: Path, tmp_path: Path) -> None:
    (tmp_path / "run.part").write_text("{", encoding="utf-8")
    assert state(flow, data, tmp_path) == "new"
    assert json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["study"] == "stroke-care"


@pytest.mark.parametrize("card", [None, "", "{", "[]", '{"inputs": 3}', '{"name": "my project"}'])
def test_a_folder_that_is_no_run_is_left_alone(card: str | None, flow: Flow, data: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    if card is not None:
        (tmp_path / "run.json").write_text(card, encoding="utf-8")
    with pytest.raises(WorkbenchError, match="is not a run folder and not empty"):
        open_run(flow, data, tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_data_that_is_not_there(flow: Flow, data: Path, tmp_path: Path) -> None:
    with pytest.raises(WorkbenchError, match="holds no finished data"):
        run_flow(flow, tmp_path / "nothing", tmp_path / "out")
    for name, words in (("parties/hospitals/PATIENT.parquet", "has no table hospital.PATIENT"),):
        spoilt = tmp_path / "data"
        for path in data.rglob("*"):
            if path.is_file():
                target = spoilt / path.relative_to(data)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(path.read_bytes())
        (spoilt / name).unlink()
        with pytest.raises(WorkbenchError, match=words):
            run_flow(flow, spoilt, tmp_path / "out")


def test_a_table_without_a_field(flow: Flow, data: Path, tmp_path: Path) -> None:
    spoilt = tmp_path / "data"
    table = spoilt / "parties" / "hospitals" / "PATIENT.parquet"
    table.parent.mkdir(parents=True)
    (spoilt / "manifest.json").write_text("{}", encoding="utf-8")
    for path in (data / "parties" / "hospitals").iterdir():
        (table.parent / path.name).write_bytes(path.read_bytes())
    pq.write_table(pq.read_table(table).drop_columns(["INSZ"]), table)
    with pytest.raises(WorkbenchError, match=r"PATIENT.parquet has no INSZ"):
        run_flow(flow, spoilt, tmp_path / "out")


def test_one_thread_or_several_give_the_same(flow: Flow, data: Path, tmp_path: Path, run: Run) -> None:
    other = run_flow(flow, data, tmp_path / "out", EngineSettings(threads=1, memory="500MB"))
    assert content(other) == content(run)
