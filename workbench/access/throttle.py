"""Slows down guessing: after some failures a login, and an address, must wait."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from workbench.state import Attempts
from workbench.state.tables import now


@dataclass(frozen=True)
class Throttle:
    """At most `limit` failures per key in `window` seconds, over all processes that serve a site.

    Attempts that are refused do not count, so that nobody can lock a colleague out for longer than one
    window by trying on.
    """

    attempts: Attempts
    limit: int = 5
    window: float = 60.0
    clock: Callable[[], datetime] = now

    def take(self, key: str) -> float:
        """Count an attempt and return 0.0; or the seconds until `key` may try again, and then nothing is counted."""
        at, span = self.clock(), timedelta(seconds=self.window)
        oldest = self.attempts.take(key, self.limit, at - span, at)
        return 0.0 if oldest is None else max(0.001, (oldest + span - at).total_seconds())

    def forget(self, key: str) -> None:
        """It was right: no failure of `key` counts any more."""
        self.attempts.give_back(key, all_of_them=True)

    def give_back(self, key: str) -> None:
        """It was right: the last attempt of `key` does not count; others of this key may still be guesses."""
        self.attempts.give_back(key, all_of_them=False)
