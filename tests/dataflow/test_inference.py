"""Identifier domains, grain, aggregates and protection, inferred through every step; the JSON of every study."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tests.dataflow.drawings import CATALOG
from tests.dataflow.test_draw_studies import STUDIES, flow_of
from workbench.catalog import Catalog
from workbench.dataflow import Flow, compile_flow
from workbench.dataflow.export import FlowExport, export_flow, grain
from workbench.dataflow.kinds import KINDS
from workbench.study import load_study


@pytest.fixture(scope="module")
def small(repo_root: Path, catalog: Catalog) -> Flow:
    return compile_flow(load_study(str(repo_root / "tests/simulate/every_kind.yaml"), catalog, CATALOG), catalog)


def domains(flow: Flow, ref: str) -> dict[str, str | None]:
    name, _, part = ref.partition(".")
    return {column.name: column.domain for column in flow.datasets[name].parts[part or "rows"]}


@pytest.mark.parametrize(
    ("ref", "wanted"),
    [
        ("list", {"INSZ": "INSZ"}),
        ("coded_list", {"INSZ": "INSZ", "Hnew": "Hnew"}),
        ("part_a", {"REF_NR": "ref:take-apart", "INSZ": "INSZ"}),
        ("part_b", {"REF_NR": "ref:take-apart", "STAYNUM": "STAYNUM"}),
        ("coded_a", {"REF_NR": "ref:take-apart", "INSZ_X": "INSZ_X"}),
        ("linked.stay", {"INSZ_X": "INSZ_X", "STAYNUM": "STAYNUM"}),
        ("found", {"INSZ": "INSZ", "INSZ_X": "INSZ_X"}),
        ("named.stay", {"INSZ": "INSZ", "STAYNUM": "STAYNUM"}),
        ("counts", {}),
    ],
)
def test_an_identifier_has_the_domain_it_was_given_last(small: Flow, ref: str, wanted: dict[str, str]) -> None:
    found = {name: domain for name, domain in domains(small, ref).items() if domain not in (None, "CODE_AGR")}
    assert found == wanted


def test_what_is_of_groups_and_what_is_protected(small: Flow) -> None:
    assert {name for name, dataset in small.datasets.items() if dataset.aggregate} == {"counts", "report"}
    assert {name for name, dataset in small.datasets.items() if dataset.protected} == {"counts", "safe"}


def test_every_column_comes_from_a_field_or_from_the_step_that_made_it(small: Flow, catalog: Catalog) -> None:
    for dataset in small.datasets.values():
        for part in dataset.parts.values():
            for column in part:
                assert column.origin, column
                for ref in column.origin:
                    assert ref.startswith("domain:") or catalog.field(ref), ref


@pytest.mark.parametrize(
    ("study", "ref", "wanted"),
    [
        ("stroke-care", "insz_list.rows", "person"), ("stroke-care", "mzg_base.stay", "stay"),
        ("stroke-care", "ima_linkset.billing", "person"), ("stroke-care", "scra_report.rows", "group"),
    ],
)  # fmt: skip
def test_the_grain_is_the_finest_thing_that_is_told_apart(study: str, ref: str, wanted: str) -> None:
    flow = flow_of(study)
    name, _, part = ref.partition(".")
    assert grain(flow.datasets[name].parts[part], flow.catalog) == wanted


def test_the_grain_of_a_component_is_the_record(small: Flow, catalog: Catalog) -> None:
    assert grain(small.datasets["part_b"].parts["rows"], catalog) == "record"
    assert grain(small.datasets["linked"].parts["stay"], catalog) == "stay"


@pytest.mark.parametrize("study", STUDIES)
def test_the_flow_of_every_study_is_json_of_the_documented_form(study: str) -> None:
    flow = flow_of(study)
    text = export_flow(flow).model_dump_json()
    jsonschema.validate(json.loads(text), FlowExport.model_json_schema())
    assert FlowExport.model_validate_json(text) == export_flow(flow)
    assert {step["kind"] for step in json.loads(text)["steps"]} <= set(KINDS)
    made = {name for step in json.loads(text)["steps"] for name in step["makes"]}
    assert made == {dataset["name"] for dataset in json.loads(text)["datasets"]}
