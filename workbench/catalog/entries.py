"""What can be searched: fields, derived variables, tables and code lists, each with all its words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from workbench.catalog.base import LANGUAGES, Label
from workbench.catalog.model import Catalog, CodeList, Derived, Field, Table

Kind = Literal["field", "derived", "table", "codes"]
Texts = list[tuple[str, str]]


@dataclass(frozen=True)
class Item:
    """One thing to be found, under its reference.

    `texts` are (place, words); `names` what a reader may have copied from a document; `codes` the codes behind
    it; `twin` is equal for the same field in several tables of a source. `home` is least for the table to which
    it belongs: there it refers to no other, and it is part of the smallest key.
    """

    ref: str
    kind: Kind
    label: Label
    texts: Texts
    names: tuple[str, ...]
    codes: tuple[str, ...] = ()
    twin: str = ""
    home: tuple[bool, bool, int] = (False, False, 0)


def items(catalog: Catalog) -> Iterator[Item]:
    """Every field, derived variable, table and code list of a catalogue."""
    lists = {key: _list_texts(codes) for key, codes in catalog.codes.items()}
    for table in catalog.tables.values():
        own = [*_labelled("table", table.label), ("table", f"{table.table} {table.source}")]
        for entry in table.fields:
            yield _field(table, entry, own, lists, catalog)
        names = (table.table, table.ref)
        texts = [*_labelled("label", table.label), ("name", table.table), ("table", table.source)]
        yield Item(table.ref, "table", table.label, [*texts, *_free(table.note, table.grain)], names)
    for derived in catalog.derived.values():
        yield _derived(derived, lists, catalog)
    for codes in catalog.codes.values():
        texts = [
            *_labelled("label", codes.label),
            ("name", codes.id),
            *lists[codes.id][1:],
            *_free(codes.note),
        ]
        yield Item(f"codes.{codes.id}", "codes", codes.label, texts, (codes.id,), _codes(codes))


def _field(table: Table, entry: Field, own: Texts, lists: dict[str, Texts], catalog: Catalog) -> Item:
    texts = [*_named(entry.name, entry.aliases, entry.label), *own, *_free(entry.note)]
    codes = catalog.codes.get(entry.codes or "")
    names = (entry.name, *entry.aliases, f"{table.table}.{entry.name}", f"{table.ref}.{entry.name}")
    return Item(
        ref=f"{table.ref}.{entry.name}",
        kind="field",
        label=entry.label,
        texts=texts + (lists[codes.id] if codes else []),
        names=names,
        codes=_codes(codes) if codes else (),
        twin=f"{table.source}.{entry.name}.{entry.label.nl}",
        home=(bool(entry.references), entry.name not in table.keys, len(table.keys)),
    )


def _derived(entry: Derived, lists: dict[str, Texts], catalog: Catalog) -> Item:
    texts = [*_named(entry.name, entry.aliases, entry.label), *_free(entry.explanation)]
    texts += lists.get(entry.codes or "", [])
    return Item(f"derived.{entry.name}", "derived", entry.label, texts, (entry.name, *entry.aliases))


def _named(name: str, aliases: tuple[str, ...], label: Label) -> Texts:
    return [("name", name), *(("alias", alias) for alias in aliases), *_labelled("label", label)]


def _labelled(place: str, label: Label) -> Texts:
    return [(place, label[lang]) for lang in LANGUAGES]


def _free(*texts: str | None) -> Texts:
    return [("note", text) for text in texts if text]


def _list_texts(codes: CodeList) -> Texts:
    """The words of a code list: its own label first, then those of its codes, one text per language."""
    of_codes = [("code", " ".join(entry.label[lang] for entry in codes.entries)) for lang in LANGUAGES]
    return [("list", " ".join(codes.label[lang] for lang in LANGUAGES)), *of_codes]


def _codes(codes: CodeList) -> tuple[str, ...]:
    return tuple(entry.code for entry in codes.entries if entry.code)
