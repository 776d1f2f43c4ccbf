"""The realism report: every figure on the page, pictures that show what was counted, one sentence when it cannot be."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.synth.conftest import CATALOG, Data
from workbench.errors import WorkbenchError
from workbench.synth import plausibility, realism, told, write_realism
from workbench.synth.pictures import COLOURS, bars, distances
from workbench.synth.plausibility import Figure
from workbench.synth.realism import _reached

SVG = "{http://www.w3.org/2000/svg}"


def shapes(picture: str, tag: str, colour: str) -> list[ET.Element]:
    return [one for one in ET.fromstring(picture).iter(SVG + tag) if one.get("fill") == colour]


def test_the_page_has_every_figure_and_small_pictures(data: Data, tmp_path: Path) -> None:
    page, *pictures = write_realism(data.folder, tmp_path, CATALOG)
    said = page.read_text("utf-8")
    figures = plausibility(data.folder, CATALOG)
    assert all(f"| {' | '.join(told(figure))} |" in said for figure in figures)
    assert data.manifest.enrichment in said and "20,000 persons" in said
    for picture in pictures:
        assert f"](images/{picture.name})" in said
        assert picture.stat().st_size < 50_000
        assert len(list(ET.parse(picture).getroot())) > 20


def test_bars_of_the_ages_are_those_of_the_population(data: Data, tmp_path: Path) -> None:
    write_realism(data.folder, tmp_path, CATALOG)
    picture = (tmp_path / "images/realism-ages.svg").read_text("utf-8")
    made, sourced = (shapes(picture, "rect", colour) for colour in COLOURS)
    heights = [float(bar.get("height", 0)) for bar in made][:-1]  # the last one is in the legend, drawn first
    oldest = [float(bar.get("height", 0)) for bar in sourced]
    assert len(made) == len(sourced) == 22
    assert max(abs(a - b) for a, b in zip(heights, oldest, strict=False)) < 12


def test_bars_are_as_high_as_their_values() -> None:
    picture = bars("Title & more", "unit", ["a", "b"], {"one": [10, 5], "two": [0, 2.5]})
    one, two = ([float(bar.get("height", 0)) for bar in shapes(picture, "rect", colour)] for colour in COLOURS)
    assert one[1:] == [220.0, 110.0] and two[1:] == [0.0, 55.0]  # before them the legend
    assert "Title &amp; more" in picture


def test_the_sourced_shape_of_stays_is_the_share_between_two_lengths() -> None:
    points = [[0, 1], [0.30, 1], [0.52, 2], [0.70, 5], [1, 45]]
    reached = [_reached(points, value) for value in (0, 1, 2, 3.5, 45, 60)]
    assert reached == pytest.approx([0.0, 0.0, 0.52, 0.61, 1.0, 1.0])


def test_no_bars_are_a_picture_too() -> None:
    assert bars("nothing", "", [], {"one": []}).startswith("<svg")


def test_a_figure_that_is_off_is_red_and_outside_the_band() -> None:
    fine, off = (Figure("x", "x", value, 1.0, 0.5, "own") for value in (1.25, 9.0))
    picture = distances("far", [fine, off])
    circles = list(ET.fromstring(picture).iter(SVG + "circle"))
    assert [circle.get("fill") for circle in circles] == [COLOURS[0], "#b02020"]
    assert [float(circle.get("cx", 0)) for circle in circles] == pytest.approx([600 + 37.5, 600 + 1.9 * 75], abs=0.1)


def test_an_unfinished_folder_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"seed": 1}')
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(WorkbenchError, match=r"holds no finished data.*workbench synth"):
            realism(folder, CATALOG)
