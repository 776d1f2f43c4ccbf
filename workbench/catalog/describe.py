"""What the catalogue knows of a reference, in words for a reader; what is not known is said to be not known."""

from __future__ import annotations

from difflib import get_close_matches

from workbench.catalog.base import LANGUAGES, Cite, Label
from workbench.catalog.card import Card
from workbench.catalog.model import Available, Catalog, CodeList, Derived, Field, Role, Table
from workbench.errors import WorkbenchError

NOT_KNOWN = "not known"
MOST = 30  # codes on a card
WORKING = "yes: the official one was not found"
ROLES: dict[Role, str] = {
    "direct_identifier": "direct identifier: names one person",
    "pseudonym": "pseudonym: stands for one person",
    "linkage": "linkage variable: joins rows",
    "quasi_identifier": "quasi-identifier: singles out together with others",
    "payload": "payload: no identifier",
}
Facts = list[tuple[str, str]]


def describe(catalog: Catalog, ref: str) -> Card:
    """The card of a field, derived variable, table or code list (`codes.ID`); printed names are taken too.

    Raises `WorkbenchError` with the nearest references when nothing has this name.
    """
    kind, _, name = ref.partition(".")
    table, _, last = ref.rpartition(".")
    if ref in catalog.tables:
        return _table(catalog, catalog.tables[ref])
    if kind == "codes" and name in catalog.codes:
        return _codes(catalog, catalog.codes[name])
    if kind == "derived" and name in catalog.derived:
        return _derived(catalog, catalog.derived[name])
    found = catalog.tables.get(table)
    entry = next((one for one in found.fields if last in (one.name, *one.aliases)), None) if found else None
    if found and entry:
        return _field(catalog, found, entry)
    raise WorkbenchError(_nothing(catalog, ref))


def _field(catalog: Catalog, table: Table, entry: Field) -> Card:
    ref = f"{table.ref}.{entry.name}"
    codes = catalog.codes.get(entry.codes or "")
    number = entry.type in ("string", "integer", "decimal")
    length = f", length {entry.length or NOT_KNOWN}" if number else ""
    back = [at for at, other in _fields(catalog) if ref in other.references]
    facts: Facts = [
        *_labels(entry.label),
        ("table", f"{table.label.en} ({table.ref}), {table.grain}"),
        ("held by", _party(catalog, table.provider)),
        ("type", f"{entry.type}{length}, {'always filled' if entry.mandatory else 'may be empty'}"),
        *_some("unit", entry.unit or ""),
        ("code list", f"{codes.label.en} (codes.{codes.id})" if codes else "none"),
        ("role", ROLES[entry.role]),
        ("sensitive", _sensitive(entry.sensitive)),
        ("available", _available(entry.available or table.available)),
        *_some("printed also as", ", ".join(entry.aliases)),
        *_some("refers to", ", ".join(entry.references)),
        *_some("referred to by", ", ".join(back)),
        *_some("working name", WORKING if entry.working_code else ""),
        *_some("note", entry.note or ""),
        *_origin(catalog, entry.cite, f"field:{ref}"),
    ]
    return Card(ref, tuple(facts), *(_code_rows(codes) if codes else ()))


def _derived(catalog: Catalog, entry: Derived) -> Card:
    codes = catalog.codes.get(entry.codes or "")
    facts: Facts = [
        *_labels(entry.label),
        ("table", "none: computed by a study"),
        ("type", entry.type),
        *_some("unit", entry.unit or ""),
        ("code list", f"{codes.label.en} (codes.{codes.id})" if codes else "none"),
        ("role", ROLES[entry.role]),
        ("sensitive", _sensitive(entry.sensitive)),
        *_some("printed also as", ", ".join(entry.aliases)),
        ("explanation", entry.explanation),
        *([(f"definition ({lang})", entry.definition[lang]) for lang in LANGUAGES] if entry.definition else []),
        *_some("algorithm", entry.algorithm or ""),
        *_some("parameters", ", ".join(f"{key} = {value}" for key, value in entry.parameters.items())),
        *_some("inputs", ", ".join(entry.inputs)),
        *_some("owner", entry.owner or ""),
        *_some("version", entry.version or ""),
        *_origin(catalog, entry.cite, f"derived:{entry.name}"),
    ]
    return Card(f"derived.{entry.name}", tuple(facts), *(_code_rows(codes) if codes else ()))


