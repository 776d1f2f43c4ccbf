"""An extract in batches of texts, read once from front to back, whatever its form; memory does not grow with it."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pv
import pyarrow.parquet as pq

from workbench.errors import Problem, Problems
from workbench.interchange.delivery.layout import Columns, header_faults
from workbench.interchange.mzg.lines import Flaw, Lines

BLOCK = 16 << 20  # bytes of a CSV file at once
ROWS = 131_072  # of a Parquet file at once
DELIMITERS = ",;\t|"


@dataclass
class Extract:
    """An extract and what is wrong with its form; `rows` read, and the `share` (0 to 1) done, grow with it."""

    path: Path
    columns: Columns
    flaws: list[Flaw] = field(default_factory=list)
    rows: int = 0
    share: float = 0.0

    def batches(self) -> Iterator[pa.Table]:
        """MZG: (line, text). Others: (line, c0, c1, ...), texts in the table's order; empty where there is no value.

        `line` counts from 1 as an editor shows it; in Parquet, which has no lines, it is the row. Raises `Problems`
        when the columns are not those of the table, or the file cannot be read at all.
        """
        try:
            with self.path.open("rb"):
                pass
            read = {"mzg": self._lines, "csv": self._csv, "parquet": self._parquet}[self.columns.form]
            for batch in read():
                self.rows += batch.num_rows
                yield batch
        except (OSError, pa.ArrowException, UnicodeDecodeError) as error:
            why = str(getattr(error, "strerror", None) or error).splitlines()[0]
            todo = "check that this is the whole file, in the form that its ending says"
            raise Problems([Problem(str(self.path), 1, "the file cannot be read", why, todo)]) from None

    def _lines(self) -> Iterator[pa.Table]:
        lines = Lines(self.path, self.flaws)
        size = max(self.path.stat().st_size, 1)
        for batch in lines.batches():
            self.share = min(1.0, self.share + batch.texts.nbytes / size)
            yield pa.table({"line": _numbers(batch.first, len(batch.texts)), "text": batch.texts})

    def _csv(self) -> Iterator[pa.Table]:
        head = self._head()
        if head is None:
            return
        given, delimiter = head
        self._refuse(given)
        self._refuse_no_text()
        first, skipped = 2, 0

        def misshapen(row: pv.InvalidRow) -> str:
            nonlocal skipped
            skipped += 1
            what = f"the row has {row.actual_columns} values where {row.expected_columns} columns stand in the head"
            why, todo = "its values cannot be told apart", "quote values that have the delimiter, and complete the row"
            self.flaws.append(Flaw(row.number or 1, what, why, todo))
            return "skip"

        reader = pv.open_csv(
            self.path,
            # One thread numbers the rows that it leaves out; the batches it gives are checked by all.
            read_options=pv.ReadOptions(block_size=BLOCK, use_threads=False),
            parse_options=pv.ParseOptions(delimiter=delimiter, invalid_row_handler=misshapen, ignore_empty_lines=False),
            convert_options=pv.ConvertOptions(
                column_types=dict.fromkeys(given, pa.string()), strings_can_be_null=False, check_utf8=True
            ),
        )
        order = [given.index(cell.name) for cell in self.columns.cells]
        before, size = 0, max(self.path.stat().st_size, 1)
        for batch in reader:
            self.share = min(1.0, self.share + batch.nbytes / size / 2)  # a text in memory has its length beside it
            numbers = _numbers(first, batch.num_rows)
            for flaw in self.flaws[before:]:  # rows left out count as lines
                if flaw.line >= first:
                    at = np.searchsorted(numbers, flaw.line)
                    numbers[at:] += 1
            before, first = len(self.flaws), first + batch.num_rows + (len(self.flaws) - before)
            yield _table(numbers, [batch.column(at) for at in order])

    def _head(self) -> tuple[list[str], str] | None:
        with self.path.open("rb") as file:
            raw = file.readline(1 << 20)
        if not raw.strip():
            self.flaws.append(Flaw(1, "the file is empty", "it has no head", "deliver the head also without rows"))
            return None
        try:
            line = raw.decode("utf-8-sig").rstrip("\r\n")
        except UnicodeDecodeError:
            why, todo = "a byte in it is no UTF-8", "save the file as UTF-8"
            raise Problems([Problem(str(self.path), 1, "the head cannot be read", why, todo)]) from None
        if "\r" in line:  # half of an end of line, at which the reader would end the head
            why, todo = "it has a carriage return in it, and no column can be told", "end every line in one way"
            raise Problems([Problem(str(self.path), 1, "the head is no line", why, todo)])
        delimiter = max(DELIMITERS, key=line.count)
        return [name.strip().strip('"') for name in line.split(delimiter)], delimiter

    def _refuse_no_text(self) -> None:
        """Before all else: at a short row that is no text the library prints a traceback of its own."""
        decoder, line = codecs.getincrementaldecoder("utf-8")(), 1
        with self.path.open("rb") as file:
            while True:
                block = file.read(BLOCK)
                try:
                    decoder.decode(block, final=not block)
                except UnicodeDecodeError as error:
                    line += error.object.count(b"\n", 0, error.start)
                    what, todo = "the row is not UTF-8 text", "save the file as UTF-8"
                    raise Problems([Problem(str(self.path), line, what, str(error.reason), todo)]) from None
                if not block:
                    return
                line += block.count(b"\n")

    def _parquet(self) -> Iterator[pa.Table]:
        file = pq.ParquetFile(self.path)
        self._refuse(file.schema_arrow.names)
        names, first = [cell.name for cell in self.columns.cells], 1
        for batch in file.iter_batches(ROWS, columns=names):
            columns = [batch.column(name) for name in names]
            yield _table(_numbers(first, batch.num_rows), columns)
            first += batch.num_rows
            self.share = (first - 1) / max(file.metadata.num_rows, 1)

    def _refuse(self, given: list[str]) -> None:
        faults = header_faults(self.path, self.columns, given)
        if faults:
            raise Problems(faults)


def _numbers(first: int, count: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.arange(first, first + count, dtype=np.int64)


def _table(numbers: np.ndarray[tuple[int], np.dtype[np.int64]], columns: list[pa.Array]) -> pa.Table:
    return pa.table({"line": numbers, **{f"c{at}": column for at, column in enumerate(columns)}})
