"""Changing a study as data: every change gives a new study that shares with the old all that did not change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Data = Any
Path = tuple[str | int, ...]


def get(data: Data, path: Path) -> Data:
    """What stands at a path; None when nothing does."""
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def put(data: Data, path: Path, value: Data) -> Data:
    """A copy with `value` at the path."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    copy: Data = list(data) if isinstance(data, list) else dict(data)
    copy[step] = put(copy[step] if _has(copy, step) else {}, rest, value)
    return copy


def cut(data: Data, path: Path) -> Data:
    """A copy without what stands at the path."""
    *parents, last = path
    at = tuple(parents)
    inside = get(data, at)
    if isinstance(inside, list):
        return put(data, at, [one for number, one in enumerate(inside) if number != last])
    return put(data, at, {key: one for key, one in inside.items() if key != last})


def move(data: Data, old: int, new: int) -> Data:
    """A copy in which step `old` of the flow stands before what was step `new`."""
    flow = list(data["flow"])
    step = flow.pop(old)
    flow.insert(new if new < old else new - 1, step)
    return put(data, ("flow",), flow)


def rename(data: Data, change: Callable[[str], str], since: int) -> Data:
    """A copy in which datasets bear other names, in the steps from `since` on and in what follows the flow."""
    flow = [_words(step, change) if number >= since else step for number, step in enumerate(data["flow"])]
    copy = put(data, ("flow",), flow)
    for key in ("analysis", "retention", "recipients", "datasets"):
        if key in copy:
            copy = put(copy, (key,), _words(copy[key], change))
    return copy


PLAIN = ("id", "kind", "actor", "label", "cite", "number", "to", "domain", "policy", "purpose")


def _words(value: Data, change: Callable[[str], str]) -> Data:
    """The same with every text changed that may name a dataset."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_words(one, change) for one in value]
    if isinstance(value, dict):
        return {change(key): one if key in PLAIN else _words(one, change) for key, one in value.items()}
    return value


def _has(data: Data, step: str | int) -> bool:
    return step in data if isinstance(data, dict) else isinstance(step, int) and step < len(data)
