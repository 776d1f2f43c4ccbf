"""What the entries of a catalogue name must exist: code lists, documents, parties and key fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workbench.catalog.base import Cite
from workbench.catalog.model import Catalog, CodeEntry, CodeList, Derived, Table
from workbench.catalog.service import Service
from workbench.catalog.source import Loc, SourceFile
from workbench.errors import Problem

Finding = tuple[Loc, str, str]
NO_LIST = "no file under catalog/codes has this id"


def check_references(catalog: Catalog, sources: Mapping[str, tuple[SourceFile, Loc]]) -> list[Problem]:
    """Every reference of every entry that leads nowhere; `sources` has file and place by `kind:id`."""
    found: list[Problem] = []
    for name, (source, at) in sources.items():
        kind, _, ref = name.partition(":")
        for loc, what, why in _findings(kind, ref, catalog):
            if not source.left_out((*at, *loc)):
                todo = "correct the name, or add what it names"
                found.append(source.problem((*at, *loc), what, why, todo))
    return found


def _findings(kind: str, ref: str, catalog: Catalog) -> Iterator[Finding]:
    if kind == "table":
        yield from _table(catalog.tables[ref], catalog)
    elif kind == "codelist":
        yield from _code_list(catalog.codes[ref], catalog)
    elif kind == "party":
        yield from _cite(catalog, ("cite",), catalog.parties[ref].cite)
    elif kind == "derived":
        yield from _derived(catalog.derived[ref], catalog)
    elif kind == "service":
        yield from _service(catalog.services[ref], catalog)
    elif kind == "policy":
        yield from _cite(catalog, ("cite",), catalog.policies[ref].cite)
    elif kind == "lifetable":
        yield from _cite(catalog, ("cite",), catalog.life_tables[ref].cite)
        yield from _cite(catalog, ("expectancy", "cite"), catalog.life_tables[ref].expectancy.cite)
    elif kind == "indicator":
        yield from _cite(catalog, ("cite",), catalog.indicators[ref].cite)


def _derived(entry: Derived, catalog: Catalog) -> Iterator[Finding]:
    """Code lists (a parameter called so, or ending in `_codes`, names one), inputs and the source."""
    yield from _cite(catalog, ("cite",), entry.cite)
    if entry.codes and entry.codes not in catalog.codes:
        yield ("codes",), f"it names code list '{entry.codes}'", NO_LIST
    for key, value in entry.parameters.items():
        if (key == "codes" or key.endswith("_codes")) and str(value) not in catalog.codes:
            yield ("parameters", key), f"it names code list '{value}'", NO_LIST
    for number, ref in enumerate(entry.inputs):
        source, _, name = ref.partition(".")
        known = name in catalog.derived and name != entry.name if source == "derived" else catalog.field(ref)
        if not known:
            yield ("inputs", number), f"it reads '{ref}'", "the catalogue has no such field or other derived variable"


def _service(entry: Service, catalog: Catalog) -> Iterator[Finding]:
    yield from _cite(catalog, ("cite",), entry.cite)
    if entry.party not in catalog.parties:
        yield ("party",), f"it names party '{entry.party}'", "catalog/parties.yaml does not list it"
    if entry.under and (entry.under not in catalog.services or entry.under == entry.id):
        yield ("under",), f"it names service '{entry.under}'", "catalog/services.yaml lists no other of this name"
    for part, facts in (("rules", entry.rules), ("steps", entry.steps)):
        seen: set[str] = set()
        for number, fact in enumerate(facts):
            yield from _cite(catalog, (part, number, "cite"), fact.cite)
            if fact.id in seen:
                yield (part, number), f"it has '{fact.id}' a second time", "the two cannot be told apart"
            seen.add(fact.id)


def _table(table: Table, catalog: Catalog) -> Iterator[Finding]:
    yield from _cite(catalog, ("cite",), table.cite)
    if table.provider not in catalog.parties:
        yield ("provider",), f"it names party '{table.provider}'", "catalog/parties.yaml does not list it"
    for number, party in enumerate(table.copies):
        if party not in catalog.parties:
            yield ("copies", number), f"it names party '{party}'", "catalog/parties.yaml does not list it"
    for number, key in enumerate(table.keys):
        if table.field(key) is None:
            yield ("keys", number), f"it names key field '{key}'", f"table {table.ref} has no such field"
    seen: set[str] = set()
    for number, entry in enumerate(table.fields):
        at: Loc = ("fields", number)
        if entry.name in seen:
            yield at, f"it names field '{entry.name}' a second time", f"table {table.ref} has it already"
        seen.add(entry.name)
        if entry.codes and entry.codes not in catalog.codes:
            yield (*at, "codes"), f"it names code list '{entry.codes}'", NO_LIST
        yield from _cite(catalog, (*at, "cite"), entry.cite)


def _code_list(codes: CodeList, catalog: Catalog) -> Iterator[Finding]:
    yield from _cite(catalog, ("cite",), codes.cite)
    for number, entry in enumerate(codes.entries):
        at: Loc = ("entries", number)
        trouble = _bounds(entry)
        if trouble:
            yield at, "it is neither one code nor a range of codes", trouble
        if entry.cite:
            yield from _cite(catalog, (*at, "cite"), entry.cite)


def _bounds(entry: CodeEntry) -> str:
    """Why an entry selects nothing clear; empty when it does."""
    if entry.code is not None:
        return "'code' stands beside 'from' or 'to'" if entry.from_code or entry.to_code else ""
    if not entry.from_code or not entry.to_code:
        return "give 'code', or both 'from' and 'to'"
    if len(entry.from_code) != len(entry.to_code) or entry.from_code > entry.to_code:
        return f"{entry.from_code} to {entry.to_code} is no range of codes of one length"
    return ""


def _cite(catalog: Catalog, at: Loc, cite: Cite) -> Iterator[Finding]:
    if cite.document not in catalog.documents:
        why = "catalog/documents.yaml does not list it"
        yield (*at, "document"), f"it names document '{cite.document}'", why
