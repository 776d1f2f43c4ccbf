"""A drawing step by step, for who explains a flow: one picture per step, with that step lit.

What has not happened yet is faint, what happened before is as it is, what the step reads, makes, delivers and
destroys is lit. All pictures have the same layout, so that they can be shown one after the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from xml.etree import ElementTree as ET

from workbench.dataflow.draw import draw
from workbench.dataflow.graph import Flow, FlowStep
from workbench.dataflow.ids import element_id
from workbench.dataflow.legend import clean
from workbench.dataflow.picture import Picture
from workbench.dataflow.render import GROUP, SVG, render
from workbench.dataflow.schema import split_ref
from workbench.dataflow.words import WORDS

FAINT, GONE = "0.12", "0.35"  # opacity of what is not there yet, and of what is there no more
LIT = "#D40000"
TEXT = f"{{{SVG}}}text"
SHAPES = {f"{{{SVG}}}{shape}" for shape in ("path", "polygon", "polyline", "ellipse")}
WIDEST = 150  # characters of a caption


def frames(flow: Flow, lang: str = "en") -> Iterator[tuple[str, bytes]]:
    """File name (`07-send-insz.svg`) and SVG of every step, in order.

    The ids are those of the whole drawing. Raises `WorkbenchError` for an unknown language.
    """
    whole = ET.fromstring(render(draw(flow, lang), "svg"))
    picture = Picture(flow)
    digits = len(str(len(flow.steps)))
    seen: set[str] = set()
    for place, entry in enumerate(flow.steps):
        lit = _lit(picture, entry)
        seen |= lit
        frame = deepcopy(whole)
        _shade(frame, picture, entry, lit, seen)
        _caption(frame, flow, entry, picture.numbers[place], lang)
        name = f"{place + 1:0{digits}d}-{entry.step.id}.svg"
        yield name, bytes(ET.tostring(frame, encoding="utf-8", xml_declaration=True))


def _lit(picture: Picture, entry: FlowStep) -> set[str]:
    """Ids of what a step touches: its party, the datasets it reads, makes and ends, and its deliveries."""
    step = entry.step
    held = picture.holders
    lit = {element_id("party", step.actor)}
    tables = picture.flow.catalog.tables
    names = {split_ref(ref)[0] for _, ref in step.reads() if ref not in tables} | set(entry.makes)
    names |= set(step.destroys()[0])
    lit |= {element_id("dataset", step.actor, name) for name in names if name in held.get(step.actor, ())}
    if any(ref in tables for _, ref in step.reads()):
        lit.add(element_id("source", step.actor))
    for making in picture.makings(step.actor):
        if any(used.number == entry.number for used in making.steps):
            lit.add(element_id("made", step.actor, making.source or "", making.target))
            lit.add(element_id("dataset", step.actor, making.target))
    for delivery in picture.deliveries:
        if delivery.step.number == entry.number:
            lit.add(delivery.id)
            lit.add(element_id("party", delivery.receiver))
            lit.add(element_id("dataset", delivery.receiver, delivery.dataset))
    return lit


def _shade(frame: ET.Element, picture: Picture, entry: FlowStep, lit: set[str], seen: set[str]) -> None:
    now = entry.holdings
    gone = {
        element_id("dataset", party, name)
        for party, names in picture.holders.items()
        for name in names
        if name not in now.get(party, frozenset())
    }
    for group in frame.iter(GROUP):
        id_ = group.get("id", "")
        kind = id_.partition("-")[0]
        if id_ in lit and kind != "party":
            _light(group)
        elif kind in ("dataset", "step", "made", "source") and id_ not in seen:
            group.set("opacity", FAINT)
        elif id_ in gone:
            group.set("opacity", GONE)
        elif id_ in lit:
            _light(group)


def _light(group: ET.Element) -> None:
    """Draw the outlines of a group in the colour of what happens now; of a party only its own frame."""
    shapes = group.iter() if not group.get("id", "").startswith("party-") else iter(group)
    for shape in shapes:
        if shape.tag in SHAPES:
            shape.set("stroke", LIT)
            shape.set("stroke-width", "3")


def _caption(frame: ET.Element, flow: Flow, entry: FlowStep, number: str, lang: str) -> None:
    """Put what the step does in the place of the title."""
    party = flow.catalog.parties[entry.step.actor].label[lang]
    words = WORDS[lang]
    said = f"{words['step']} {number}{words['colon']} {clean(party)} {entry.step.icon} {clean(entry.step.label[lang])}"
    page = next(group for group in frame.iter(GROUP) if group.get("id") == "page")
    title, *more = page.findall(TEXT)
    title.text = said if len(said) <= WIDEST else f"{said[: WIDEST - 1]}…"
    middle = _middle(frame)
    if middle is not None:
        title.set("x", f"{middle:.2f}")
        title.set("text-anchor", "middle")
    for line in more:
        page.remove(line)
    frame.set("aria-label", said)


def _middle(frame: ET.Element) -> float | None:
    """Half the width of the page, in the units of what is drawn; None when the picture does not say."""
    width = frame.get("viewBox", "").split()
    whole = frame.find(GROUP)
    transform = whole.get("transform", "") if whole is not None else ""
    moved = re.search(r"scale\(([\d.]+).*translate\(([-\d.]+)", transform)
    if len(width) != 4 or moved is None:
        return None
    scale, right = (float(one) for one in moved.groups())
    return float(width[2]) / 2 / scale - right
