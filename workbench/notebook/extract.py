"""A hospital's own MZG file in a notebook: checked against the catalogue, and its rows."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.catalog.card import Card
from workbench.catalog.model import Catalog
from workbench.errors import WorkbenchError
from workbench.interchange.mzg import Violation, check_mzg, read_mzg, write_mzg
from workbench.notebook import show
from workbench.notebook.sheet import Sheet, Shows, rows_of

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

MOST = 10_000  # violations kept: a file of the wrong layout has one in every field
FIRST = 20  # of them in an output


class Extract(Shows):
    """A file as a hospital delivers it. Raises `Problems` when its name says no layout."""

    def __init__(self, path: Path, catalog: Catalog, root: Path) -> None:
        if not path.is_file():
            raise WorkbenchError(f"There is no file {path}. Give the path of an MZG file, seen from the notebook.")
        self.path, self.catalog, self.root = path, catalog, root

    @cached_property
    def violations(self) -> tuple[Violation, ...]:
        """What is wrong, in the order of the lines; at most 10,000."""
        return tuple(islice(check_mzg(self.path, self.catalog, self.root), MOST))

    @property
    def rows(self) -> pd.DataFrame:
        """The rows with their types. Raises `Problems` where a line is no record, or a value not of its type."""
        found: pd.DataFrame = read_mzg(self.path, self.catalog, self.root, typed=True).read_all().to_pandas()
        return found

    def sheet(self) -> Sheet:
        """How many violations of which rule, and the first of them."""
        found = self.violations
        verdict = "in order" if not found else show.counted(len(found), "violation")
        facts = tuple((rule, show.counted(number, "time")) for rule, number in Counter(v.rule for v in found).items())
        rows = ((show.SIGNS[v.severity], v.line, v.what, v.why, v.todo) for v in found[:FIRST])
        more = max(len(found) - FIRST, 0)
        return Sheet((Card(f"{self.path.name}: {verdict}", facts, show.HEAD, rows_of(rows), more),))


def write(rows: pd.DataFrame, path: Path, catalog: Catalog, root: Path) -> Extract:
    """Rows as the MZG file that the name of `path` says: fields that are not there stay empty."""
    import pyarrow as pa

    from workbench.interchange.mzg import layout_of

    cells = [cell.name for cell in layout_of(path.name, catalog, root).cells]
    texts = {name: _texts(rows[name]) if name in rows else pa.nulls(len(rows), pa.string()) for name in cells}
    path.parent.mkdir(parents=True, exist_ok=True)
    write_mzg(pa.table(texts), path, catalog, root)
    return Extract(path, catalog, root)


def _texts(column: pd.Series) -> pa.Array:
    """A column as text; whole numbers that pandas made fractions because some are missing are whole again."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found = pa.Array.from_pandas(column)
    if pa.types.is_floating(found.type) and pc.all(pc.equal(pc.floor(found), found)).as_py() is not False:
        found = found.cast(pa.int64())
    return found.cast(pa.string())
