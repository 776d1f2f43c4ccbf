"""Gives a figure that is on the screen what a newly made one has, so that the browser paints again and builds nothing.

A figure costs a browser several times as much to build as to paint: canvas, axes, tools and their style sheets. Two
figures of one kind consist of the same parts, which differ in some values; only those go to the browser.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bokeh.model import Model


def become(shown: Model, made: Model) -> bool:
    """Change `shown` into what `made` is; False, and nothing changed, when they are not built alike.

    `made` was put into no document and is of no more use afterwards. What a page alone said of `shown` (its width or
    its margin, say) stays.
    """
    walk = _Walk()
    if not walk.alike(shown, made):
        return False
    for model, name, value in walk.changes:
        setattr(model, name, value)
    return True


class _Walk:
    """Both figures part by part: which part stands for which, and what has another value."""

    def __init__(self) -> None:
        self.known: dict[Model, Model] = {}  # of the made figure -> of the shown one
        self.changes: list[tuple[Model, str, Any]] = []

    def alike(self, old: Model, new: Model) -> bool:
        if new in self.known:
            return self.known[new] is old
        if type(old) is not type(new):
            return False
        root = not self.known
        self.known[new] = old
        said = {*_said(new), *(() if root else _said(old))}
        return all(self._value(old, name, getattr(old, name), getattr(new, name)) for name in sorted(said))

    def _value(self, model: Model, name: str, old: Any, new: Any) -> bool:
        parts = list(_models(old)), list(_models(new))
        if any(parts):
            return len(parts[0]) == len(parts[1]) and all(map(self.alike, *parts))
        if not _equal(old, new):
            self.changes.append((model, name, dict(new) if isinstance(new, Mapping) else new))
        return True


def _said(model: Model) -> Iterable[str]:
    """What was said of a model, and the defaults that it has for itself alone.

    Bokeh's own way of asking (`properties_with_values`) takes longer than making the figure.
    """
    return *model._property_values, *model._unstable_default_values


def _models(value: Any) -> Iterator[Model]:
    """The models that a value holds, in order."""
    if isinstance(value, Model):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _models(one) if isinstance(one, Model) else ()
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for one in value:
            yield from _models(one) if isinstance(one, Model | list | tuple) else ()


def _equal(old: Any, new: Any) -> bool:
    try:
        return bool(old == new)
    except ValueError:  # columns of numpy, which are compared number by number
        return False