def _table(catalog: Catalog, table: Table) -> Card:
    facts: Facts = [
        *_labels(table.label),
        ("one row", table.grain),
        ("key", ", ".join(table.keys) or NOT_KNOWN),
        ("held by", _party(catalog, table.provider)),
        ("available", _available(table.available)),
        *_some("working name", WORKING if table.working_code else ""),
        *_some("note", table.note or ""),
        *_origin(catalog, table.cite, f"table:{table.ref}"),
    ]
    rows = tuple(
        (one.name, one.type, one.codes or "", *(one.label[lang] for lang in LANGUAGES)) for one in table.fields
    )
    return Card(table.ref, tuple(facts), ("field", "type", "codes", *LANGUAGES), rows)


def _codes(catalog: Catalog, codes: CodeList) -> Card:
    used = [at for at, entry in _fields(catalog) if entry.codes == codes.id]
    used += [f"derived.{name}" for name, entry in catalog.derived.items() if entry.codes == codes.id]
    kind = "values of a field" if codes.kind == "values" else "selection by prefix"
    facts: Facts = [
        *_labels(codes.label),
        ("system", codes.system),
        ("kind", f"{kind}, {len(codes.entries):,} entries"),
        ("used by", ", ".join(used) or "no field"),
        *_some("working codes", WORKING if codes.working_code else ""),
        *_some("note", codes.note or ""),
        *_origin(catalog, codes.cite, f"codelist:{codes.id}"),
    ]
    return Card(f"codes.{codes.id}", tuple(facts), *_code_rows(codes))


def _code_rows(codes: CodeList) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...], int]:
    rows = tuple(
        (one.code or f"{one.from_code} to {one.to_code}", *(one.label[lang] for lang in LANGUAGES))
        for one in codes.entries[:MOST]
    )
    return ("code", *LANGUAGES), rows, max(0, len(codes.entries) - MOST)


def _fields(catalog: Catalog) -> list[tuple[str, Field]]:
    return [(f"{table.ref}.{one.name}", one) for table in catalog.tables.values() for one in table.fields]


def _labels(label: Label) -> Facts:
    return [(lang, label[lang]) for lang in LANGUAGES]


def _some(heading: str, said: str) -> Facts:
    return [(heading, said)] if said else []


def _sensitive(sensitive: bool) -> str:
    return "yes: health data (GDPR art. 9)" if sensitive else "no"


def _available(available: Available | None) -> str:
    if available is None:
        return NOT_KNOWN
    said = [
        f"from {available.from_year}" if available.from_year else "",
        f"to {available.to_year}" if available.to_year else "",
    ]
    said += [f"not for {', '.join(map(str, available.gaps))}" if available.gaps else ""]
    said += [f"{available.delay_months} months later" if available.delay_months is not None else ""]
    return ", ".join(filter(None, said)) or NOT_KNOWN


def _party(catalog: Catalog, party: str) -> str:
    found = catalog.parties.get(party)
    return f"{found.label.en} ({party})" if found else party


def _origin(catalog: Catalog, cite: Cite, place: str) -> Facts:
    """Where a fact comes from, and where it stands in the catalogue."""
    document = catalog.documents.get(cite.document)
    title = f"{cite.document}: {document.title}" if document else cite.document
    where = [f"line {cite.line}" if cite.line else "", f"key {cite.key}" if cite.key else "", cite.note or ""]
    where.append(document.address or "" if document else "")
    at = catalog.places.get(place)
    return [("source", ", ".join(filter(None, [title, *where]))), *_some("file", f"{at.file}:{at.line}" if at else "")]


def _nothing(catalog: Catalog, ref: str) -> str:
    known = [at for at, _ in _fields(catalog)] + [*catalog.tables, *(f"derived.{name}" for name in catalog.derived)]
    known += [f"codes.{name}" for name in catalog.codes]
    last = ref.rpartition(".")[2]
    near = [at for at, one in _fields(catalog) if last in (one.name, *one.aliases)][:5]
    near = near or get_close_matches(ref, known, n=3)
    todo = f"Did you mean {' or '.join(near)}?" if near else "Search for it with words of its label."
    return f"The catalogue has no '{ref}'. {todo}"
