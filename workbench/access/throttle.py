"""Slows down guessing: after some failures a login, and an address, must wait."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Throttle:
    """At most `limit` failures per key in `window` seconds; keeps at most `capacity` keys.

    Attempts that are refused do not count, so that nobody can lock a colleague out for longer than one
    window by trying on.
    """

    limit: int = 5
    window: float = 60.0
    capacity: int = 10_000
    clock: Callable[[], float] = time.monotonic
    _failures: OrderedDict[str, deque[float]] = field(default_factory=OrderedDict)

    def wait(self, key: str) -> float:
        """Seconds until `key` may try again; 0.0 when it may try now."""
        moments = self._recent(key)
        return max(0.0, moments[0] + self.window - self.clock()) if len(moments) >= self.limit else 0.0

    def failed(self, key: str) -> None:
        """Remember one failure of `key`."""
        moments = self._recent(key)
        moments.append(self.clock())
        self._failures[key] = moments
        self._failures.move_to_end(key)
        while len(self._failures) > self.capacity:
            self._failures.popitem(last=False)

    def succeeded(self, key: str) -> None:
        """Forget the failures of `key`."""
        self._failures.pop(key, None)

    def _recent(self, key: str) -> deque[float]:
        moments = self._failures.get(key, deque())
        start = self.clock() - self.window
        while moments and moments[0] <= start:
            moments.popleft()
        return moments
