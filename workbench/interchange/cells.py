"""One value of the catalogue as the text of one cell, and back without loss.

A cell is empty for what was not given. Lists stand as `a; b`. What cannot stand like that, and texts that a
spreadsheet would change or take for something else, stand as JSON text, which begins with a quote or bracket.
"""

from __future__ import annotations

import json
import re
from typing import Any, Literal

import yaml

from workbench.catalog.nodes import Nodes, TooDeep, compose
from workbench.interchange.yaml_writer import flow

Kind = Literal["text", "number", "boolean", "list", "numbers", "other"]
BETWEEN = "; "
# Carriage returns and controls do not survive XML; `_x0041_` is how a spreadsheet file writes a character.
LOST = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")


def to_text(value: Any, kind: Kind) -> str:
    """The text of a cell. Raises `TypeError` for a value that has none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if kind in ("list", "numbers"):
        return _list(list(value))
    if kind == "other":
        return flow(value)
    return _text(value) if isinstance(value, str) else repr(value)


def from_text(text: str, kind: Kind) -> Any:
    """The value of a cell, as a file would give it; what cannot be read stays text, and no model takes it."""
    if text == "":
        return None
    if kind == "list":
        return _items(text)
    if kind == "numbers":
        return [_number(str(item)) for item in _items(text)]
    if kind == "other":
        return _other(text)
    if kind == "boolean":
        return {"true": True, "false": False}.get(text.lower(), text)
    if kind == "number":
        return _number(text)
    return _json(text) if text.startswith('"') else text


def _text(value: str) -> str:
    plain = value != "" and not value.startswith('"') and value == value.strip() and not LOST.search(value)
    return value if plain else json.dumps(value).replace("_", "\\u005f")


def _list(items: list[Any]) -> str:
    texts = [str(item) for item in items]
    joined = BETWEEN.join(texts)
    plain = all(isinstance(item, str | int) and not isinstance(item, bool) for item in items)
    if items and plain and _items(joined) == texts and not LOST.search(joined):
        return joined
    return json.dumps(items).replace("_", "\\u005f")


def _items(text: str) -> list[Any]:
    if text.startswith(("[", '"')):
        found = _json(text)
        return found if isinstance(found, list) else [found]
    return [part for part in (part.strip() for part in text.split(BETWEEN.strip())) if part]


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _number(text: str) -> Any:
    try:
        return float(text) if re.search(r"[.enaif]", text) else int(text)
    except ValueError:
        return text


def _other(text: str) -> Any:
    """A mapping or list as files write it; read by the same reader, which refuses aliases and depth."""
    try:
        node = compose(text)
        nodes = Nodes(text)
        value = nodes.plain(node) if node is not None else None
    except (yaml.YAMLError, TooDeep):
        return text
    return text if nodes.faults else value
