"""Entries of the catalogue as YAML, in the style of the files under `catalog/`: one way to write each entry.

What is written reads back as the same entry. Keys that stand at their default and were never given are not
written. Names stay bare, words for people stand in quotes, and small mappings stay on one line.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from workbench.catalog.base import Entry

# After all other keys, in this order: what an entry rests on, then what it holds.
LAST = ("available", "working_code", "note", "cite", "fields", "entries")
QUOTED = frozenset({"nl", "fr", "en", "length", "note", "code", "from", "to"})
BARE_INSIDE = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
BARE_ALONE = re.compile(r"[^\W\d](?:[^:#]|:(?=\S)|(?<=\S)#)*(?<![\s:])")
ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
# Characters that YAML does not take as they are, or would take for a line end.
ODD = re.compile('[\x00-\x1f"\\\\\x7f-\x9f\xad\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]')
_RESOLVER: Any = yaml.SafeLoader("")


def data_of(entry: Entry) -> dict[str, Any]:
    """The entry as the plain data of its file: the keys that were given, in the order of the files."""
    dumped = entry.model_dump(by_alias=True, exclude_unset=True)
    return {key: dumped[key] for key in sorted(dumped, key=lambda key: (key in LAST, _rank(key)))}


def write_entry(data: Mapping[str, Any]) -> str:
    """A file that holds one entry: a table or a code list."""
    return "".join(f"{line}\n" for line in block(data))


def write_list(name: str, entries: Sequence[Mapping[str, Any]]) -> str:
    """A file that is one list of entries under `name`."""
    lines = [f"{name}:" if entries else f"{name}: []"]
    for entry in entries:
        lines += item(entry, 2)
    return "".join(f"{line}\n" for line in lines)


def item(data: Mapping[str, Any], indent: int) -> list[str]:
    """An entry as an item of a list: its lines, the dash `indent` characters from the left."""
    first, *rest = block(data) or ["{}"]
    return [f"{' ' * indent}- {first}", *(f"{' ' * indent}  {line}" for line in rest)]


def block(data: Mapping[str, Any]) -> list[str]:
    """The lines of a mapping, one key a line; the fields of a table and the codes of a list line by line."""
    lines = []
    for key, value in data.items():
        if key == "fields" and value:
            lines.append(f"{key}:")
            for entry in value:
                lines += item(ordered(entry), 2)
        elif key == "entries" and value:
            lines.append(f"{key}:")
            lines += [f"  - {flow(ordered(entry))}" for entry in value]
        else:
            lines.append(f"{key}: {flow(value, key, inside=False)}")
    return lines


def ordered(data: Mapping[str, Any]) -> dict[str, Any]:
    """The keys in the order of the files."""
    keys = list(data)
    return {key: data[key] for key in sorted(keys, key=lambda key: (key in LAST, _rank(key)))}


def flow(value: Any, key: str = "", inside: bool = True) -> str:
    """A value on one line; `inside` other brackets some characters need quotes that alone do not."""
    if isinstance(value, Mapping):
        free = key == "attributes"  # no model knows these keys, so their texts are quoted
        parts = (f"{scalar(name)}: {flow(one, 'note' if free else str(name))}" for name, one in value.items())
        return "{" + ", ".join(parts) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(one, key) for one in value) + "]"
    if isinstance(value, str) and key in QUOTED:
        return quoted(value)
    return scalar(value, inside)


def scalar(value: Any, inside: bool = True) -> str:
    """One plain value. Raises `TypeError` for what YAML has no plain form of."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat(" ") if isinstance(value, datetime.datetime) else value.isoformat()
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} has no plain form in YAML")
    bare = (BARE_INSIDE if inside else BARE_ALONE).fullmatch(value) and not ODD.search(value)
    text = bare and _RESOLVER.resolve(yaml.ScalarNode, value, (True, False)).endswith(":str")
    return value if text else quoted(value)


def quoted(text: str) -> str:
    """The text between double quotes."""
    return '"' + ODD.sub(lambda odd: _escape(odd.group()), text) + '"'


def _escape(character: str) -> str:
    number = ord(character)
    return ESCAPES.get(character) or (f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}")


def _float(value: float) -> str:
    if not math.isfinite(value):
        return ".nan" if math.isnan(value) else f"{'-' if value < 0 else ''}.inf"
    text = repr(value)
    # YAML 1.1 takes a number for a text unless its mantissa has a point.
    return re.sub(r"^(-?\d+)e", r"\1.0e", text)


def _rank(key: str) -> int:
    return LAST.index(key) if key in LAST else 0
