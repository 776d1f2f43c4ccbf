"""List, show, search and seal the catalogue: data for the command line, notebooks and pages to show."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workbench.catalog.card import Card
from workbench.catalog.describe import describe
from workbench.catalog.load import load_catalog, read_sources
from workbench.catalog.seal import make_seal, sealable, write_seal
from workbench.catalog.search import Hit, open_search
from workbench.errors import Problem, Problems, WorkbenchError
from workbench.interchange import Format, apply_changes, export_catalog, read_excel_changes

CATALOG = Path("catalog")


@dataclass(frozen=True)
class Listed:
    """One field or derived variable, as a list shows it."""

    ref: str
    label: str
    type: str
    codes: str
    role: str
    sensitive: bool


def list_fields(root: Path = CATALOG, under: str = "", lang: str = "en") -> tuple[Listed, ...]:
    """Every field and derived variable, or those of a source or table (`mzg`, `mzg.STAYHOSP`, `derived`).

    Raises `Problems` when the catalogue is wrong, `WorkbenchError` when nothing stands under that name.
    """
    catalog = load_catalog(root)
    found = [
        Listed(f"{ref}.{one.name}", one.label[lang], one.type, one.codes or "", one.role, one.sensitive)
        for ref, table in catalog.tables.items()
        for one in table.fields
    ]
    found += [
        Listed(f"derived.{name}", one.label[lang], one.type, one.codes or "", one.role, one.sensitive)
        for name, one in catalog.derived.items()
    ]
    kept = tuple(one for one in found if not under or f"{one.ref}.".startswith(f"{under}."))
    if not kept:
        shelves = ", ".join(sorted({table.source for table in catalog.tables.values()} | {"derived"}))
        raise WorkbenchError(f"Nothing stands under '{under}'. Give a table, or one of {shelves}.")
    return kept


def show_field(ref: str, root: Path = CATALOG) -> Card:
    """All that is known of a field, derived variable, table or code list (`codes.ID`), as a card.

    Raises `Problems` when the catalogue is wrong, `WorkbenchError` with the nearest names when it lacks it.
    """
    return describe(load_catalog(root), ref)


def search(query: str, lang: str = "en", limit: int = 10, root: Path = CATALOG) -> tuple[Hit, ...]:
    """The best finds for a question, a printed name or a code, the best first."""
    return open_search(load_catalog(root), root)(query, lang, limit)


def seal_catalog(root: Path = CATALOG) -> Path:
    """Say that all changes since the last seal are meant. Raises `Problems` when the catalogue is wrong."""
    catalog, problems, sources = read_sources(root)
    if problems:
        raise Problems(problems)
    return write_seal(make_seal(sealable(catalog, sources, root)), root)


def export(root: Path, format: Format, out: Path) -> list[Problem]:
    """Write the catalogue in a format that others read; returns warnings. Raises `Problems` when it is wrong."""
    return export_catalog(load_catalog(root), format, out, root)


def import_workbook(root: Path, path: Path, write: bool) -> tuple[str, list[Path]]:
    """What an edited Excel export would change, line by line, and the files written when `write`.

    Raises `Problems` with everything wrong in the workbook; nothing is written then.
    """
    if not path.is_file():
        raise WorkbenchError(f"There is no file {path}. Give the workbook that 'catalog export --format xlsx' wrote.")
    catalog = load_catalog(root)
    changes = read_excel_changes(catalog, path, root)
    if changes.problems:
        raise Problems(changes.problems)
    return changes.review(), apply_changes(changes, catalog, root) if write else []
