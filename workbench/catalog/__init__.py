"""What exists: documents, tables, fields, code lists, parties and derived variables, read from files."""

from workbench.catalog.base import Cite, Entry, Label
from workbench.catalog.indicator import Indicator
from workbench.catalog.load import load_catalog
from workbench.catalog.model import Catalog, CodeEntry, CodeList, Derived, Field, Party, Table

__all__ = [
    "Catalog",
    "Cite",
    "CodeEntry",
    "CodeList",
    "Derived",
    "Entry",
    "Field",
    "Indicator",
    "Label",
    "Party",
    "Table",
    "load_catalog",
]
