"""The columns of a dataset as its document prints them, beside those of the study that runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from dashboards.flows.opened import OpenedStudy


@dataclass(frozen=True)
class Compared:
    """`lines` are (printed, used): a name twice where both have it, an empty text where one lacks it."""

    dataset: str
    printed_as: str
    line: int
    lines: tuple[tuple[str, str], ...]

    @property
    def different(self) -> int:
        """Number of lines that differ."""
        return sum(left != right for left, right in self.lines)


def compare(study: OpenedStudy) -> tuple[Compared, ...]:
    """Every dataset of which the document prints columns and that the study has, in the order of the document."""
    return tuple(_compared(study)) if study.printed else ()


def _compared(study: OpenedStudy) -> Iterator[Compared]:
    for one in study.printed.datasets if study.printed else ():
        dataset = study.flow.datasets.get(one.id or "")
        if dataset is None or not one.columns:
            continue
        # An annex may print a field by the words of its description: then the fields behind it are compared.
        printed = tuple(
            dict.fromkeys(name for column in one.columns for name in _names(column.fields) or (column.name,))
        )
        yield Compared(dataset.name, one.name, one.line, tuple(_aligned(printed, dataset.columns())))


def _names(fields: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(field.rpartition(".")[2] for field in fields)


def _aligned(left: tuple[str, ...], right: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Two lists line by line; what stands in both, wherever, is beside itself."""
    both = set(left) & set(right)
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    moved: list[tuple[str, str]] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            yield from ((name, name) for name in left[a:b])
            continue
        here = [name for name in left[a:b] if name not in both]
        there = [name for name in right[c:d] if name not in both]
        moved += [(name, name) for name in left[a:b] if name in both]
        yield from (
            (here[n] if n < len(here) else "", there[n] if n < len(there) else "")
            for n in range(max(len(here), len(there)))
        )
    yield from moved
