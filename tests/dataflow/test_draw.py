"""The drawing shows who gets what, each time held against the study file itself."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree as ET

import pygraphviz
import pytest

from tests.dataflow.drawings import SVG, group, stroke_care, text, written
from workbench.dataflow.draw import draw
from workbench.dataflow.legend import COLOURS
from workbench.dataflow.picture import Picture
from workbench.dataflow.render import render

WORKING = ("mzg_rn", "c2_rn", "ima_hospital", "ima_pharmacy", "ima_lines", "ima_rn", "linked_rn")


@pytest.fixture(scope="module")
def svg() -> ET.Element:
    return ET.fromstring(render(draw(stroke_care()), "svg"))


def deliveries() -> list[tuple[str, dict[str, Any], str]]:
    """(id in the drawing, step, receiver) of everything that is sent or opened."""
    found = []
    for step in written():
        for place, receiver in enumerate(step.get("to", ())):
            found.append((f"step-{step['id']}" + (f"+{receiver}" if place else ""), step, receiver))
    return found


def dataset_id(party: str, name: str) -> str:
    return f"dataset-{party}-{name.replace('-', '%2D')}"


def test_every_delivery_stands_between_its_two_parties_under_its_printed_number(svg: ET.Element) -> None:
    graph = pygraphviz.AGraph(string=draw(stroke_care()))
    lines = {(edge[0], edge[1]): dict(edge.attr) for edge in graph.edges()}
    assert len(deliveries()) == 16
    for id_, step, receiver in deliveries():
        drawn = group(svg, id_)
        assert text(drawn) == step["number"]
        assert step["label"]["en"] in (drawn.findtext(f"{SVG}title") or "")
        ends = [dataset_id(party, step["dataset"]) for party in (step["actor"], receiver)]
        onward = (ends[0], id_) in lines and (id_, ends[1]) in lines
        turned = (ends[1], id_) in lines and (id_, ends[0]) in lines
        assert onward != turned
        if turned:
            assert lines[ends[1], id_]["dir"] == "back"
            assert lines[ends[1], id_]["arrowtail"] in ("normal", "empty")
        assert len(drawn.findall(f"{SVG}g")) == 2, "line and arrow belong to the group of the step"
        assert {path.tag for path in drawn.findall(f"{SVG}g/*")} >= {f"{SVG}path"}


def test_every_party_with_data_is_a_frame(svg: ET.Element) -> None:
    parties = {step["actor"] for step in written()} | {party for step in written() for party in step.get("to", ())}
    assert len(parties) == 11
    for party in parties:
        assert group(svg, f"party-{party}").get("class") == "cluster"


def test_each_holder_has_its_own_copy_and_working_datasets_are_left_out(svg: ET.Element) -> None:
    expected = set()
    for _, step, receiver in deliveries():
        expected |= {dataset_id(step["actor"], step["dataset"]), dataset_id(receiver, step["dataset"])}
    drawn = {id_ for element in svg.iter() if (id_ := element.get("id", "")).startswith("dataset-")}
    assert drawn == expected
    assert not [id_ for id_ in drawn for name in WORKING if id_.endswith(f"-{name}")]


def test_a_destroyed_dataset_bears_the_step_after_which_it_is_gone(svg: ET.Element) -> None:
    gone, last = {}, ""
    for step in written():
        last = step.get("number", last)
        for name in step.get("datasets", ()) if step["kind"] == "destroy" else ():
            gone[dataset_id(step["actor"], name)] = last
    drawn = [element for element in svg.iter() if element.get("id", "").startswith("dataset-")]
    for element in drawn:
        mark = re.search(r"✕ (\S+)", text(element))
        assert (mark.group(1) if mark else None) == gone.get(element.get("id", ""))
    assert any("✕" not in text(element) for element in drawn)


@pytest.mark.parametrize(
    ("name", "party", "kind", "travels"),
    [
        ("patient_selection", "hospitals", "identity", "PatID · INSZ"),
        ("insz_list", "ehealth", "identity", "INSZ"),
        ("rn_cproject", "ksz", "pseudonym", "RN · Cproject"),
        ("ima_selection", "ima", "pseudonym", "C2"),
        ("mzg_base", "vikz-datateam", "health", "PatID"),
        ("analysis", "vikz-researchers", "health", "Cproject"),
        ("scra_report", "committee", "aggregate", "no identifier"),
    ],
)
def test_the_fill_says_what_a_dataset_holds(svg: ET.Element, name: str, party: str, kind: Any, travels: str) -> None:
    drawn = group(svg, dataset_id(party, name))
    assert drawn.find(f"{SVG}polygon").get("fill") == COLOURS[kind][0].lower()  # type: ignore[union-attr]
    assert travels in text(drawn).replace("  ", " ")


def test_a_line_is_dashed_exactly_where_identifiers_travel(svg: ET.Element) -> None:
    for id_, step, _ in deliveries():
        dashed = [path.get("stroke-dasharray") is not None for path in group(svg, id_).findall(f"{SVG}g/{SVG}path")]
        assert dashed == [step["dataset"] != "scra_report"] * 2, id_


def test_what_a_party_makes_is_joined_to_what_it_made_it_from() -> None:
    makings = {(m.source, m.target) for m in Picture(stroke_care()).makings("ksz")}
    assert makings == {
        ("c1_rn", "ima_selection"), ("mzg_linkset", "ima_selection"), ("mzg_linkset", "linked"),
        ("ima_linkset", "linked"), ("c1_rn", "linked"), ("rn_cproject", "linked"),
    }  # fmt: skip
    assert {(m.source, m.target) for m in Picture(stroke_care()).makings("ima")} == {
        ("ima_selection", "ima_linkset"),
        (None, "ima_linkset"),
    }
