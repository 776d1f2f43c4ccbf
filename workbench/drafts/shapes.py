"""The fields of a study file as a form needs them, read from the model itself: a key of the model is a field.

Nothing is listed by hand: a key that the study model gets is in the form. Keys of steps come from their kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from workbench.catalog.base import LANGUAGES, Cite, Label
from workbench.catalog.source import Loc
from workbench.dataflow.kinds import KINDS
from workbench.drafts.edits import get
from workbench.study.model import StepSpec, Study

Kind = Literal["text", "number", "switch", "choice", "label", "group", "words", "groups", "yaml"]


@dataclass(frozen=True)
class Shape:
    """How a value is filled in. `model` is the model of a group, or of each of several `groups`.

    yaml: what no simpler field can hold (mappings under free names, formulas); it is written as in the file.
    """

    key: str
    kind: Kind
    required: bool = True
    options: tuple[str, ...] = ()
    model: type[BaseModel] | None = None


def fields(model: type[BaseModel], data: Any = None) -> tuple[Shape, ...]:
    """The fields of an entry, in the order of the model; those of a step by the kind that `data` says."""
    if model is StepSpec:
        kind = data.get("kind") if isinstance(data, dict) else None
        model = KINDS.get(str(kind), StepSpec)
    return _fields(model)


@cache
def _fields(model: type[BaseModel]) -> tuple[Shape, ...]:
    made = tuple(_shape(info.alias or name, info) for name, info in model.model_fields.items())
    # A citation says where the rest stands, so it is filled in last.
    shapes = sorted(made, key=lambda one: one.model is Cite)
    if issubclass(model, StepSpec):
        kinds = tuple(KINDS)
        return tuple(Shape("kind", "choice", True, kinds) if one.key == "kind" else one for one in shapes)
    return tuple(shapes)


def _shape(key: str, info: FieldInfo) -> Shape:
    required = info.is_required()
    kind, optional = _bare(info.annotation)
    required = required and not optional
    if kind is Label:
        return Shape(key, "label", required, model=Label)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return Shape(key, "group", required, model=kind)
    if get_origin(kind) is Literal:
        return Shape(key, "choice", required, tuple(map(str, get_args(kind))))
    if kind is bool:
        return Shape(key, "switch", required)
    if kind is int:
        return Shape(key, "number", required)
    if kind is str:
        return Shape(key, "text", required)
    if get_origin(kind) is tuple and get_args(kind)[-1] is Ellipsis:
        item, _ = _bare(get_args(kind)[0])
        if isinstance(item, type) and issubclass(item, BaseModel):
            return Shape(key, "groups", required, model=item)
        if item is str:
            return Shape(key, "words", required)
    return Shape(key, "yaml", required)


def _bare(kind: Any) -> tuple[Any, bool]:
    """A type without annotations, and whether None may stand in its place."""
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType) and NoneType in get_args(kind):
        others = [one for one in get_args(kind) if one is not NoneType]
        return (_bare(others[0])[0], True) if len(others) == 1 else (kind, True)
    return kind, False


def shape_at(at: Loc, data: Any) -> Shape | None:
    """The field at a place of a study file; None for an item of a list, a part of a label, or what no model knows."""
    model: type[BaseModel] | None = Study
    found: Shape | None = None
    for number, step in enumerate(at):
        if model is None:
            return None
        if isinstance(step, int):
            found = None
            continue
        found = next((one for one in fields(model, get(data, at[:number])) if one.key == step), None)
        model = found.model if found else None
    return found


def parsed(text: str, shape: Shape | None) -> Any:
    """What was filled in as the value that the file holds; None when nothing was. What does not fit stays a text.

    Then the checker says what is wrong with it, and nobody's words are lost.
    """
    if shape is None or shape.kind in ("text", "choice", "label"):
        return text
    if not text.strip():
        return None
    if shape.kind == "number":
        try:
            return int(text)
        except ValueError:
            return text
    try:
        made = yaml.safe_load(text)
    except yaml.YAMLError:
        return text
    return made if isinstance(made, dict | list | int | float | bool) else text


def blank(shape: Shape, document: str) -> Any:
    """A new entry of a field: see `blank_of`."""
    if shape.model is None:
        return ""
    return blank_of(shape.model, document)


def blank_of(model: type[BaseModel], document: str) -> dict[str, Any]:
    """A new entry: everything that it must have, with nothing in it yet, and `document` as where it is from."""
    made: dict[str, Any] = {}
    for one in _fields(model):
        if one.model is Cite and "cite" in model.model_fields and model.model_fields["cite"].is_required():
            made[one.key] = {"document": document}
        elif one.required:
            made[one.key] = _nothing(one, document)
    return made


def _nothing(one: Shape, document: str) -> Any:
    if one.kind == "label":
        return dict.fromkeys(LANGUAGES, "")
    if one.kind == "group" and one.model is not None:
        return blank_of(one.model, document)
    if one.kind in ("words", "groups"):
        return []
    if one.kind == "choice":
        return one.options[0]
    return {"number": 0, "switch": False, "yaml": {}}.get(one.kind, "")


def title_of(entry: Any) -> str:
    """What an entry of a list is called: the first name that it has."""
    if not isinstance(entry, Mapping):
        return str(entry)
    for key in ("id", "ref", "dataset", "party", "rule", "host"):
        if entry.get(key):
            return str(entry[key])
    return ""
