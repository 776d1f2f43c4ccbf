"""An edit in the text of a study file: what it does not touch keeps its comments, order and way of writing.

Every new text is read back and compared with the data that the edit means. Where the smallest change does not give
them, the parent is written anew, then its parent, at last the whole file: comments may be lost on that way, data never.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import yaml

from workbench.catalog.nodes import compose
from workbench.catalog.source import Loc, parse_source
from workbench.drafts.edits import Add, Drop, Edit, Move, Put, apply, get
from workbench.drafts.style import after_key, block, item
from workbench.interchange.yaml_edit import (
    CannotEdit,
    end_of,
    line_end,
    line_start,
    node_at,
    pair_of,
    remove_item,
    remove_value,
    spliced,
)
from workbench.interchange.yaml_writer import flow
from workbench.study.model import Study

SECTIONS = tuple(field.alias or name for name, field in Study.model_fields.items())


@lru_cache(maxsize=16)  # of one edit, the text before and after is asked for by several
def read(text: str) -> Any:
    """The plain data of a text, to be looked at only; an empty mapping for a text without any."""
    return parse_source(text, "draft").data or {}


def edited(text: str, edit: Edit) -> str:
    """The text after the edit. Raises `NoSuchPlace` when the text has no such place."""
    wanted = apply(read(text), edit)
    for attempt in _attempts(edit, wanted):
        try:
            made = attempt_text(text, attempt)
            if same(read(made), wanted):
                return made
        except (CannotEdit, yaml.YAMLError):
            continue
    return "\n".join(block(wanted, 0)) + "\n" if wanted else "{}\n"


def same(one: Any, other: Any) -> bool:
    """Equal, and of the same kinds: 1 is neither true nor "1"."""
    return json.dumps(one, sort_keys=True, default=repr) == json.dumps(other, sort_keys=True, default=repr)


def _attempts(edit: Edit, wanted: Any) -> Iterator[Edit]:
    """The edit itself, then its parents written anew, from near to far."""
    yield edit
    place = edit.at if isinstance(edit, Add | Move) else edit.at[:-1]
    while place:
        yield Put(place, get(wanted, place))
        place = place[:-1]


def attempt_text(text: str, edit: Edit) -> str:
    """One way to write the edit; raises `CannotEdit` where the text has a shape for which it is none."""
    if isinstance(edit, Put):
        return _put(text, edit.at, edit.value)
    if isinstance(edit, Drop):
        *parents, last = edit.at
        if isinstance(last, int):
            return remove_item(text, tuple(parents), last)
        return remove_value(text, tuple(parents), [last])
    if isinstance(edit, Add):
        return _add(text, edit.at, edit.value, edit.place)
    return _move(text, edit.at, edit.start, edit.end)


def _put(text: str, at: Loc, value: Any) -> str:
    try:
        owner, key = node_at(text, at[:-1]), at[-1]
    except CannotEdit:
        if compose(text) is None:
            return "\n".join(block(_nested(at, value), 0)) + "\n"
        raise
    if isinstance(owner, yaml.SequenceNode) and isinstance(key, int):
        node = owner.value[key]
        if owner.flow_style or isinstance(node, yaml.ScalarNode):
            return spliced(text, node.start_mark.index, end_of(text, node), flow(value, inside=bool(owner.flow_style)))
        column = owner.start_mark.column
        start = line_start(text, node.start_mark.index)
        return spliced(text, start, end_of(text, node), "\n".join(item(value, column)))
    if not isinstance(owner, yaml.MappingNode):
        raise CannotEdit("a single value has no parts")
    pair = pair_of(owner, str(key))
    if pair is None:
        return _new_key(text, owner, str(key), value, top=len(at) == 1)
    if owner.flow_style:
        return spliced(text, pair[0].end_mark.index, end_of(text, pair[1]), f": {flow(value, str(key))}")
    written = after_key(value, pair[0].start_mark.column + 2, str(key))
    return spliced(text, pair[0].end_mark.index, end_of(text, pair[1]), f":{written}")


def _nested(at: Loc, value: Any) -> Any:
    for step in reversed(at):
        value = {str(step): value}
    return value


def _new_key(text: str, owner: yaml.MappingNode, key: str, value: Any, top: bool) -> str:
    """A section goes where a study file has it, any other key behind the last one."""
    if not owner.value:
        raise CannotEdit("there is nothing beside which it could stand")
    names = [pair[0].value for pair in owner.value]
    place = len(names) - 1
    if top and key in SECTIONS:
        before = SECTIONS[: SECTIONS.index(key)]
        place = max((number for number, name in enumerate(names) if name in before), default=0)
    end = end_of(text, owner.value[place][1])
    if owner.flow_style:
        return spliced(text, end, end, f", {key}: {flow(value, key)}")
    column = owner.value[0][0].start_mark.column
    line = line_end(text, end)
    return spliced(text, line, line, f"\n{' ' * column}{key}:{after_key(value, column + 2, key)}")


def _add(text: str, at: Loc, value: Any, place: int | None) -> str:
    sequence = node_at(text, at)
    if not isinstance(sequence, yaml.SequenceNode) or not sequence.value:
        raise CannotEdit("there is no item beside which it could stand")
    items = sequence.value
    place = len(items) if place is None else place
    if sequence.flow_style:
        written = flow(value)
        if place:
            end = end_of(text, items[place - 1])
            return spliced(text, end, end, f", {written}")
        start = items[0].start_mark.index
        return spliced(text, start, start, f"{written}, ")
    lines = "\n".join(item(value, sequence.start_mark.column))
    if place:
        end = line_end(text, end_of(text, items[place - 1]))
        return spliced(text, end, end, f"\n{lines}")
    start = line_start(text, sequence.start_mark.index)
    return spliced(text, start, start, f"{lines}\n")


def _move(text: str, at: Loc, start: int, end: int) -> str:
    """The lines of the item, with the comments between them, stand elsewhere."""
    sequence = node_at(text, at)
    if not isinstance(sequence, yaml.SequenceNode) or sequence.flow_style:
        raise CannotEdit("its items do not stand on lines of their own")
    if start == end:
        return text
    spans = [(line_start(text, one.start_mark.index), line_end(text, end_of(text, one))) for one in sequence.value]
    first, last = spans[start]
    lines = text[first:last]
    target = spans[end]
    if start < end:
        return text[:first] + text[last + 1 : target[1]] + "\n" + lines + text[target[1] :]
    return text[: target[0]] + lines + "\n" + text[target[0] : first - 1] + text[last:]
