"""Every study of the catalogue can be drawn on one A4 that one can read, with zones, organisations and icons."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml

from tests.dataflow.drawings import CATALOG, SVG, group, text
from workbench.catalog import load_catalog
from workbench.dataflow import Flow, compile_flow
from workbench.dataflow.draw import draw
from workbench.dataflow.legend import GROUNDS, PLAIN
from workbench.dataflow.picture import Picture, identifiers, sensitivity
from workbench.dataflow.render import render
from workbench.dataflow.room import NARROW, ROOMY, WIDE, room_for
from workbench.dataflow.words import WORDS, kind_name
from workbench.study import load_study

STUDIES = sorted(path.parent.name for path in CATALOG.glob("studies/*/study.yaml"))
SMALLEST = 5.5  # points on paper: that of the largest flow, some ninety steps, in the longest of the languages


@cache
def flow_of(name: str) -> Flow:
    catalog = load_catalog(CATALOG)
    return compile_flow(load_study(name, catalog, CATALOG), catalog)


@cache
def drawn(name: str, lang: str) -> ET.Element:
    return ET.fromstring(render(draw(flow_of(name), lang), "svg"))


@pytest.mark.parametrize("lang", ["nl", "fr", "en"])
@pytest.mark.parametrize("name", STUDIES)
def test_it_fits_an_a4_in_letters_one_can_read(name: str, lang: str) -> None:
    svg = drawn(name, lang)
    width, height = (float(svg.get(side, "").removesuffix("pt")) for side in ("width", "height"))
    assert width <= 842 and height <= 595
    (whole,) = svg.findall(f"{SVG}g")
    scale = float(re.findall(r"scale\(([\d.]+)", whole.get("transform", "scale(1)"))[0])
    sizes = [float(element.get("font-size", "14")) for element in svg.iter(f"{SVG}text")]
    assert min(sizes) * scale >= SMALLEST


@pytest.mark.parametrize("name", STUDIES)
def test_a_zone_is_a_frame_in_the_frame_of_its_party(name: str) -> None:
    parties = {entry["id"]: entry for entry in yaml.safe_load((CATALOG / "parties.yaml").read_text())["parties"]}
    svg = drawn(name, "nl")
    frames = {id_: element for element in svg.iter(f"{SVG}g") if (id_ := element.get("id", "")).startswith("party-")}
    assert frames
    for id_ in frames:
        party = parties[id_.removeprefix("party-")]
        zones = [element for element in svg.iter() if element.get("id") == f"zone-{party['id']}"]
        assert len(zones) == (1 if "zone" in party else 0), id_
        for zone in zones:
            assert party["zone"]["nl"].split()[0] in text(zone)


@pytest.mark.parametrize("name", STUDIES)
def test_parties_of_one_organisation_stand_on_one_ground(name: str) -> None:
    flow, svg = flow_of(name), drawn(name, "en")
    grounds: dict[str, set[str]] = {}
    members: dict[str, int] = {}
    for party in Picture(flow).holders:
        organisation = flow.catalog.parties[party].organisation
        fill = group(svg, f"party-{party}").find(f"{SVG}path")
        assert fill is not None
        grounds.setdefault(organisation, set()).add((fill.get("fill") or "").upper())
        members[organisation] = members.get(organisation, 0) + 1
    assert all(len(found) == 1 for found in grounds.values())
    shared = {organisation: ground for organisation, (ground,) in grounds.items() if members[organisation] > 1}
    assert set(shared.values()) <= set(GROUNDS) and len(set(shared.values())) == len(shared)
    assert {ground for organisation, (ground,) in grounds.items() if organisation not in shared} <= {PLAIN}
    for organisation in shared:
        assert organisation.split()[-1] in text(svg)


@pytest.mark.parametrize("name", STUDIES)
def test_every_kind_of_the_flow_is_named_with_its_icon(name: str) -> None:
    for lang in ("nl", "en"):
        said = text(drawn(name, lang)).replace("\u00a0", " ")
        for step in {entry.step.kind: entry.step for entry in flow_of(name).steps}.values():
            assert f"{step.icon} {kind_name(step.kind, lang)}" in said


@pytest.mark.parametrize("name", STUDIES)
def test_datasets_bear_the_names_that_the_study_gives_them(name: str) -> None:
    flow = flow_of(name)
    for lang in ("nl", "fr", "en"):
        svg = drawn(name, lang)
        for party, names in Picture(flow).holders.items():
            for dataset in names:
                label = flow.study.study.datasets.get(dataset)
                if label:
                    box = text(group(svg, f"dataset-{party}-{dataset}"))
                    assert label[lang].split()[0].split("-")[0] in box


@pytest.mark.parametrize("name", STUDIES)
def test_what_holds_aggregates_only_is_green_and_what_tells_persons_apart_says_so(name: str) -> None:
    flow, svg = flow_of(name), drawn(name, "en")
    for party, names in Picture(flow).holders.items():
        for dataset in (flow.datasets[one] for one in names):
            columns = [column for part in dataset.parts.values() for column in part]
            box = text(group(svg, f"dataset-{party}-{dataset.name}"))
            if all(column.aggregate for column in columns):
                assert sensitivity(dataset, flow.catalog) == "aggregate"
            travel = identifiers(dataset, flow.catalog)
            assert (WORDS["en"]["none"] in box) is (not travel)
            roles = {column.role for column in columns if not column.aggregate}
            assert bool(travel) or not roles & {"direct_identifier", "pseudonym"}


def test_a_tall_flow_or_a_short_row_has_wide_boxes() -> None:
    assert (room_for(7, 9), room_for(7, 2), room_for(2, 3), room_for(6, 5)) == (WIDE, WIDE, ROOMY, NARROW)


def test_a_reference_travels_as_an_identifier(repo_root: Path) -> None:
    catalog = load_catalog(CATALOG)
    small = compile_flow(load_study(str(repo_root / "tests/simulate/every_kind.yaml"), catalog, CATALOG), catalog)
    assert identifiers(small.datasets["part_b"], catalog) == ("REF_NR", "STAYNUM")
    assert sensitivity(small.datasets["counts"], catalog) == "aggregate"
    assert identifiers(small.datasets["counts"], catalog) == ()
