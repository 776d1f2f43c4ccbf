"""The drawing can be read: on one A4, in three languages, with any sight."""

from __future__ import annotations

import itertools
import re
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from tests.dataflow.drawings import SVG, stroke_care, text
from workbench.dataflow.draw import draw
from workbench.dataflow.legend import COLOURS
from workbench.dataflow.render import render
from workbench.dataflow.words import WORDS
from workbench.errors import WorkbenchError

LANGS = ("nl", "fr", "en")


@pytest.mark.parametrize("lang", LANGS)
def test_it_fits_an_a4_landscape_in_letters_one_can_read(lang: str) -> None:
    svg = ET.fromstring(render(draw(stroke_care(), lang), "svg"))
    width, height = (float(svg.get(side, "").removesuffix("pt")) for side in ("width", "height"))
    assert width <= 842 and height <= 595  # points
    scale = float(re.search(r"scale\(([\d.]+)", svg.find(f"{SVG}g").get("transform", "")).group(1))  # type: ignore[union-attr]
    sizes = [float(element.get("font-size", "14")) for element in svg.iter(f"{SVG}text")]
    # Points; older programs write the sizes rounded down. The annex prints long names of datasets.
    assert min(sizes) * scale >= 6.1


@pytest.mark.parametrize("lang", LANGS)
def test_all_its_words_are_in_the_language(lang: str) -> None:
    said = text(ET.fromstring(render(draw(stroke_care(), lang), "svg")))
    assert stroke_care().study.study.title[lang] in said
    for key in ("identity", "pseudonym", "health", "aggregate", "dashed", "solid", "access", "made", "kept"):
        assert WORDS[lang][key] in said, key
    others = {WORDS[other][key] for other in LANGS if other != lang for key in ("identity", "dashed", "kept")}
    assert not [word for word in others if word in said]


def test_the_languages_have_the_same_words() -> None:
    assert WORDS["nl"].keys() == WORDS["fr"].keys() == WORDS["en"].keys()


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(WorkbenchError, match="nl, fr, en"):
        draw(stroke_care(), "model_fields")


def linear(colour: str) -> np.ndarray[Any, Any]:
    channels = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(colour: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ np.clip(colour, 0, 1) / np.array([0.9505, 1, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


# Machado, Oliveira and Fernandes (2009), full severity, on linear RGB.
SIGHT = {
    "all colours": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "no red": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "no green": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "no blue": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}


@pytest.mark.parametrize("sight", SIGHT)
def test_fills_differ_for_every_kind_of_sight(sight: str) -> None:
    seen = [lab(np.array(SIGHT[sight]) @ linear(fill)) for fill, _ in COLOURS.values()]
    # 2.3 is a just noticeable difference of CIE 1976; these must differ at a glance.
    assert min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(seen, 2)) >= 18


def test_numbers_and_lines_stand_out_from_white() -> None:
    for _, line in COLOURS.values():
        luminance = float(np.array([0.2126, 0.7152, 0.0722]) @ linear(line))
        assert 1.05 / (luminance + 0.05) >= 4.5  # WCAG AA for text
