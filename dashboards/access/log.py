"""The audit log as an auditor reads it: what fits some filters, a page at a time, and files to take along."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from workbench.paper.spreadsheet import csv_field
from workbench.state import AuditLog, Broken, Entry, Receipt

MOST = 200  # entries on one page
GROUPS = ("access", "audit", "data", "login", "logout", "release", "report", "run", "state", "study")
COLUMNS = ("number", "at", "who", "what", "about", "detail", "before", "hash")


def group(kind: str) -> str:
    """What a kind of entry is about: `report` of `report.opened`."""
    return kind.partition(".")[0]


@dataclass(frozen=True)
class LogPage:
    """The log under the filters of an address: who, what (a kind, or a group and a dot), about, since, until, before.

    Who shows it asks first whether the reader is an auditor. What is no date filters nothing; `wrong` tells.
    """

    log: AuditLog
    asked: Mapping[str, str]

    @cached_property
    def kinds(self) -> dict[str, list[str]]:
        """The kinds of entries that occur, by group."""
        found: dict[str, list[str]] = {}
        for kind in self.log.kinds():
            found.setdefault(group(kind), []).append(kind)
        return found

    @cached_property
    def entries(self) -> list[Entry]:
        """The page, the newest first."""
        return self.log.newest(MOST, before=self._before, **self._fitting) if self._any else []

    @property
    def older(self) -> dict[str, str]:
        """The address of the next page; empty on the last."""
        last = self.entries[-1].number if len(self.entries) == MOST else 1
        return {**self._filters, "before": str(last)} if last > 1 else {}

    @property
    def filters(self) -> dict[str, str]:
        return self._filters

    @property
    def wrong(self) -> bool:
        """Whether a date was given that is none."""
        return any(self.asked.get(name) and self._day(name) is None for name in ("since", "until"))

    @cached_property
    def verdict(self) -> tuple[Broken | None, Receipt] | None:
        """The first entry that is not what was written, and where the log ends; None when nobody asked."""
        return (self.log.verify(), self.log.receipt()) if self.asked.get("verify") else None

    def table(self) -> Iterator[str]:
        """All that fits, on whatever page, as lines of a CSV."""
        yield _row(COLUMNS)
        for one in self.log.entries(**self._fitting) if self._any else ():
            yield _row([csv_field(getattr(one, name)) for name in COLUMNS])

    def whole(self) -> Iterator[str]:
        """The log from its first entry on, as lines that `workbench audit verify` reads on any machine."""
        return (one.line() for one in self.log.entries())

    @property
    def _filters(self) -> dict[str, str]:
        return {name: self.asked[name] for name in ("who", "what", "about", "since", "until") if self.asked.get(name)}

    @cached_property
    def _what(self) -> list[str]:
        wanted = self.asked.get("what", "")
        return [kind for kinds in self.kinds.values() for kind in kinds if wanted in (kind, f"{group(kind)}.")]

    @property
    def _any(self) -> bool:
        """Whether anything can fit: a kind that does not occur is not all kinds."""
        return not self.asked.get("what") or bool(self._what)

    @property
    def _fitting(self) -> dict[str, Any]:
        since, until = self._day("since"), self._day("until")
        return {
            "who": self.asked.get("who") or None,
            "what": self._what,
            "about": self.asked.get("about", "").strip() or None,
            "since": since,
            "until": until + timedelta(days=1) if until else None,  # the day that is named counts
        }

    @property
    def _before(self) -> int | None:
        text = self.asked.get("before", "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None

    def _day(self, name: str) -> datetime | None:
        try:
            return datetime.combine(date.fromisoformat(self.asked.get(name, "")), time(), UTC)
        except ValueError:
            return None


def _row(cells: tuple[object, ...] | list[object]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue()
