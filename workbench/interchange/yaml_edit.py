"""Small edits in the text of a YAML file: what is not touched keeps its comments, order and way of writing.

Every function takes the whole text and gives the new one. Nodes are found again in the new text, since their
places have moved. Written for the shapes of the catalogue's files: mappings and lists, no aliases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from workbench.catalog.nodes import compose
from workbench.interchange.yaml_writer import flow, item, ordered

Loc = tuple[str | int, ...]


class CannotEdit(ValueError):
    """The text has a shape that these edits do not know; the file is to be edited by hand."""


def set_value(text: str, at: Loc, path: Sequence[str], value: Any, order: Sequence[str]) -> str:
    """`value` under the keys `path` of the mapping at `at`; a new key goes where `order` has it."""
    key, *deeper = path
    mapping = _mapping(text, at)
    pair = pair_of(mapping, key)
    if pair and deeper and isinstance(pair[1], yaml.MappingNode) and pair[1].value:
        return set_value(text, (*at, key), deeper, value, deeper)
    for step in reversed(deeper):
        value = {step: value}
    written = flow(value, key, inside=bool(mapping.flow_style))
    if pair:
        return spliced(text, pair[0].end_mark.index, end_of(text, pair[1]), f": {written}")
    return _with_key(text, mapping, key, written, order)


def remove_value(text: str, at: Loc, path: Sequence[str]) -> str:
    """Without the keys `path` of the mapping at `at`, and without what would be empty after that."""
    key, *deeper = path
    mapping = _mapping(text, at)
    pair = pair_of(mapping, key)
    if pair is None:
        return text
    inner = pair[1]
    if deeper and isinstance(inner, yaml.MappingNode) and [one[0].value for one in inner.value] != deeper:
        return remove_value(text, (*at, key), deeper)
    place = mapping.value.index(pair)
    following = mapping.value[place + 1][0].start_mark.index if place + 1 < len(mapping.value) else None
    start, end = pair[0].start_mark.index, end_of(text, inner)
    if mapping.flow_style:
        if place:
            return spliced(text, end_of(text, mapping.value[place - 1][1]), end, "")
        return spliced(text, start, end if following is None else following, "")
    line = line_start(text, start)
    if text[line:start].strip():  # behind the dash of a list
        if following is None:
            raise CannotEdit(f"'{key}' is the only key of its entry")
        return spliced(text, start, following, "")
    return spliced(text, line, line_end(text, end) + 1, "")


def insert_item(text: str, at: Loc, place: int, data: Mapping[str, Any], in_flow: bool) -> str:
    """`data` as item number `place` of the list at `at`, on one line when `in_flow`."""
    owner, key = _mapping(text, at[:-1]), str(at[-1])
    pair = pair_of(owner, key)
    if pair is None or not isinstance(pair[1], yaml.SequenceNode):
        raise CannotEdit(f"'{key}' is not a list")
    sequence = pair[1]
    if not sequence.value:
        lines = _item(data, pair[0].start_mark.column + 2, in_flow)
        return spliced(text, pair[0].end_mark.index, sequence.end_mark.index, f":\n{lines}")
    if sequence.flow_style:
        written = flow(ordered(data))
        if place:
            end = end_of(text, sequence.value[place - 1])
            return spliced(text, end, end, f", {written}")
        start = sequence.value[0].start_mark.index
        return spliced(text, start, start, f"{written}, ")
    lines = _item(data, sequence.start_mark.column, in_flow)
    if place:
        end = line_end(text, end_of(text, sequence.value[place - 1]))
        return spliced(text, end, end, f"\n{lines}")
    start = line_start(text, sequence.start_mark.index)
    return spliced(text, start, start, f"{lines}\n")


def remove_item(text: str, at: Loc, place: int) -> str:
    """Without item number `place` of the list at `at`."""
    sequence = node_at(text, at)
    if not isinstance(sequence, yaml.SequenceNode):
        raise CannotEdit(f"'{at[-1]}' is not a list")
    items = sequence.value
    start, end = items[place].start_mark.index, end_of(text, items[place])
    if len(items) == 1:
        key = pair_of(_mapping(text, at[:-1]), str(at[-1]))
        return spliced(text, key[0].end_mark.index if key else start, end_of(text, sequence), ": []")
    if sequence.flow_style and place:
        return spliced(text, end_of(text, items[place - 1]), end, "")
    if sequence.flow_style:
        return spliced(text, start, items[1].start_mark.index, "")
    return spliced(text, line_start(text, start), line_end(text, end) + 1, "")


def _with_key(text: str, mapping: yaml.MappingNode, key: str, written: str, order: Sequence[str]) -> str:
    """A new key after the last one that stands before it in `order`."""
    if not mapping.value:
        raise CannotEdit(f"there is nothing beside which '{key}' could stand")
    before = list(order[: order.index(key)]) if key in order else list(order)
    places = [place for place, pair in enumerate(mapping.value) if pair[0].value in before]
    end = end_of(text, mapping.value[max(places, default=0)][1])
    if mapping.flow_style:
        return spliced(text, end, end, f", {key}: {written}")
    indent = " " * mapping.value[0][0].start_mark.column
    line = line_end(text, end)
    return spliced(text, line, line, f"\n{indent}{key}: {written}")


def _item(data: Mapping[str, Any], indent: int, in_flow: bool) -> str:
    if in_flow:
        return f"{' ' * indent}- {flow(ordered(data))}"
    return "\n".join(item(ordered(data), indent))


def node_at(text: str, at: Loc) -> yaml.Node:
    node = compose(text)
    for step in at:
        if isinstance(step, int) and isinstance(node, yaml.SequenceNode) and step < len(node.value):
            node = node.value[step]
            continue
        pair = pair_of(node, str(step)) if isinstance(node, yaml.MappingNode) else None
        if pair is None:
            raise CannotEdit(f"there is no '{step}' here")
        node = pair[1]
    if node is None:
        raise CannotEdit("the file is empty")
    return node


def _mapping(text: str, at: Loc) -> yaml.MappingNode:
    node = node_at(text, at)
    if not isinstance(node, yaml.MappingNode):
        raise CannotEdit("there is no mapping here")
    return node


def pair_of(mapping: yaml.MappingNode, key: str) -> tuple[yaml.Node, yaml.Node] | None:
    return next((pair for pair in mapping.value if pair[0].value == key), None)


def end_of(text: str, node: yaml.Node) -> int:
    """Where the last character of a node ends; the marks of block lists and mappings lie further on."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return end_of(text, last[1] if isinstance(last, tuple) else last)
    end = int(node.end_mark.index)
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        start = int(node.start_mark.index)
        return start + len(text[start:end].rstrip())
    return end


def line_start(text: str, index: int) -> int:
    return text.rfind("\n", 0, index) + 1


def line_end(text: str, index: int) -> int:
    end = text.find("\n", index)
    return len(text) if end < 0 else end


def spliced(text: str, start: int, end: int, new: str) -> str:
    return text[:start] + new + text[end:]
