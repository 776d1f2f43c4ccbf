"""What a designer does at a field, as an edit of the file. Places come from outside as pointers and are looked up."""

from __future__ import annotations

from typing import Any

from workbench.catalog.base import LANGUAGES
from workbench.catalog.source import Loc
from workbench.dataflow.kinds import KINDS
from workbench.drafts.edits import Add, Drop, Edit, Move, NoSuchPlace, Put, get
from workbench.drafts.shapes import blank, blank_of, parsed, shape_at
from workbench.drafts.starts import OWN, variable

_ONE_OF = {"criteria": "criterion", "errata": "erratum"}  # what one entry of a list is called, where no s is in the way


def pointer(at: Loc) -> str:
    """A place as a text (RFC 6901): `/population/criteria/0/field`."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in at)


def loc_of(text: str, data: Any) -> Loc:
    """The place that a pointer names in `data`; digits are a number where a list stands."""
    place: list[str | int] = []
    for part in text.split("/")[1:]:
        step = part.replace("~1", "/").replace("~0", "~")
        holder = get(data, tuple(place))
        number = isinstance(holder, list) and step.isascii() and step.isdigit() and len(step) < 7
        place.append(int(step) if number else step)
    return tuple(place)


def edit_of(act: str, at: Loc, value: str, on: bool, data: Any) -> Edit | None:
    """The edit of an act; None when it changes nothing. Raises `NoSuchPlace` for what no form offers.

    put: the value of a field; add: an entry of a list, named `value` where it has a name; make: an optional part;
    drop, up, down: of an entry.
    """
    if not at:
        raise NoSuchPlace("the whole file is no field")
    if act == "put":
        return _put(at, value, on, data)
    if act == "add":
        return _add(at, value, data)
    if act == "make":
        shape = shape_at(at, data)
        if shape is None or shape.model is None:
            raise NoSuchPlace(f"'{at[-1]}' is no part of a study")
        return Put(at, blank(shape, _document(data)))
    if act == "drop":
        return Drop(at)
    place = at[-1]
    if act in ("up", "down") and isinstance(place, int):
        end = place + (1 if act == "down" else -1)
        held = get(data, at[:-1])
        return Move(at[:-1], place, end) if isinstance(held, list) and 0 <= end < len(held) else None
    raise NoSuchPlace(f"nothing is called '{act}'")


def _put(at: Loc, value: str, on: bool, data: Any) -> Edit | None:
    shape = shape_at(at, data)
    if shape is None and not isinstance(at[-1], int) and not _part_of_label(at, data):
        raise NoSuchPlace(f"'{at[-1]}' is no field")
    if shape is not None and shape.kind == "switch":
        return Put(at, on)
    if shape is not None and at[-1] == "kind" and value in KINDS and isinstance(at[-2], int):
        return Put(at[:-1], _as_kind(value, get(data, at[:-1]), _document(data)))
    made = parsed(value, shape)
    if made is None or (made == "" and shape is not None and not shape.required):
        return Drop(at)
    return None if get(data, at) == made and isinstance(made, str) else Put(at, made)


def _part_of_label(at: Loc, data: Any) -> bool:
    """Labels stand where the model has one, and under the free names of `datasets`."""
    whole = shape_at(at[:-1], data)
    return at[-1] in LANGUAGES and ((whole is not None and whole.kind == "label") or at[0] == "datasets")


def _as_kind(kind: str, step: Any, document: str) -> dict[str, Any]:
    """A step of another kind: what both kinds have stays."""
    old = step if isinstance(step, dict) else {}
    made = {**blank_of(KINDS[kind], document), "kind": kind}
    allowed = {info.alias or name for name, info in KINDS[kind].model_fields.items()}
    return {**made, **{key: value for key, value in old.items() if key in allowed and key != "kind"}}


def _add(at: Loc, value: str, data: Any) -> Edit | None:
    shape = shape_at(at, data)
    if shape is None or shape.kind not in ("words", "groups"):
        raise NoSuchPlace(f"'{at[-1]}' is no list")
    held = get(data, at)
    if shape.kind == "words":
        word = value.strip()
        return None if not word or (isinstance(held, list) and word in held) else Add(at, word)
    if at == ("variables",):
        return Add(at, variable(value.strip(), _document(data)))
    entry = blank(shape, _document(data))
    if at == ("flow",) and value in KINDS:
        entry = _as_kind(value, {}, _document(data))
    if "id" in entry and isinstance(entry["id"], str) and not entry["id"]:
        entry["id"] = _new_id(str(entry.get("kind") or at[-1]), held)
    return Add(at, entry)


def _new_id(word: str, held: Any) -> str:
    taken = {one.get("id") for one in held if isinstance(one, dict)} if isinstance(held, list) else set()
    stem = _ONE_OF.get(word, word.rstrip("s").replace("_", "-"))
    return next(name for number in range(1, len(taken) + 2) if (name := f"{stem}-{number}") not in taken)


def _document(data: Any) -> str:
    return str((data or {}).get("document") or OWN) if isinstance(data, dict) else OWN
