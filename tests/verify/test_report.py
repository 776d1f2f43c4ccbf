"""The report is plain data that says the same as the model, and keeps to its documented keys."""

from __future__ import annotations

import json
from typing import Any

import pytest

from workbench.verify import Model, exposure_report

CLUSTER = {"identifiers", "attributes", "membership", "tables"}


@pytest.fixture(scope="module")
def report(stroke: Model) -> dict[str, Any]:
    return exposure_report(stroke)


def test_it_is_json_and_twice_the_same(report: dict[str, Any], stroke: Model) -> None:
    text = json.dumps(report, sort_keys=True)
    assert json.loads(text) == report
    assert json.dumps(exposure_report(stroke), sort_keys=True) == text


def test_it_has_the_documented_keys(report: dict[str, Any]) -> None:
    assert set(report) == {"study", "steps", "parties", "organisations", "targets"}
    for step in report["steps"]:
        assert set(step) == {"number", "id", "printed", "actor", "label", "changes"}
        assert all(set(change) == {"party", "learns"} and change["learns"] for change in step["changes"])
    for unit in (*report["parties"], *report["organisations"]):
        assert set(unit) == {"name", "source", "ever", "now"}
        assert all(set(cluster) == CLUSTER for cluster in (*unit["ever"], *unit["now"]))
    for target in report["targets"]:
        assert set(target) == {"id", "label", "tokens", "party", "organisation"}
        for level in ("party", "organisation"):
            assert set(target[level]) == {"complete", "size", "legal", "coalitions"}
            keys = {"parties", "exact", "certainty", "derivation", "repair"}
            assert all(set(one) == keys and one["derivation"] for one in target[level]["coalitions"])


def test_a_party_learns_at_the_step_at_which_it_receives(report: dict[str, Any]) -> None:
    learns = {(step["id"], change["party"]) for step in report["steps"] for change in step["changes"]}
    assert {("send-insz", "ehealth"), ("send-insz-rn", "nic"), ("deliver-mzg", "vikz-datateam")} <= learns
    assert not any(party == "ehealth" for step, party in learns if step == "deliver-mzg")


def test_every_step_and_party_is_there(report: dict[str, Any], stroke: Model) -> None:
    assert [step["number"] for step in report["steps"]] == list(range(1, len(stroke.steps) + 1))
    assert [unit["name"] for unit in report["parties"]] == list(stroke.parties)
    assert {unit["name"] for unit in report["organisations"]} == set(stroke.organisations.values())
    assert {unit["name"] for unit in report["parties"] if unit["source"]} == set(stroke.sources)


def test_the_end_of_the_study_leaves_less_than_ever_was(report: dict[str, Any]) -> None:
    ehealth = next(unit for unit in report["parties"] if unit["name"] == "ehealth")
    assert ehealth["ever"] and not ehealth["now"]


def test_without_repairs_nothing_else_changes(report: dict[str, Any], stroke: Model) -> None:
    bare = exposure_report(stroke, repair=False)
    for target in report["targets"]:
        for level in ("party", "organisation"):
            for one in target[level]["coalitions"]:
                one["repair"] = []
    assert bare == report
