"""The lines of an MZG file in batches, with their numbers; bytes that make it no such file end the reading.

Everything is done on whole chunks: a file of any size passes through a few chunks of memory, and no line
becomes a Python object unless something is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

ENCODING = "cp1252"  # assumed by the one public reader of these files; five bytes have no character in it
UNREAD = "\ufffd"  # stands for a byte without a character; no code page 1252 text can contain it itself
CHUNK = 8 << 20
LONGEST_LINE = 1 << 20  # the longest layout allows far less than one part in a hundred of this
MARKS = {b"\xef\xbb\xbf": "UTF-8", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


@dataclass(frozen=True)
class Flaw:
    """Something wrong with the form of the file at a line; when `fatal`, nothing after it was read."""

    line: int
    what: str
    why: str
    todo: str
    fatal: bool = False
    warning: bool = False


@dataclass(frozen=True)
class Batch:
    """Lines `first`, `first + 1`, ... without their line ends: one text per line, blank ones included."""

    first: int
    texts: pa.ChunkedArray


@dataclass
class Lines:
    """An MZG file read once, from front to back; `newline` is known after the first batch."""

    path: Path
    flaws: list[Flaw] = field(default_factory=list)
    newline: str = "\n"

    def batches(self) -> Iterator[Batch]:
        """The lines in batches. What is wrong with the form goes to `flaws` before the batch it is in."""
        first, rest, mixed = 1, b"", False
        for chunk in self._chunks():
            whole, newline, tail = (rest + chunk).rpartition(b"\n")
            if first == 1 and newline:
                self.newline = "\r\n" if (whole + newline).partition(b"\n")[0].endswith(b"\r") else "\n"
            if len(tail) > LONGEST_LINE:
                count = first + whole.count(b"\n") + len(newline)
                what, why = f"the line is longer than {LONGEST_LINE} characters", "no layout has such records"
                self.flaws.append(Flaw(count, what, why, "check whether this is the right file", fatal=True))
                return
            rest = tail
            if not newline:
                continue
            batch = self._batch(first, whole)
            mixed = self._line_ends(batch, whole, mixed)
            yield batch
            first += len(batch.texts)
        if rest:
            what, why = "the last line does not end", "every record ends with a line end"
            todo = "add a line end, and check that nothing is lost"
            self.flaws.append(Flaw(first, what, why, todo, warning=True))
            yield self._batch(first, rest)
            first += 1
        if first == 1 and not self.flaws:
            what, todo = "the file is empty", "check whether records were to be expected"
            self.flaws.append(Flaw(1, what, "it has no record", todo, warning=True))

    def _chunks(self) -> Iterator[bytes]:
        """The bytes of the file, as far as they can be text."""
        line = 1
        try:
            with self.path.open("rb") as file:
                chunk = self._unmarked(file.read(CHUNK))
                while chunk:
                    if b"\0" in chunk:
                        at = line + chunk[: chunk.index(b"\0")].count(b"\n")
                        what, todo = "this is not a text file", "check whether this is the right file"
                        self.flaws.append(Flaw(at, what, "it has a zero byte here", todo, fatal=True))
                        return
                    line += chunk.count(b"\n")
                    yield chunk
                    chunk = file.read(CHUNK)
        except OSError as error:
            why, todo = str(error.strerror), "correct its path or its permissions"
            self.flaws.append(Flaw(line, "the file cannot be read", why, todo, fatal=True))

    def _unmarked(self, chunk: bytes) -> bytes:
        for mark, name in MARKS.items():
            if chunk.startswith(mark):
                what, why = f"the file begins with a mark of {name}", f"these files are in {ENCODING}"
                self.flaws.append(Flaw(1, what, why, "save it without the mark, in code page 1252"))
                return chunk[len(mark) :]
        return chunk

    def _batch(self, first: int, block: bytes) -> Batch:
        if self.newline == "\r\n":
            block = block.removesuffix(b"\r").replace(b"\r\n", b"\n")
        text = pa.scalar(block.decode(ENCODING, errors="replace"), pa.large_string())
        return Batch(first, pc.list_flatten(pc.split_pattern(pa.array([text]), "\n")))

    def _line_ends(self, batch: Batch, block: bytes, told: bool) -> bool:
        """Notes the first line whose end differs from that of line 1; returns whether one was noted."""
        lines, returns = len(batch.texts), block.count(b"\r\n") + block.endswith(b"\r")
        expected = lines if self.newline == "\r\n" else 0
        if told or returns == expected:
            return told
        ends = [line.endswith(b"\r") for line in block.split(b"\n")]
        at = batch.first + ends.index(self.newline == "\n")
        what, why = "the line ends differ", f"line 1 ends with {self.newline!r}, this one does not"
        self.flaws.append(Flaw(at, what, why, "save the file with one kind of line end", warning=True))
        return True
