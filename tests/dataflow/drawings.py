"""What the tests of the drawing share: the stroke-care flow, its file read without our code, SVG parts."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import yaml

from workbench.catalog import load_catalog
from workbench.dataflow import Flow, compile_flow
from workbench.study import load_study

SVG = "{http://www.w3.org/2000/svg}"
CATALOG = Path(__file__).resolve().parents[2] / "catalog"


@cache
def stroke_care() -> Flow:
    """The compiled flow of the study file."""
    catalog = load_catalog(CATALOG)
    return compile_flow(load_study("stroke-care", catalog, CATALOG), catalog)


@cache
def written() -> list[dict[str, Any]]:
    """The steps as the file has them: an oracle that shares no code with the drawing."""
    text = (CATALOG / "studies/stroke-care/study.yaml").read_text(encoding="utf-8")
    return list(yaml.safe_load(text)["flow"])


def group(svg: ET.Element, id_: str) -> ET.Element:
    """The one element of that id."""
    found = [element for element in svg.iter() if element.get("id") == id_]
    assert len(found) == 1, (id_, len(found))
    return found[0]


def text(element: ET.Element) -> str:
    """All that is written in it."""
    return " ".join(part.text or "" for part in element.iter(f"{SVG}text"))
