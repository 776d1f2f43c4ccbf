"""The drawing of a flow made for a page: it fits its place, and what can be chosen in it can be reached by keyboard."""

from __future__ import annotations

from xml.etree import ElementTree as ET

SVG = "http://www.w3.org/2000/svg"
GROUP, TITLE = f"{{{SVG}}}g", f"{{{SVG}}}title"
_CHOOSE = ("dataset-", "step-", "party-")


def with_stops(svg: str) -> str:
    """The drawing with a name, a role and a place in the arrow-key order for each dataset, delivery and party."""
    ET.register_namespace("", SVG)
    root = ET.fromstring(svg)
    for size in ("width", "height"):
        root.attrib.pop(size, None)
    root.set("class", "drawing")
    for group in list(root.iter(GROUP)):  # a party gets a group of its own on the way
        id_ = group.get("id", "")
        kind = next((kind for kind in _CHOOSE if id_.startswith(kind)), None)
        title = group.find(TITLE)
        if kind is None or title is None:
            continue
        shown = {"id": id_, "role": "button", "tabindex": "-1", "data-stop": "", "data-do": "choose"}
        shown |= {"data-value": id_, "aria-label": " ".join((title.text or id_).split())}
        if kind == "party-":  # its datasets stand inside it, and a button may hold no button
            _frame(group, shown)
            continue
        group.set("class", f"{group.get('class', '')} {kind.rstrip('-')}".strip())
        group.attrib.update(shown)
    return ET.tostring(root, encoding="unicode")


def _frame(group: ET.Element, shown: dict[str, str]) -> None:
    """Make the frame and the name of a party one button; what else is in the group stays beside it."""
    inside = [child for child in group if child.tag != GROUP]
    button = ET.Element(GROUP, {**shown, "class": "party"})
    for child in inside:
        group.remove(child)
        button.append(child)
    del group.attrib["id"]
    group.insert(0, button)
