"""Progress of a command as lines of JSON in the file that the variable WORKBENCH_PROGRESS names."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

PROGRESS = "WORKBENCH_PROGRESS"
EVERY = 0.5  # seconds between two lines of one step, so that a file stays small however long a step takes


class Writer:
    """Appends a line per moment. A command that runs without the variable writes nothing."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._last: tuple[object, float] = (None, 0.0)

    @classmethod
    def asked(cls) -> Writer:
        """The writer of this process: to the file of the environment, or to none."""
        named = os.environ.get(PROGRESS)
        return cls(Path(named) if named else None)

    def tell(self, stage: str, share: float, what: str = "", ends: bool = False, **more: Any) -> None:
        """A moment of a `stage`: `what` is being done and the share done (0 to 1).

        `more` are facts of a step: number, steps, actor, rows (read), made, seconds, left. A moment that only moves
        the share on is left out when the one before was written just now; where a step `ends` it is always written.
        """
        if self.path is None:
            return
        now = time.monotonic()
        about, written = self._last
        here = (stage, what, more.get("number"))
        if not ends and about == here and now - written < EVERY:
            return
        self._last = (here, now)
        line = {"stage": stage, "what": what, "share": round(share, 4), "at": round(time.time(), 3), **more}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
