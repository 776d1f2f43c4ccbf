"""The catalogue in Python and notebooks: `catalog.mzg.STAYHOSP.A2_CODE_DESTINATE`, with tab completion and cards.

Everything that can be completed stands in the instance's own `__dict__`: then completion needs no guess of types
and answers at once. Printed names that are not official are taken too, but not offered.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property
from keyword import iskeyword
from pathlib import Path
from typing import Any

from workbench.catalog.card import Card
from workbench.catalog.describe import describe
from workbench.catalog.load import load_catalog
from workbench.catalog.model import Catalog, Derived, Field
from workbench.catalog.printed import PrintedName, read_printed_names
from workbench.catalog.search import Hit, Search
from workbench.catalog.words import Synonyms, read_synonyms


class Shelf:
    """Named things: as attributes where the name allows it, by `[name]` always."""

    def __init__(self, title: str, things: Mapping[str, Any], printed: Mapping[str, Any] | None = None) -> None:
        self._title = title
        self._things = dict(things)
        self._taken = {**(printed or {}), **self._things}
        fitting = {name: thing for name, thing in self._taken.items() if name.isidentifier() and not iskeyword(name)}
        self.__dict__.update(fitting)

    def __dir__(self) -> Iterable[str]:
        return [name for name in self._things if name in self.__dict__]

    def __getitem__(self, name: str) -> Any:
        """The thing of that name, official or printed. Raises `KeyError` with the nearest names."""
        if name in self._taken:
            return self._taken[name]
        near = get_close_matches(name, self._taken, n=3)
        raise KeyError(f"{self._title} has no {name!r}" + (f"; perhaps {', '.join(near)}" if near else ""))

    def __iter__(self) -> Iterator[str]:
        return iter(self._things)

    def __len__(self) -> int:
        return len(self._things)

    def __contains__(self, name: object) -> bool:
        return name in self._taken

    def _ipython_key_completions_(self) -> list[str]:
        return list(self._things)

    def _card(self) -> Card:
        rows = tuple((name, thing._line()) for name, thing in self._things.items())
        return Card(self._title, (), ("name", ""), rows)

    def _line(self) -> str:
        return f"{len(self)} entries"

    def __repr__(self) -> str:
        return self._card().text()

    def _repr_html_(self) -> str:
        return self._card().html()

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, Any]:
        return self._card()._repr_mimebundle_(include, exclude)


class Shown(Shelf):
    """A shelf or a leaf that the catalogue describes: a table with its fields, a field, a code list."""

    def __init__(
        self,
        catalog: Catalog,
        ref: str,
        line: str,
        things: Mapping[str, Any],
        printed: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(ref, things, printed)
        self._catalog = catalog
        self._said = line

    def _card(self) -> Card:
        return describe(self._catalog, self._title)

    def _line(self) -> str:
        return self._said


class Browser(Shelf):
    """The whole catalogue: a shelf per source, `derived`, `codes`, and `search`."""

    def __init__(self, catalog: Catalog, synonyms: Synonyms | None = None, printed: Iterable[PrintedName] = ()) -> None:
        self._catalog = catalog
        self._synonyms = synonyms
        self._printed = tuple(printed)
        codes = {
            name: Shown(catalog, f"codes.{name}", one.label.en, {e.code: e for e in one.entries if e.code})
            for name, one in catalog.codes.items()
        }
        tables: dict[str, dict[str, Shown]] = {}
        for ref, table in catalog.tables.items():
            fields = {one.name: self._leaf(f"{ref}.{one.name}", one, codes) for one in table.fields}
            misprints = {alias: fields[one.name] for one in table.fields for alias in one.aliases}
            shown = Shown(catalog, ref, table.label.en, fields, misprints)
            tables.setdefault(table.source, {})[table.table] = shown
        derived = {name: self._leaf(f"derived.{name}", one, codes) for name, one in catalog.derived.items()}
        sources = {source: Shelf(source, found) for source, found in tables.items()}
        rest = {"derived": Shelf("derived", derived), "codes": Shelf("codes", codes)}
        super().__init__("catalogue", {**sources, **rest})

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), "search", "show"]

    @cached_property
    def _index(self) -> Search:
        return Search(self._catalog, self._synonyms, self._printed)

    def search(self, query: str, lang: str = "en", limit: int = 10) -> Found:
        """Fields, derived variables, tables and code lists for a question in any of the three languages."""
        return Found(query, self._index(query, lang, limit))

    def show(self, ref: str) -> Card:
        """The card of a reference. Raises `WorkbenchError` when nothing has it."""
        return describe(self._catalog, ref)

    def _leaf(self, ref: str, entry: Field | Derived, codes: Mapping[str, Shown]) -> Shown:
        """A field, with the facts of its entry as attributes: `.label.nl`, `.type`, `.codes`."""
        facts = {name: getattr(entry, name) for name in type(entry).model_fields}
        facts["codes"] = codes.get(entry.codes or "")
        return Shown(self._catalog, ref, entry.label.en, {"ref": ref, **facts})


class Found(tuple[Hit, ...]):
    """The hits of a search, shown as a table."""

    query: str

    def __new__(cls, query: str, hits: Iterable[Hit]) -> Found:
        made = super().__new__(cls, hits)
        made.query = query
        return made

    def _card(self) -> Card:
        rows = tuple((hit.ref, hit.label, _also(hit)) for hit in self)
        return Card(
            f"search: {self.query}" if rows else f"nothing found: {self.query}",
            (),
            ("reference", "label", "also in"),
            rows,
        )

    def __repr__(self) -> str:
        return self._card().text()

    def _repr_html_(self) -> str:
        return self._card().html()

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, Any]:
        return self._card()._repr_mimebundle_(include, exclude)


def open_catalog(root: Path | str = "catalog") -> Browser:
    """The catalogue of a folder, ready to browse. Raises `Problems` when a file of it is wrong."""
    folder = Path(root)
    return Browser(load_catalog(folder), read_synonyms(folder)[0], read_printed_names(folder))


def _also(hit: Hit) -> str:
    return f"{len(hit.also)} other tables" if hit.also else ""
