"""Guard 3: what the verification says and what runs agree, on random studies that are really executed."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from random import Random

import pyarrow.parquet as pq
import pytest

from tests.verify.guard3_chase import Row, Secret, components
from tests.verify.guard3_flows import Draft, coder, counter, random_study, write_study
from tests.verify.guard3_world import C2_KEY, DOMAINS, PARTIES, STAYS, TABLES, c2, catalogue, write_sources
from workbench.catalog import Catalog
from workbench.crypto import read_key
from workbench.dataflow import Flow, compile_flow
from workbench.simulate import EngineSettings, Now, run_flow
from workbench.study import load_study
from workbench.verify import Model, knowledge_of

FLOWS = 20
TOKENS = {
    "id:INSZ": "INSZ", "id:PATNUM": "PATNUM", "id:STAYNUM": "STAYNUM", "id:C2": "C2", "attr:diagnosis": "DX",
    "attr:service": "ITEM", **{f"id:{domain}": domain for domain in DOMAINS},
}  # fmt: skip


@dataclass
class Witness:
    """What every party had at any moment of a run, and what it has at the end."""

    flow: Flow
    out: Path
    rows: dict[tuple[str, str], frozenset[Row]] = field(default_factory=dict)  # dataset and part -> its rows
    ever: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    now: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    keys_ever: dict[str, dict[str, bytes]] = field(default_factory=dict)
    keys_now: dict[str, dict[str, bytes]] = field(default_factory=dict)

    def look(self, now: Now) -> None:
        """Before each step and at the end: note what stands in the vaults."""
        if not now.begins:
            return
        for party in PARTIES:
            vault = self.out / "vaults" / party
            files = [path for path in vault.glob("*/*.parquet") if not path.parent.name.startswith(".")]
            self.now[party] = {(path.parent.name, path.stem) for path in files}
            self.ever.setdefault(party, set()).update(self.now[party])
            self.keys_now[party] = {path.stem: read_key(path) for path in vault.glob(".keys/*.key")}
            self.keys_ever.setdefault(party, {}).update(self.keys_now[party])
            for path in files:
                name = (path.parent.name, path.stem)
                if name not in self.rows:
                    self.rows[name] = frozenset(self.read(path, *name))

    def read(self, path: Path, dataset: str, part: str) -> Iterator[Row]:
        columns = self.flow.datasets[dataset].parts[part]
        references = {one.name: one.domain for one in columns if str(one.domain).startswith("ref:")}
        for row in pq.read_table(path).to_pylist():
            yield frozenset((references[name], value) if name in references else value for name, value in row.items())

    def holds(self, coalition: Collection[str], mode: str) -> list[Row]:
        """Rows of the coalition, those of its own source tables that the study reads included."""
        held = self.ever if mode == "ever" else self.now
        rows = [row for party in coalition for name in held[party] for row in self.rows[name]]
        read = {ref for one in self.flow.steps for _, ref in one.step.reads()}
        for table, (provider, fields) in TABLES.items():
            if provider in coalition and f"small.{table}" in read:
                source = pq.read_table(self.out.parent / "data" / "parties" / provider / f"{table}.parquet")
                rows += [frozenset(row[name] for name in fields) for row in source.to_pylist()]
        return rows

    def secrets(self, coalition: Collection[str], mode: str) -> list[Secret]:
        keys = self.keys_ever if mode == "ever" else self.keys_now
        found = [
            Secret(domain, key, bool(declared and declared.reversible))
            for party in coalition
            for domain, key in keys[party].items()
            for declared in [self.flow.study.study.domain(domain)]
        ]
        used = any("C2" in one.step.uses_keys() for one in self.flow.steps)
        return [*found, *([Secret("C2", C2_KEY, False, True)] if used and "dirk" in coalition else [])]

    def truth(self) -> dict[str, dict[int, int]]:
        """The identifiers of every domain, with the stay each belongs to."""
        true = {
            "INSZ": {stay.insz: stay.number for stay in STAYS},
            "PATNUM": {stay.patnum: stay.number for stay in STAYS},
            "STAYNUM": {stay.staynum: stay.number for stay in STAYS},
            "C2": {c2(stay): stay.number for stay in STAYS},
        }
        every = {domain: key for keys in self.keys_ever.values() for domain, key in keys.items()}
        for domain in self.flow.study.study.domains:
            if domain.id in every and domain.id != "C2":
                secret = Secret(domain.id, every[domain.id], domain.reversible)
                of = true[domain.of]
                true[domain.id] = {made: of[value] for value, made in secret.forth(of).items()}
        return true


def executed(seed: int, folder: Path) -> Witness:
    """A random study, run."""
    return ran(random_study(Random(seed), folder), folder, seed)


def ran(path: Path, folder: Path, seed: int = 1) -> Witness:
    """A study of the small world, compiled and run."""
    catalog: Catalog = catalogue()
    flow = compile_flow(load_study(str(path), catalog, folder), catalog)
    witness = Witness(flow, folder / "run")
    data = write_sources(folder / "data")
    run_flow(flow, data, witness.out, EngineSettings(threads=1, memory="200MB"), witness.look, seed)
    return witness


def agree(witness: Witness) -> tuple[int, int]:
    """Compare both on every coalition, target and mode; returns how many were compared, and how many reached."""
    model: Model = knowledge_of(witness.flow)
    assert set(model.parties) == set(PARTIES)
    true = witness.truth()
    numbers = {number for values in true.values() for number in values}
    owner: dict[object, tuple[str, int]] = {
        **{number: (domain, stay) for domain, values in true.items() for number, stay in values.items()},
        **{f"dx {stay.number}": ("DX", stay.number) for stay in STAYS},
        **{f"item {stay.number}": ("ITEM", stay.number) for stay in STAYS},
    }
    targets = [
        pair for pair in combinations(TOKENS, 2) if all(TOKENS[token] in (*true, "DX", "ITEM") for token in pair)
    ]
    compared = reached = 0
    for size in range(1, len(PARTIES) + 1):
        for who in combinations(PARTIES, size):
            for mode in ("ever", "now"):
                found = set()
                for one in components(witness.holds(who, mode), witness.secrets(who, mode), numbers):
                    told = [owner[value] for value in one if value in owner]
                    assert len({stay for _, stay in told}) <= 1, "rows of two persons were joined"
                    found |= {frozenset(pair) for pair in combinations(sorted({kind for kind, _ in told}), 2)}
                exposure = model.exposure(who, mode="ever" if mode == "ever" else "now")
                for pair in targets:
                    really = frozenset(TOKENS[token] for token in pair) in found
                    said = exposure.can(pair)
                    assert said == really, (who, mode, pair, "said" if said else "denied", exposure.clusters)
                    compared += 1
                    reached += said
    return compared, reached


@pytest.mark.parametrize("seed", range(FLOWS))
def test_what_is_said_is_what_runs(seed: int, tmp_path: Path) -> None:
    compared, reached = agree(executed(seed, tmp_path))
    assert 0 < reached < compared > 900


@pytest.mark.parametrize(
    ("drafted", "who", "target"),
    [
        (coder, ("dirk", "elsa"), {"id:INSZ", "id:PATNUM"}),  # by a chain of keys alone
        (counter, ("cleo", "elsa"), {"id:C2", "attr:diagnosis"}),  # by groups of one
    ],
)
def test_what_seems_hidden_is_found_by_both(
    drafted: Callable[[Draft], None], who: tuple[str, ...], target: set[str], tmp_path: Path
) -> None:
    draft = Draft(Random(1))
    drafted(draft)
    witness = ran(write_study(draft, tmp_path), tmp_path)
    agree(witness)
    model = knowledge_of(witness.flow)
    assert model.exposure(who, mode="now").can(target)
    assert not any(model.exposure([one], mode="now").can(target) for one in who)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(FLOWS, 400))
def test_what_is_said_is_what_runs_more(seed: int, tmp_path: Path) -> None:
    agree(executed(seed, tmp_path))


def test_the_generator_reaches_every_kind_it_knows(tmp_path: Path) -> None:
    kinds = set()
    for seed in range(FLOWS):
        study = json.loads(random_study(Random(seed), tmp_path).read_text(encoding="utf-8"))
        kinds |= {step["kind"] for step in study["flow"]}
    assert kinds == {
        "select", "send", "pseudonymise", "decode", "link", "rekey", "drop", "split", "recode_date", "destroy",
        "consolidate", "aggregate",
    }  # fmt: skip
