"""Names are only ever text, ids never collide, and the source is the same in every process."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dataflow.drawings import SVG, group, stroke_care, text
from workbench.catalog.base import Label
from workbench.dataflow import Flow
from workbench.dataflow.draw import draw
from workbench.dataflow.graph import FlowStep
from workbench.dataflow.kinds.moves import Send
from workbench.dataflow.picture import Picture
from workbench.dataflow.render import render
from workbench.dataflow.schema import Column, Dataset
from workbench.dataflow.words import WORDS

HOSTILE = (
    '<script>alert(1)</script>"',
    "javascript:alert(1)",
    "'\"><a href='javascript:x'>y</a>",
    "\\N \\G \\l \\\\ end\\",
    "&lt;b&gt; &#60; &amp;",
    "<b>bold</b>",
    "<",
    ">",
    "]]>",
    "<!--",
    "}; evil [URL=x",
    "a\nb\tc\x00\x1b\ud800\u202e",
)


def test_ids_are_unique_and_there_is_no_link() -> None:
    svg = ET.fromstring(render(draw(stroke_care()), "svg"))
    ids = Counter(id_ for element in svg.iter() if (id_ := element.get("id")))
    assert [id_ for id_, times in ids.items() if times > 1] == []
    assert_harmless(svg)


def test_the_source_is_the_same_in_every_process(repo_root: Path) -> None:
    program = (
        "from pathlib import Path; from workbench.catalog import load_catalog; "
        "from workbench.study import load_study; from workbench.dataflow import compile_flow; "
        "from workbench.dataflow.draw import draw; c = load_catalog(Path('catalog')); "
        "print(draw(compile_flow(load_study('stroke-care', c, Path('catalog')), c)), end='')"
    )
    env = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(repo_root)}
    other = subprocess.run(
        [sys.executable, "-c", program], cwd=repo_root, env=env, capture_output=True, text=True, check=True
    )
    assert other.stdout == draw(stroke_care()) == draw(stroke_care())


def made(labels: list[str], names: list[str], ids: list[str] | None = None) -> Flow:
    """A flow in which each party sends the next a dataset; parties, steps and datasets bear these names."""
    flow = stroke_care()
    ids = ids or [f"p{number}" for number in range(len(labels))]
    party = flow.catalog.parties["ehealth"]
    parties = {
        id_: party.model_copy(
            update={
                "id": id_,
                "label": Label.model_construct(nl=label, fr=label, en=label),
                "organisation": label,
            }
        )
        for id_, label in zip(ids, labels, strict=True)
    }
    steps, datasets, held = [], {}, {id_: frozenset[str]() for id_ in ids}
    for number, (sender, receiver) in enumerate(itertools.pairwise(ids)):
        name = names[number % len(names)]
        column = Column(name, "string", "direct_identifier", False, frozenset())
        datasets[name] = Dataset(name, {name: (column,)})
        held = {**held, sender: held[sender] | {name}, receiver: held[receiver] | {name}}
        label = Label.model_construct(nl=name, fr=name, en=name)
        step = Send.model_construct(
            id=f"s{number}", number=None, kind="send", actor=sender, label=label, dataset=name, to=(receiver,)
        )
        steps.append(FlowStep(number, step, (name,), held))
    title = Label.model_construct(nl=labels[0], fr=labels[0], en=labels[0])
    study = flow.study.study.model_copy(
        update={"parties": tuple(ids), "title": title, "document": labels[0], "id": labels[0]}
    )
    catalog = replace(flow.catalog, parties=parties)
    return Flow(replace(flow.study, study=study), catalog, tuple(steps), datasets)


def assert_harmless(svg: ET.Element) -> None:
    allowed = {"svg", "g", "title", "text", "polygon", "polyline", "path", "ellipse"}
    assert {element.tag.removeprefix(f"{SVG}") for element in svg.iter()} <= allowed
    names = {name for element in svg.iter() for name in element.attrib}
    assert not [name for name in names if name.startswith("on") or "href" in name or "style" in name]


def test_hostile_names_are_only_text() -> None:
    svg = ET.fromstring(render(draw(made(list(HOSTILE), list(HOSTILE))), "svg"))
    assert_harmless(svg)
    titles = " ".join(title.text or "" for title in svg.iter(f"{SVG}title"))
    for name in HOSTILE[:-1]:
        assert name in titles, "shown as it is, every character itself"
    seen = re.sub(r"\s", "", text(svg))
    for name in HOSTILE[:-1]:
        assert re.sub(r"\s", "", name) in seen


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text(min_size=1, max_size=60), min_size=2, max_size=8, unique=True))
def test_any_names_give_a_valid_drawing(names: list[str]) -> None:
    svg = ET.fromstring(render(draw(made(names, names)), "svg"))
    assert_harmless(svg)
    assert len(group(svg, "step-s0").findall(f"{SVG}g")) == 2


@given(st.lists(st.text("a-_+%2Dé :/\\", min_size=1, max_size=5), min_size=3, max_size=6, unique=True))
def test_no_two_names_share_an_id(ids: list[str]) -> None:
    source = draw(made(ids, ids, ids))
    drawn = re.findall(r'\bid="?([^"\s\]]+)', source)
    assert len(drawn) == len(set(drawn))


def test_a_hyphen_in_one_name_is_no_border_to_the_next() -> None:
    source = draw(made(["", "", "", ""], ["b-c", "c"], ["a", "x", "a-b", "y"]))
    drawn = re.findall(r'\bid="?(dataset[^"\s\]]+)', source)
    assert len(drawn) == len(set(drawn)) == 6


def test_the_source_asks_for_no_link() -> None:
    assert not re.search(r"\b(URL|href|target)\s*=", draw(stroke_care()), re.IGNORECASE)


def test_without_printed_numbers_steps_are_counted() -> None:
    svg = ET.fromstring(render(draw(made(["a", "b", "c"], ["one", "two"])), "svg"))
    assert [text(group(svg, f"step-s{number}")) for number in (0, 1)] == ["1", "2"]


def test_a_step_between_printed_ones_says_after_which_it_comes() -> None:
    one = made(["a", "b", "c"], ["one", "two"])
    first = replace(one.steps[0], step=one.steps[0].step.model_copy(update={"number": "4"}))
    svg = ET.fromstring(render(draw(replace(one, steps=(first, one.steps[1]))), "svg"))
    assert [text(group(svg, f"step-s{number}")) for number in (0, 1)] == ["4", "4+"]
    assert WORDS["en"]["extra"] in text(svg)


def test_a_party_that_works_only_for_itself_is_drawn() -> None:
    one = made(["a", "b", "c"], ["one"])
    secret = {**one.steps[0].holdings, "p2": frozenset({"two"})}
    steps = (replace(one.steps[0], holdings=secret), replace(one.steps[0], number=1))
    extended = replace(one, steps=steps, datasets={**one.datasets, "two": Dataset("two", {"rows": ()})})
    assert Picture(extended).holders["p2"] == ("two",)
