"""Years of printed statements: `2017`, `"2022-09-30"`, open ends."""

from __future__ import annotations

import re

from workbench.study.printed import Printed
from workbench.study.printed_statements import Period


def year(value: int | str | None) -> int | None:
    """The year of a year or date, None where there is none."""
    found = re.search(r"(?:19|20)\d\d", str(value)) if value is not None else None
    return int(found.group()) if found else None


def span(first: int | str | None, last: int | str | None) -> tuple[int, int] | None:
    """First and last year, None where an end is open."""
    start, end = year(first), year(last)
    return (start, end) if start is not None and end is not None else None


def period_of(paper: Printed) -> tuple[int, int] | None:
    """The years of the study itself, as it is first stated."""
    return next((found for one in periods(paper, "study") if (found := span(one.from_, one.to))), None)


def periods(paper: Printed, subject: str) -> list[Period]:
    """Statements of the period of a subject."""
    return [one for one in paper.statements if isinstance(one, Period) and (one.subject or "study") == subject]
