"""Protects one table of counts with pytauargus; runs in the Python that has it, and imports nothing of ours.

Standard input, as JSON: stays (dimension -> the code of every stay), rule and method of tau-Argus. Standard output:
the codes of every number that is withheld, and the seconds of processor time.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time

from pytauargus import protect  # type: ignore[import-not-found]


def main() -> None:
    asked = json.load(sys.stdin)
    names, answer = list(asked["stays"]), os.dup(1)
    os.dup2(2, 1)  # the engine prints where the answer goes
    rows = {**asked["stays"], "count": [1.0] * len(asked["stays"][names[0]])}
    with tempfile.TemporaryDirectory() as folder:
        started = time.process_time()
        result = protect(
            rows, names, response="count", safety_rules=asked["rule"], suppress=asked["method"], workdir=folder
        )
        seconds = time.process_time() - started
        withheld = [[row[name] for name in names] for row in result.tables[0].rows if row["status"] in ("U", "M")]
    with os.fdopen(answer, "w") as out:
        json.dump({"withheld": withheld, "seconds": seconds}, out)


if __name__ == "__main__":
    main()
