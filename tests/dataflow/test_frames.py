"""Step by step: one picture per step in the layout of the whole, with what the step touches lit."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.dataflow.drawings import SVG, group, stroke_care, text, written
from workbench.dataflow.draw import draw
from workbench.dataflow.frames import FAINT, GONE, LIT, frames
from workbench.dataflow.render import render
from workbench.errors import WorkbenchError
from workbench.main import draw_frames


@pytest.fixture(scope="module")
def made() -> dict[str, ET.Element]:
    return {name: ET.fromstring(svg) for name, svg in frames(stroke_care(), "nl")}


def test_there_is_one_frame_per_step_in_order(made: dict[str, ET.Element]) -> None:
    assert list(made) == [f"{place:02d}-{step['id']}.svg" for place, step in enumerate(written(), start=1)]
    assert list(made) == sorted(made)


def test_every_frame_has_the_parts_of_the_whole_drawing_in_their_places(made: dict[str, ET.Element]) -> None:
    def parts(svg: ET.Element) -> list[tuple[str, str | None]]:
        return [(element.get("id", ""), element.get("d")) for element in svg.iter()]

    whole = parts(ET.fromstring(render(draw(stroke_care(), "nl"), "svg")))
    for frame in made.values():
        assert parts(frame) == whole


def test_the_caption_says_who_does_what(made: dict[str, ET.Element]) -> None:
    flow = stroke_care()
    for frame, step in zip(made.values(), written(), strict=True):
        caption = " ".join(one.text or "" for one in group(frame, "page").findall(f"{SVG}text"))
        assert step["label"]["nl"] in caption and flow.catalog.parties[step["actor"]].label["nl"] in caption
        assert frame.get("aria-label") == caption
        assert caption.startswith(f"stap {step.get('number', '')}")


def opacity(svg: ET.Element, id_: str) -> str | None:
    return group(svg, id_).get("opacity")


def lit(svg: ET.Element) -> set[str]:
    return {
        element.get("id", "")
        for element in svg.iter(f"{SVG}g")
        if element.get("id", "").startswith(("dataset-", "step-", "party-"))
        and any(shape.get("stroke") == LIT for shape in [*element.iter()][1:])
        and not (element.get("id", "").startswith("party-") and element.find(f"{SVG}path").get("stroke") != LIT)  # type: ignore[union-attr]
    }


def test_what_a_delivery_touches_is_lit_and_nothing_else(made: dict[str, ET.Element]) -> None:
    assert lit(made["06-send-insz-rn.svg"]) == {
        "party-ehealth", "party-vikz-datamanager", "party-nic", "step-send-insz-rn", "step-send-insz-rn+nic",
        "dataset-ehealth-insz_rn", "dataset-vikz-datamanager-insz_rn", "dataset-nic-insz_rn",
    }  # fmt: skip


def test_what_comes_later_is_faint_and_what_was_destroyed_is_pale(made: dict[str, ET.Element]) -> None:
    steps = [step["id"] for step in written()]
    first = made["01-select-patients.svg"]
    assert opacity(first, "step-open-to-researchers") == opacity(first, "dataset-committee-scra_report") == FAINT
    last = made[f"{len(steps)}-{steps[-1]}.svg"]
    assert opacity(last, "dataset-ehealth-insz_rn") == GONE
    assert opacity(last, "dataset-committee-scra_report") is None and opacity(last, "step-report-scra") is None


def test_a_delivery_is_faint_until_its_step(made: dict[str, ET.Element]) -> None:
    sent = {step["id"]: place for place, step in enumerate(written()) if "to" in step}
    for place, frame in enumerate(made.values()):
        for id_, at in sent.items():
            assert (opacity(frame, f"step-{id_}") == FAINT) is (place < at), (place, id_)


def test_the_caption_stands_in_the_middle(made: dict[str, ET.Element]) -> None:
    frame = made["05-pseudonymise-rn.svg"]
    (title,) = group(frame, "page").findall(f"{SVG}text")
    (whole,) = frame.findall(f"{SVG}g")
    scale, right = map(float, re.findall(r"scale\(([\d.]+).*translate\(([-\d.]+)", whole.get("transform", ""))[0])
    middle = float(frame.get("viewBox", "").split()[2]) / 2
    assert (float(title.get("x", "0")) + right) * scale == pytest.approx(middle, abs=1)
    assert title.get("text-anchor") == "middle"


def test_the_use_case_writes_them_all(tmp_path: Path) -> None:
    files = draw_frames(stroke_care(), tmp_path / "deep" / "frames", "fr")
    assert len(files) == len(written()) and all(file.read_bytes().startswith(b"<?xml") for file in files)
    assert "étape 1" in text(ET.fromstring(files[0].read_bytes()))


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(WorkbenchError, match="nl, fr, en"):
        list(frames(stroke_care(), "de"))
