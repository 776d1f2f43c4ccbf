"""Small random tables, the same for everybody: the answers of pycanon to them stand in pycanon.json."""

from __future__ import annotations

from random import Random

QUASI = ("birth", "sex", "zip")
WORD, NUMBER = "disease", "cost"
TABLES = 200


def table(seed: int) -> dict[str, list[str] | list[int]]:
    """A table of 5 to 60 rows with three quasi-identifiers and two sensitive columns, by a seed from 0."""
    random = Random(seed)
    rows = random.randint(5, 60)
    wide = random.randint(1, 6)
    return {
        "birth": [1950 + random.randint(0, wide) for _ in range(rows)],
        "sex": [random.choice("12") for _ in range(rows)],
        "zip": [random.choice(("1000", "2000", "9000")[: random.randint(1, 3)]) for _ in range(rows)],
        # Every value at least once: pycanon divides by the number of values less one.
        "disease": [*"ab", *(random.choice("abcde") for _ in range(rows - 2))],
        "cost": [10, 20, *(random.choice((10, 20, 35, 50, 90)) for _ in range(rows - 2))],
    }
