"""Values as the lines of a study file: what fits stays on one line, the rest is written below its key.

What is written reads back as the same value. The scalars are those of `interchange.yaml_writer`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.interchange.yaml_writer import flow, scalar

WIDTH = 110


def after_key(value: Any, indent: int, key: str = "") -> str:
    """What follows `key:`, from the blank or the line break on; a block stands `indent` from the left."""
    inline = _inline(value, key)
    if not isinstance(value, dict | list) or not value or len(inline) + indent + len(key) <= WIDTH:
        return f" {inline}"
    return "\n" + "\n".join(block(value, indent))


def block(value: Any, indent: int) -> list[str]:
    """The lines of a filled mapping or list, each `indent` from the left."""
    space = " " * indent
    if isinstance(value, Mapping):
        return "\n".join(
            f"{space}{scalar(name)}:{after_key(one, indent + 2, str(name))}" for name, one in value.items()
        ).split("\n")
    lines: list[str] = []
    for one in value:
        lines += item(one, indent)
    return lines


def item(value: Any, indent: int) -> list[str]:
    """The lines of an item of a list, its dash `indent` from the left."""
    space, inline = " " * indent, _inline(value, "")
    if not isinstance(value, dict | list) or not value or (len(inline) + indent <= WIDTH and _plain(value)):
        return [f"{space}- {inline}"]
    first, *rest = block(value, indent + 2)
    return [f"{space}- {first.lstrip(' ')}", *rest]


def _inline(value: Any, key: str) -> str:
    if isinstance(value, Mapping | list):
        return flow(value, key)
    return flow(value, key, inside=False)


def _plain(value: Any) -> bool:
    """Whether a mapping or list holds nothing that is one itself but its citation."""
    inner = [one for name, one in value.items() if name != "cite"] if isinstance(value, dict) else value
    return not any(isinstance(one, dict | list) for one in inner)


def as_text(value: Any) -> str:
    """A value as a field shows it: the lines that stand in the file, without the indent."""
    if value is None:
        return ""
    if not isinstance(value, dict | list):
        return str(value)
    short = isinstance(value, list) and _plain(value) and len(_inline(value, "")) <= WIDTH
    return _inline(value, "") if short or not value else "\n".join(block(value, 0))
