"""Data of a file into a typed model, and what can be kept of data that does not fit it.

One wrong value must not hide the other faults of a file: the model is then made from the values that are
valid, the others are left blank, and the checks that follow still see everything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from workbench.catalog.source import Loc, SourceFile, report

Model = TypeVar("Model", bound=BaseModel)
BLANK: dict[Any, Any] = {str: "", int: 0, float: 0.0, bool: False, tuple: (), list: (), dict: {}}


def salvage(model: type[Model], data: Any, source: SourceFile, at: Loc = ()) -> Model | None:
    """Like `validate`, but returns a model without the wrong values; None when `data` is no mapping."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        report(error, source, at, model.__name__)
        if not isinstance(data, dict):
            return None
        wrong = [tuple(one["loc"]) for one in error.errors(include_url=False)]
        kept = _keep(model, data, wrong, at, source.blanks)
        return kept if isinstance(kept, model) else None


def _keep(kind: Any, data: Any, wrong: Sequence[Loc], at: Loc, blanks: set[Loc]) -> Any:
    """`data` as `kind`, with blanks at the places `wrong` (relative to it), which are added to `blanks`."""
    kind = _bare(kind)
    if not wrong:
        return TypeAdapter(kind).validate_python(data)
    if () not in wrong:
        if isinstance(kind, type) and issubclass(kind, BaseModel) and isinstance(data, dict):
            return _keep_fields(kind, data, wrong, at, blanks)
        if get_origin(kind) is tuple and isinstance(data, list):
            item = get_args(kind)[0]
            return tuple(
                _keep(item, one, _below(wrong, number), (*at, number), blanks) for number, one in enumerate(data)
            )
        if get_origin(kind) is dict and isinstance(data, dict):
            item = get_args(kind)[1]
            return {key: _keep(item, one, _below(wrong, key), (*at, key), blanks) for key, one in data.items()}
    blanks.add(at)
    return _blank(kind)


def _keep_fields(
    kind: type[BaseModel], data: dict[str, Any], wrong: Sequence[Loc], at: Loc, blanks: set[Loc]
) -> BaseModel:
    values: dict[str, Any] = {}
    for name, field in kind.model_fields.items():
        key = field.alias or name
        mine = _below(wrong, key)
        if mine or key in data:
            values[name] = _keep(field.annotation, data.get(key), mine, (*at, key), blanks)
    if kind.model_config.get("extra") == "allow":
        own = {field.alias or name for name, field in kind.model_fields.items()}
        values.update({key: value for key, value in data.items() if key not in own})
    return kind.model_construct(**values)


def _below(wrong: Iterable[Loc], step: str | int) -> list[Loc]:
    return [loc[1:] for loc in wrong if loc and loc[0] == step]


def _bare(kind: Any) -> Any:
    """The type itself: without annotations, and without None where that is allowed beside it."""
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    return kind


def _blank(kind: Any) -> Any:
    """An empty value of a type: what stands where nothing valid was given."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        required = {name: field for name, field in kind.model_fields.items() if field.is_required()}
        return kind.model_construct(**{name: _blank(_bare(field.annotation)) for name, field in required.items()})
    origin = get_origin(kind)
    if origin is Literal:
        return get_args(kind)[0]
    if origin in (Union, UnionType):
        return None if NoneType in get_args(kind) else _blank(get_args(kind)[0])
    return BLANK.get(origin or kind)
