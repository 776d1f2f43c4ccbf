"""Forms of an attribute: what becomes of a date, a number or a class when a step recodes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from workbench.catalog.knowledge import DATE_FORMS
from workbench.verify.facts import ATTRIBUTE, ID, SOME

Tokens = frozenset[str]
Look = Callable[[str], Tokens]
NOTHING: Tokens = frozenset()
FINEST = "_date"


def event(tokens: Tokens) -> str | None:
    """The event whose date, or part of it, a column holds: `admission` of `attr:admission_year`."""
    for token in sorted(tokens):
        name = token.removeprefix(ATTRIBUTE)
        for ending in DATE_FORMS:
            if token.startswith(ATTRIBUTE) and name.endswith(ending):
                return name[: -len(ending)]
    return None


def coarser(tokens: Tokens) -> Tokens:
    """Classes of what a column holds: `birth_class` of `birth_year`, `age_class` of `age`."""
    named = event(tokens)
    if named:
        return frozenset({f"{ATTRIBUTE}{named}_class"})
    return frozenset(f"{token}_class" for token in tokens if token.startswith(ATTRIBUTE))


def of_some(tokens: Tokens) -> Tokens:
    """What a column tells of those who are alone in their group or class; who they are by number is not in it."""
    return frozenset(token if token.startswith(SOME) else SOME + token for token in tokens if not token.startswith(ID))


def recoded(kind: str, spec: object, look: Look) -> Tokens:
    """What a column tells that a step of this kind makes by `spec`; empty when that says nothing clear."""
    if not isinstance(spec, dict):
        return NOTHING
    if kind == "categorise":
        return coarser(look(str(spec["from"])))
    if kind == "recode_date":
        return _form(_event(spec["from"], look), str(spec["to"]), _event(spec.get("since"), look), str(spec["unit"]))
    return _formula(spec, look)


def _event(names: object, look: Look) -> str | None:
    """The one event that columns are about."""
    columns = [names] if isinstance(names, str) else names if isinstance(names, list | tuple) else []
    found = {event(look(str(column))) for column in columns}
    return found.pop() if len(found) == 1 else None


def _form(named: str | None, to: str, since: str | None, unit: str) -> Tokens:
    if named is None:
        return NOTHING
    if to == "interval":
        by = "since" if unit == "day" else "months_since"
        return frozenset({f"{ATTRIBUTE}{named}_{by}_{since}"}) if since else NOTHING
    return frozenset({f"{ATTRIBUTE}{named}_{to}"})


def _formula(spec: Mapping[str, object], look: Look) -> Tokens:
    """A formula of a derive step: dates of their parts, years of dates, days between dates."""
    ((name, arguments),) = spec.items()
    if name in ("date", "year"):
        return _form(_event(arguments, look), name, None, "day")
    if name == "days_between" and isinstance(arguments, list | tuple):
        begin, end = arguments
        return _form(_event(end, look), "interval", _event(begin, look), "day")
    if name == "days_since_admission" and isinstance(arguments, dict):
        return _form(_event(arguments["date"], look), "interval", _event(arguments["admission"], look), "day")
    return NOTHING
