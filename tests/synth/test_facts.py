"""The figures behind the data: each with its source, each code in its list, hospitals as described."""

from __future__ import annotations

import collections
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.synth.conftest import CATALOG
from workbench.synth.medicines import products_by_class
from workbench.synth.parameters import Parameters, by_age
from workbench.synth.scenario import make_scenario

FILES = sorted(CATALOG.glob("synth/*.yaml"))


def facts(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every mapping that states something: those with a value, and leaves that forgot to be one."""
    if isinstance(node, dict) and not ({"value", "cite"} & set(node)):
        for name, child in node.items():
            yield from facts(child, f"{path}.{name}")
    else:
        yield path, node if isinstance(node, dict) else {}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_figure_says_where_it_comes_from(file: Any) -> None:
    documents = {entry["id"] for entry in yaml.safe_load((CATALOG / "documents.yaml").read_text("utf-8"))["documents"]}
    found = list(facts(yaml.safe_load(file.read_text("utf-8"))))
    assert found
    for path, fact in found:
        assert set(fact) == {"value", "cite"}, path
        cite = fact["cite"]
        assert cite["document"] in documents, path
        assert {"line", "key", "note"} & set(cite), path
        assert cite["document"] != "own" or cite.get("note"), path


def test_written_codes_stand_in_the_lists_of_the_catalogue(parameters: Parameters) -> None:
    for name, meanings in parameters["codes.meanings"].items():
        entries = yaml.safe_load((CATALOG / "codes" / f"{name}.yaml").read_text("utf-8"))["entries"]
        assert set(meanings.values()) <= {str(entry["code"]) for entry in entries}, name
    printed = yaml.safe_load((CATALOG / "codes" / "nomenclature_stroke.yaml").read_text("utf-8"))["entries"]
    groups = collections.defaultdict(set)
    for entry in printed:
        groups[entry["attributes"]["group"]].add(str(entry["code"]))
    ours = parameters["billing.stroke_codes"]
    assert set(ours["intake"]) == groups["intake"] and set(ours["care_plan"]) == groups["care_plan"]
    assert set(ours["monitoring"]) | set(ours["monitoring_second_day"]) == groups["monitoring"]


def test_hospitals_are_invented_and_as_many_as_described(parameters: Parameters) -> None:
    listed = parameters.hospitals
    places = {row["ARRD_REFNIS"] for row in parameters.margin("population.margins.by_arrondissement")}
    assert len(listed) == 103 == len({entry["code"] for entry in listed})
    assert sum(entry["flemish_recognised"] for entry in listed) == 53
    for entry in listed:
        assert entry["code"][0] in "89" and len(entry["code"]) == 3
        assert entry["arrondissement"] in places and entry["volume"] > 0 and entry["campuses"]
    volumes = sorted((float(entry["volume"]) for entry in listed), reverse=True)
    assert sum(volumes[:20]) > 0.35 * sum(volumes), "a few hospitals are large"


@pytest.mark.parametrize(("persons", "hospitals"), [(20_000, 12), (100_000, 12), (400_000, 50), (11_700_000, 103)])
def test_hospitals_grow_with_the_population(parameters: Parameters, persons: int, hospitals: int) -> None:
    scenario = make_scenario(parameters, persons, 7, "stroke-care")
    flemish = sum(h.flemish for h in scenario.hospitals)
    assert len(scenario.hospitals) == hospitals
    assert flemish >= 10 and flemish > hospitals / 2
    assert {h.region for h in scenario.hospitals} == {"02000", "03000", "04000"}
    assert 1.0 <= scenario.factor <= 12.0
    assert scenario.factor == 1.0 or persons < 5_000_000


def test_hospital_effects_depend_on_the_seed_alone(parameters: Parameters) -> None:
    first, again, other = (make_scenario(parameters, 100_000, seed, None).hospitals for seed in (1, 1, 2))
    assert first == again and first != other
    assert [h.code_agr for h in first] == [h.code_agr for h in other]


def test_every_class_of_medicines_has_products(parameters: Parameters) -> None:
    classes = products_by_class(parameters)
    assert all(classes.values())
    assert sum(len(products) for products in classes.values()) == len(parameters.products)
    atc = {str(p["code"]): str(p["atc"]) for p in parameters.products}
    for name, prefixes in (("antibiotic", ("J01", "A01AB", "A07A", "R02AB")), ("heparin", ("B01AB",))):
        assert all(atc[code].startswith(prefixes) for code in classes[name])
        assert all(not a.startswith(prefixes) for c, a in atc.items() if c not in classes[name])


def test_steps_by_age_hold_from_their_start() -> None:
    steps = [{"from": 0, "rate": 1.0}, {"from": 65, "rate": 2.0}]
    assert [by_age(steps, age) for age in (0, 64, 65, 100)] == [1.0, 1.0, 2.0, 2.0]
