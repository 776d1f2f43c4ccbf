"""Faults made on purpose: nearly all are noticed in every study, and those that are not have a reason."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import jsonschema
import pytest

from tests.verify.rules.small import compiled, small
from workbench.catalog.load import load_catalog
from workbench.catalog.model import Catalog
from workbench.catalog.study_rule import study_rules
from workbench.errors import Problem, Problems
from workbench.main.flows import mutate_flow
from workbench.study.load import StudyFile
from workbench.verify.export import MutationExport
from workbench.verify.mutate import faults, mutate
from workbench.verify.mutate.data import cut, get, move, put, rename
from workbench.verify.mutate.makers import MAKERS
from workbench.verify.mutate.mutant import Base
from workbench.verify.mutate.reader import Reader

CATALOG = Path(__file__).resolve().parents[2] / "catalog"
LONG = ("breast-clinics", "operating-theatre")
SHORT = ("stroke-care", "stroke-selfreg-2020", "stroke-selfreg-2022", "intego", "ima-microdata")


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog(CATALOG)


@pytest.mark.parametrize("study", [*SHORT, *(pytest.param(name, marks=pytest.mark.slow) for name in LONG)])
def test_nearly_every_fault_is_noticed(study: str) -> None:
    found = mutate_flow(study, CATALOG)
    survivors = [f"{one.fault} {one.where}: {one.what}" for one in found.mutants if one.stage is None]
    assert found.made >= 85 and found.share >= 0.95, survivors  # the smallest flow has 88 places for a fault
    assert {one.fault for one in found.mutants if one.stage is None} == set(found.blind), "each with a reason"
    jsonschema.validate(json.loads(found.model_dump_json()), MutationExport.model_json_schema())


def test_faults_and_makers_are_one_to_one() -> None:
    assert set(faults(CATALOG)) == set(MAKERS)


def test_a_fault_twice_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "catalog" / "rules" / "faults"
    folder.mkdir(parents=True)
    text = (CATALOG / "rules/faults/flow.yaml").read_text(encoding="utf-8")
    twice = text.replace("  - id: keep-date\n", "  - id: keep-identifier\n")
    (folder / "flow.yaml").write_text(twice, encoding="utf-8")
    with pytest.raises(Problems, match="fault 'keep-identifier' exists already"):
        faults(tmp_path / "catalog")


def test_without_rules_and_checks_nearly_nothing_is_noticed(catalog: Catalog) -> None:
    """The score is the rules' doing: with none of them, only what does not compile is noticed."""
    flow = compiled(small(), catalog)
    with_rules = mutate(flow, faults(CATALOG), study_rules(CATALOG))
    without = mutate(flow, faults(CATALOG), {})
    noticed = {one.mutant.what for one in with_rules.results if one.stage == "rule"}
    assert with_rules.share >= 0.95 and without.share < 0.6
    assert noticed and {one.stage for one in without.results} == {"check", None}


def test_what_other_layers_check_counts(catalog: Catalog) -> None:
    flow = compiled(small(), catalog)

    def more(file: StudyFile, known: Catalog) -> Sequence[Problem]:
        there = len(file.study.variables) == len(flow.study.study.variables)
        return () if there else (Problem("small.yaml", 1, "a variable is missing", "it is", "add it"),)

    one = {"no-motivation": faults(CATALOG)["no-motivation"]}
    found = mutate(flow, one, {}, more)
    assert any(caught.said == "a variable is missing" for caught in found.results)


def test_mutants_are_read_as_any_study_is(catalog: Catalog) -> None:
    """What a mutant shares with the sound study is not read again: that may not change what is found."""
    flow = compiled(small(), catalog)
    reader = Reader(flow)
    for id_ in faults(CATALOG):
        for mutant in MAKERS[id_](Base(flow)):
            quick, said = reader.read(mutant.data)
            fresh, problems = Reader(flow).read(json.loads(json.dumps(mutant.data)))
            assert sorted(map(str, said)) == sorted(map(str, problems)), mutant
            assert (quick is None) == (fresh is None)
            if quick and fresh and not problems:
                assert quick.study.study == fresh.study.study and quick.datasets == fresh.datasets
                assert [one.holdings for one in quick.steps] == [one.holdings for one in fresh.steps]
                assert reader.story(quick).traces == reader.story(fresh).traces
                assert reader.story(quick).live == reader.story(fresh).live


def test_the_sound_study_is_not_touched(catalog: Catalog) -> None:
    flow = compiled(small(), catalog)
    before = json.dumps(flow.study.source.data, sort_keys=True)
    for id_ in faults(CATALOG):
        for mutant in MAKERS[id_](Base(flow)):
            assert mutant.fault == id_
            assert json.dumps(mutant.data, sort_keys=True) != before, mutant
    assert json.dumps(flow.study.source.data, sort_keys=True) == before


def test_changes_of_data_leave_the_old_as_it_was() -> None:
    old = {
        "flow": [{"id": "a", "output": "x"}, {"id": "b", "input": "x.rows", "to": ["x"]}],
        "retention": [{"dataset": "x"}],
    }
    assert get(old, ("flow", 1, "input")) == "x.rows" and get(old, ("flow", 7)) is None
    assert put(old, ("flow", 0, "output"), "y")["flow"][0]["output"] == "y"
    assert [one["id"] for one in cut(old, ("flow", 0))["flow"]] == ["b"]
    assert [one["id"] for one in move(old, 1, 0)["flow"]] == ["b", "a"]
    new = rename(old, lambda text: text.replace("x", "z"), 1)
    assert new["flow"][0]["output"] == "x", "steps before keep the name"
    assert new["flow"][1] == {"id": "b", "input": "z.rows", "to": ["x"]}, "receivers are no datasets"
    assert new["retention"] == [{"dataset": "z"}]
    assert old["flow"][0]["output"] == "x" and old["retention"] == [{"dataset": "x"}]
