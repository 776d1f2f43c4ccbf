"""The exported flow says what the compiled flow says, and its JSON fits its own schema."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.dataflow.drawings import stroke_care, written
from workbench.dataflow.export import FlowExport, export_flow


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    return dict(json.loads(export_flow(stroke_care()).model_dump_json()))


def test_it_comes_back_from_json_unchanged_and_is_the_same_each_time() -> None:
    text = export_flow(stroke_care()).model_dump_json()
    assert FlowExport.model_validate_json(text) == export_flow(stroke_care())
    assert export_flow(stroke_care()).model_dump_json() == text


def test_the_schema_describes_every_key() -> None:
    schema = FlowExport.model_json_schema()
    parts = {name: set(entry["properties"]) for name, entry in schema["$defs"].items() if "properties" in entry}
    assert parts["ColumnExport"] == {
        "name", "type", "role", "sensitive", "codes", "domain", "aggregate", "origin",
    }  # fmt: skip
    assert {"holdings", "makes", "delivers", "destroys", "destroys_keys", "number"} <= parts["StepExport"]
    assert all(entry.get("description") for entry in schema["$defs"].values())


def test_steps_are_those_of_the_file_in_its_order(data: dict[str, Any]) -> None:
    for ours, theirs in zip(data["steps"], written(), strict=True):
        assert {key: ours[key] for key in ("id", "kind", "actor")} == {
            key: theirs[key] for key in ("id", "kind", "actor")
        }
        assert ours["number"] == theirs.get("number")
        assert ours["label"] == theirs["label"]
        sent = {"dataset": theirs["dataset"], "to": theirs["to"]} if "to" in theirs else None
        assert ours["delivers"] == sent
        gone = theirs["kind"] == "destroy"
        assert ours["destroys"] == (theirs.get("datasets", []) if gone else [])
        assert ours["destroys_keys"] == (theirs.get("keys", []) if gone else [])


def test_holdings_follow_from_the_file(data: dict[str, Any]) -> None:
    """Held anew from the written steps: made and received, until destroyed."""
    held: dict[str, set[str]] = {party: set() for party in data["parties"]}
    for ours, theirs in zip(data["steps"], written(), strict=True):
        if "output" in theirs:
            held[theirs["actor"]].add(theirs["output"].split(".")[0])
        for party in theirs.get("to", ()):
            held[party].add(theirs["dataset"])
        if theirs["kind"] == "destroy":
            held[theirs["actor"]] -= set(theirs.get("datasets", ()))
        assert {party: set(names) for party, names in ours["holdings"].items()} == held, ours["id"]


def test_columns_keep_type_role_sensitivity_and_origin(data: dict[str, Any]) -> None:
    assert {entry["name"] for entry in data["datasets"]} == set(stroke_care().datasets)
    for entry in data["datasets"]:
        for part in entry["parts"]:
            columns = stroke_care().datasets[entry["name"]].parts[part["name"]]
            assert [column["name"] for column in part["columns"]] == [column.name for column in columns]
            for ours, theirs in zip(part["columns"], columns, strict=True):
                assert (ours["type"], ours["role"], ours["sensitive"]) == (
                    theirs.type,
                    theirs.role,
                    theirs.sensitive,
                )
                assert ours["origin"] == sorted(theirs.origin)


def test_a_pseudonym_shows_whom_it_stands_for(data: dict[str, Any]) -> None:
    (linked,) = (entry for entry in data["datasets"] if entry["name"] == "linked")
    (stay,) = (part for part in linked["parts"] if part["name"] == "stay")
    (project,) = (column for column in stay["columns"] if column["name"] == "Cproject")
    assert project["role"] == "pseudonym"
    assert "hospital.PATIENT.INSZ" in project["origin"]
    assert (linked["sensitivity"], linked["identifiers"]) == ("health", ["Cproject", "STAYNUM"])
    (died,) = (column for column in stay["columns"] if column["name"] == "Overlijden30")
    assert died["origin"] and any(origin.endswith("PP0040") for origin in died["origin"])
