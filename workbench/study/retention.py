"""Until when the data of a study are kept: after that day nobody reads them."""

from __future__ import annotations

import calendar
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from workbench.errors import Refused
from workbench.study.model import Study


@dataclass(frozen=True)
class Kept:
    """A dataset and the last day on which it may be read."""

    dataset: str
    until: date


def kept_until(study: Study, began: date | Mapping[str, date]) -> tuple[Kept, ...]:
    """The last day of each dataset with a retention.

    `began` is the day of the event from which the study counts (`from` in its file), or that day by event; a dataset
    whose event has no day is kept for no time at all, since nobody can say that its time is not over.
    """
    found = []
    for one in study.retention:
        start = began if isinstance(began, date) else began.get(one.from_event, date.min)
        found.append(Kept(one.dataset, years_later(start, one.years)))
    return tuple(found)


def years_later(day: date, years: int) -> date:
    """The same day some years later; 29 February becomes the 28th where there is none."""
    year = day.year + years
    last = calendar.monthrange(year, day.month)[1]
    return date(year, day.month, min(day.day, last))


def check_can_read(kept: Iterable[Kept], dataset: str, day: date) -> None:
    """Raises `Refused` when the retention of `dataset` ended before `day`; a dataset without one is not kept back."""
    for one in kept:
        if one.dataset == dataset and day > one.until:
            raise Refused(
                f"{dataset} was to be kept until {one.until} and cannot be read any more: have it destroyed, "
                "and attest that it was"
            )


def today() -> date:
    """The date in UTC."""
    return datetime.now(UTC).date()


def kept_in(card: Path) -> tuple[Kept, ...]:
    """What the card of a run (`run.json`) says of its datasets; nothing where there is no card.

    Raises `Refused` for a card that cannot be read: nobody can say then that the time is not over.
    """
    try:
        found = json.loads(card.read_text(encoding="utf-8")).get("kept", {})
        return tuple(Kept(dataset, date.fromisoformat(until)) for dataset, until in found.items())
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, RecursionError, AttributeError, TypeError) as error:
        raise Refused(
            f"{card} cannot be read, so nobody knows until when these data are kept: run the study anew"
        ) from error
