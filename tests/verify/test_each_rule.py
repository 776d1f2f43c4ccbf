"""One smallest flow for each of R0 to R6: what the rule adds, and where it stops."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.verify.guard3_world import CITE, PARTIES, TABLES, catalogue, label
from workbench.dataflow import compile_flow
from workbench.study import load_study
from workbench.verify import Model, knowledge_of

Step = dict[str, Any]
Build = Callable[..., Model]
SAID, SOURCE = label("x").model_dump(), CITE.model_dump()


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """The model of a study of the small world with these steps, domains and hosts."""

    def make(steps: Sequence[Step], domains: Sequence[Step] = (), hosting: Sequence[Step] = ()) -> Model:
        flow = [{"id": f"s{n}", "label": SAID, "cite": SOURCE, **step} for n, step in enumerate(steps, start=1)]
        chosen = [
            ref for step in steps if step["kind"] == "select" for ref in step["parts"]["rows"]["columns"].values()
        ]
        uses = {"motivation": SAID, "transformation": "none", "used_by": ["linkage"], "cite": SOURCE}
        study = {
            "id": "small", "title": SAID, "document": "own", "applicant": {"organisation": "own"}, "purpose": SAID,
            "legal_basis": [], "period": {"from": 2018, "to": 2018, "cite": SOURCE},
            "population": {"label": SAID, "unit": "small.STAY", "criteria": []},
            "parties": list(PARTIES), "flow": flow, "retention": [], "recipients": [],
            "domains": [{"scope": "study", "cite": SOURCE, **one} for one in domains],
            "variables": [{"ref": ref, **uses} for ref in sorted(set(chosen))],
            "hosting": [{"cite": SOURCE, **one} for one in hosting],
        }  # fmt: skip
        path = tmp_path / "study.yaml"
        path.write_text(json.dumps(study), encoding="utf-8")
        catalog = catalogue()
        return knowledge_of(compile_flow(load_study(str(path), catalog, tmp_path), catalog))

    return make


def take(table: str, output: str, *fields: str) -> Step:
    actor, every = TABLES[table]
    columns = {name: f"small.{table}.{name}" for name in fields or every}
    parts = {"rows": {"from": [f"small.{table}"], "columns": columns}}
    return {"kind": "select", "actor": actor, "output": output, "parts": parts}


def send(actor: str, dataset: str, *to: str) -> Step:
    return {"kind": "send", "actor": actor, "dataset": dataset, "to": list(to)}


def code(actor: str, dataset: str, output: str, domain: str, *keep: str) -> Step:
    return {"kind": "pseudonymise", "actor": actor, "input": dataset, "output": output, "domain": domain,
            "keep": [domain, *keep]}  # fmt: skip


def gone(actor: str, *datasets: str, keys: Sequence[str] = ()) -> Step:
    return {"kind": "destroy", "actor": actor, "datasets": list(datasets), "keys": list(keys)}


def reaches(model: Model, who: str, *target: str, now: bool = False) -> bool:
    return model.exposure(who.split("+"), mode="now" if now else "ever").can(target)


def test_r0_what_is_received_is_known_and_what_was_had_before(build: Build) -> None:
    model = build([take("PERSON", "list"), send("anna", "list", "elsa"), gone("elsa", "list")])
    assert reaches(model, "elsa", "id:INSZ", "id:PATNUM")
    assert not reaches(model, "elsa", "id:INSZ", now=True)
    assert not reaches(model, "bert", "id:INSZ")
    # Of a source table all is known to its source, also what was not selected.
    assert reaches(build([take("STAY", "stays", "PATNUM", "HOSP")]), "bert", "id:STAYNUM", "attr:diagnosis")


@pytest.mark.parametrize("encrypted", [True, False])
def test_r0_hosting_is_holding_unless_encrypted(build: Build, encrypted: bool) -> None:
    hosting = [{"host": "dirk", "of": "elsa", "encrypted": encrypted}]
    model = build([take("PERSON", "list"), send("anna", "list", "elsa")], hosting=hosting)
    assert reaches(model, "dirk", "id:INSZ", "id:PATNUM") != encrypted


def test_r0_a_host_of_a_host_reads_too_and_a_circle_of_hosts_ends(build: Build) -> None:
    hosting = [{"host": host, "of": of, "encrypted": False} for host, of in (("dirk", "elsa"), ("bert", "dirk"))]
    steps = [take("PERSON", "list"), send("anna", "list", "elsa")]
    assert reaches(build(steps, hosting=hosting), "bert", "id:INSZ", "id:PATNUM")
    circle = [*hosting, {"host": "elsa", "of": "bert", "encrypted": False}]
    assert reaches(build(steps, hosting=circle), "bert", "id:INSZ", "id:PATNUM")
    hosting[1]["encrypted"] = True
    assert not reaches(build(steps, hosting=hosting), "bert", "id:INSZ", "id:PATNUM")


def test_r1_the_key_of_enumerable_identifiers_goes_both_ways(build: Build) -> None:
    domain = {"id": "D1", "of": "INSZ", "issuer": "dirk"}
    steps = [take("PERSON", "list"), send("anna", "list", "dirk"), code("dirk", "list", "coded", "D1", "PATNUM")]
    kept = build([*steps, send("dirk", "coded", "elsa"), gone("dirk", "list", "coded")], [domain])
    # dirk destroyed the tables and kept the key: with elsa's codes it finds every person again.
    assert not reaches(kept, "elsa", "id:INSZ") and not reaches(kept, "dirk", "id:INSZ", now=True)
    assert reaches(kept, "dirk+elsa", "id:INSZ", "id:PATNUM", now=True)
    ended = build([*steps, send("dirk", "coded", "elsa"), gone("dirk", "list", "coded", keys=["D1"])], [domain])
    assert not reaches(ended, "dirk+elsa", "id:INSZ", now=True)
    assert reaches(ended, "dirk+elsa", "id:INSZ", "id:PATNUM")


@pytest.mark.parametrize("reversible", [True, False])
def test_r1_the_key_of_other_identifiers_goes_back_only_when_reversible(build: Build, reversible: bool) -> None:
    domain = {"id": "D1", "of": "PATNUM", "issuer": "dirk", "reversible": reversible}
    steps = [take("STAY", "stays", "PATNUM", "DX"), send("bert", "stays", "dirk")]
    steps += [code("dirk", "stays", "coded", "D1", "DX"), send("dirk", "coded", "elsa"), gone("dirk", "stays", "coded")]
    model = build(steps, [domain])
    assert reaches(model, "dirk+elsa", "id:PATNUM", "attr:diagnosis", now=True) == reversible
    # Who has the identifiers anyway only needs the key to make the codes: no way back is needed for that.
    assert reaches(model, "dirk+elsa+bert", "id:D1", "id:PATNUM", now=True)


def test_r1_a_second_key_holder_has_the_key_too(build: Build) -> None:
    domain = {"id": "D1", "of": "INSZ", "issuer": "dirk", "reversible": True, "key_holder": "cleo"}
    steps = [take("PERSON", "list"), send("anna", "list", "dirk"), code("dirk", "list", "coded", "D1", "PATNUM")]
    model = build([*steps, send("dirk", "coded", "elsa")], [domain])
    assert reaches(model, "cleo+elsa", "id:INSZ", "id:PATNUM")


def test_r2_a_shared_identifier_joins(build: Build) -> None:
    steps = [take("PERSON", "list"), take("STAY", "stays", "PATNUM", "DX")]
    model = build([*steps, send("anna", "list", "elsa"), send("bert", "stays", "dirk")])
    assert reaches(model, "dirk+elsa", "id:INSZ", "attr:diagnosis")
    assert not reaches(model, "dirk", "id:INSZ") and not reaches(model, "elsa", "attr:diagnosis")


def test_r3_a_whole_quasi_key_joins_and_a_part_of_it_does_not(build: Build) -> None:
    facts = ("HOSP", "ADM", "DIS")
    whole = [take("STAY", "stays", *facts, "DX"), take("BILL", "bills", *facts, "ITEM")]
    model = build([*whole, send("bert", "stays", "elsa"), send("cleo", "bills", "dirk")])
    assert reaches(model, "dirk+elsa", "attr:diagnosis", "attr:service")
    assert not model.exact.exposure(["dirk", "elsa"]).can(["attr:diagnosis", "attr:service"])
    part = [take("STAY", "stays", *facts, "DX"), take("BILL", "bills", "HOSP", "ADM", "ITEM")]
    model = build([*part, send("bert", "stays", "elsa"), send("cleo", "bills", "dirk")])
    assert not reaches(model, "dirk+elsa", "attr:diagnosis", "attr:service")


def test_r4_what_follows_is_known(build: Build) -> None:
    recode = {"rows": {"LOS": {"from": "DIS", "to": "interval", "since": "ADM"}}}
    steps = [take("STAY", "stays", "HOSP", "ADM", "DIS", "DX")]
    steps += [{"kind": "recode_date", "actor": "bert", "input": "stays", "output": "days", "recode": recode}]
    model = build([*steps, send("bert", "days", "elsa")])
    assert "attr:discharge_date" not in {token for one in model.held(["elsa"]) for token in one.tokens}
    assert reaches(model, "elsa", "attr:discharge_date", "attr:diagnosis")


def test_r5_an_operational_key_has_coded_everybody_before(build: Build) -> None:
    domain = {"id": "C2", "of": "INSZ", "issuer": "dirk", "scope": "source"}
    steps = [take("PERSON", "list"), send("anna", "list", "dirk"), code("dirk", "list", "coded", "C2", "PATNUM")]
    model = build([*steps, gone("dirk", "list", "coded")], [domain])
    assert reaches(model, "dirk", "id:INSZ", "id:C2", now=True)
    assert "dirk" not in model.sources  # a key tells nothing but who is who
    assert not reaches(model.before, "cleo+dirk", "id:INSZ", "attr:service")
    bills = build([take("BILL", "bills"), *steps], [domain])
    assert reaches(bills.before, "cleo+dirk", "id:INSZ", "attr:service")


def test_r6_a_reference_joins_what_one_split_took_apart(build: Build) -> None:
    def split(source: str, one: str, other: str) -> Step:
        return {"kind": "split", "actor": "bert", "input": source, "identifiers": ["PATNUM"], "reference": "REF",
                "output": one, "rest": other}  # fmt: skip

    stays = take("STAY", "stays", "PATNUM", "DX")
    same = [stays, split("stays", "a", "b"), send("bert", "a", "dirk"), send("bert", "b", "elsa")]
    model = build([*same, gone("elsa", "b")])
    assert reaches(model, "dirk+elsa", "id:PATNUM", "attr:diagnosis")
    assert not reaches(model, "dirk", "attr:diagnosis") and not reaches(model, "elsa", "id:PATNUM")
    assert not reaches(model, "dirk+elsa", "id:PATNUM", "attr:diagnosis", now=True)
    two = [
        stays,
        split("stays", "a", "b"),
        split("stays", "c", "d"),
        send("bert", "a", "dirk"),
        send("bert", "d", "elsa"),
    ]
    assert not reaches(build(two), "dirk+elsa", "id:PATNUM", "attr:diagnosis")


def test_an_aggregate_without_a_policy_tells_of_who_is_alone_in_a_group(build: Build) -> None:
    counted = {"kind": "aggregate", "actor": "bert", "input": "stays", "output": "counts", "by": ["HOSP"]}
    steps = [take("STAY", "stays", "HOSP", "DX"), {**counted, "measures": {"LOS": "count"}}]
    model = build([*steps, send("bert", "counts", "elsa")])
    assert [one.tokens for one in model.held(["elsa"])] == [{"some:attr:hospital"}]
    assert reaches(model, "elsa", "attr:hospital") and not model.exact.exposure(["elsa"]).can({"attr:hospital"})
