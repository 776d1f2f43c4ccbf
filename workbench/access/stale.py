"""Which rights have gone stale: nobody uses them, nobody confirmed them, or their end is near."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from workbench.catalog.base import Cite, Entry
from workbench.catalog.source import read_source, validate
from workbench.errors import Problems
from workbench.state import GrantRow

Days = Annotated[int, Field(ge=1)]
Reason = Literal["unused", "unreviewed", "endless", "ending"]


class RightsPolicy(Entry):
    """`catalog/rights.yaml`."""

    longest_days: Days
    unused_days: Days
    unreviewed_days: Days
    ending_days: Days
    cite: Cite


def load_rights_policy(catalog_root: Path) -> RightsPolicy:
    """Raises `Problems` when the file is missing or wrong."""
    source = read_source(catalog_root / "rights.yaml", catalog_root.parent)
    found = validate(RightsPolicy, source.data, source, ())
    if found is None or source.problems:
        raise Problems(source.problems)
    return found


@dataclass(frozen=True)
class Stale:
    """A right to review, why, and when its holder last looked (None: never)."""

    grant: GrantRow
    reasons: tuple[Reason, ...]
    used: datetime | None


def stale(
    grants: Iterable[GrantRow], used: Mapping[tuple[str, str], datetime], policy: RightsPolicy, day: date
) -> list[Stale]:
    """Rights that hold on `day` and need a look. `used` gives by person and collection the last look at a report."""
    found = []
    for grant in grants:
        if grant.holds(day):
            last = used.get((grant.person, grant.collection))
            reasons = tuple(_reasons(grant, last, policy, day))
            if reasons:
                found.append(Stale(grant, reasons, last))
    return found


def _reasons(grant: GrantRow, used: datetime | None, policy: RightsPolicy, day: date) -> Iterator[Reason]:
    confirmed = grant.reviewed_at or grant.at
    now = datetime.combine(day, time.max, UTC)
    # Who got a right, or had it confirmed, lately had no time to use it yet.
    if now - max(confirmed, used or confirmed) > timedelta(days=policy.unused_days):
        yield "unused"
    if now - confirmed > timedelta(days=policy.unreviewed_days):
        yield "unreviewed"
    if grant.ends is None:
        yield "endless"
    elif grant.ends - day <= timedelta(days=policy.ending_days):
        yield "ending"
