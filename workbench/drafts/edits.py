"""What one may do to a study file as data: four edits, each with one meaning. No text, no page."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from workbench.catalog.source import Loc


class NoSuchPlace(ValueError):
    """The edit names a place that the file does not have (any more)."""


@dataclass(frozen=True)
class Put:
    """`value` at the place `at`; keys on the way that are missing are made."""

    at: Loc
    value: Any


@dataclass(frozen=True)
class Drop:
    """Without the key or the item of a list at `at`; a key that is not there is gone already."""

    at: Loc


@dataclass(frozen=True)
class Add:
    """`value` as item `place` of the list at `at`, last when None; a list that is not there is made."""

    at: Loc
    value: Any
    place: int | None = None


@dataclass(frozen=True)
class Move:
    """Item `start` of the list at `at` becomes item `end`."""

    at: Loc
    start: int
    end: int


Edit = Put | Drop | Add | Move


def apply(data: Any, edit: Edit) -> Any:
    """The data after the edit; the given data stay as they are. Raises `NoSuchPlace`."""
    data = deepcopy(data)
    if isinstance(edit, Put):
        holder = _holder(data, edit.at[:-1], make=True)
        key = _key(holder, edit.at[-1])
        holder[key] = deepcopy(edit.value)
    elif isinstance(edit, Drop):
        holder = _holder(data, edit.at[:-1])
        if isinstance(holder, dict):
            holder.pop(str(edit.at[-1]), None)
        else:
            del holder[_key(holder, edit.at[-1])]
    elif isinstance(edit, Add):
        holder = _holder(data, edit.at[:-1], make=True)
        key = _key(holder, edit.at[-1])
        if isinstance(holder, dict) and holder.get(key) is None:
            holder[key] = []
        found = _list(holder[key])
        found.insert(len(found) if edit.place is None else edit.place, deepcopy(edit.value))
    else:
        found = _list(at(data, edit.at))
        if not (0 <= edit.start < len(found) and 0 <= edit.end < len(found)):
            raise NoSuchPlace(f"there is no item {max(edit.start, edit.end)} in '{edit.at[-1]}'")
        found.insert(edit.end, found.pop(edit.start))
    return data


def at(data: Any, loc: Loc) -> Any:
    """What stands at a place. Raises `NoSuchPlace`."""
    for step in loc:
        try:
            data = data[step] if isinstance(data, dict) else _list(data)[_key(data, step)]
        except KeyError:
            raise NoSuchPlace(f"there is no '{step}' here") from None
    return data


def get(data: Any, loc: Loc) -> Any:
    """What stands at a place; None where there is no such place."""
    try:
        return at(data, loc)
    except NoSuchPlace:
        return None


def _holder(data: Any, loc: Loc, make: bool = False) -> Any:
    for step in loc:
        if make and isinstance(data, dict) and data.get(str(step)) is None:
            data[str(step)] = {}
        data = at(data, (step,))
    if not isinstance(data, dict | list):
        raise NoSuchPlace("a single value has no parts")
    return data


def _key(holder: Any, step: str | int) -> Any:
    if isinstance(holder, dict):
        return str(step)
    if isinstance(step, int) and 0 <= step < len(_list(holder)):
        return step
    raise NoSuchPlace(f"there is no item {step} here")


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise NoSuchPlace("this is no list")
    return value
