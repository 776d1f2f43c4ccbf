"""Random draws as pure functions of an identifier: the same on any number of threads, in any order.

One 64-bit hash of the identifier, turned by a secret number of the stream, gives one uniform number. A stream
is a name, so a draw can be added without moving another. The hash takes a single integer: DuckDB's hash of
several arguments makes draws that depend on one another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Draws:
    """Draws of one kind of thing (persons, chains, stays, lines), from one seed. Identifiers are integers."""

    seed: int
    kind: str

    def bits(self, identifier: str, stream: str) -> str:
        """SQL for 64 random bits (UBIGINT)."""
        digest = hashlib.sha256(f"{self.seed}:{self.kind}:{stream}".encode()).digest()
        return f"hash(xor(({identifier})::BIGINT, {int.from_bytes(digest[:8], 'little') >> 1}))"

    def uniform(self, identifier: str, stream: str) -> str:
        """SQL for a number in [0, 1) with 53 bits."""
        return f"(({self.bits(identifier, stream)} >> 11) * 1.1102230246251565e-16)"

    def chance(self, identifier: str, stream: str, probability: str | float) -> str:
        """SQL for true with a probability."""
        return f"({self.uniform(identifier, stream)} < {probability})"

    def below(self, identifier: str, stream: str, count: str | int) -> str:
        """SQL for a whole number from 0 to `count` - 1."""
        return f"floor({self.uniform(identifier, stream)} * ({count}))::INTEGER"

    def of(self, identifier: str, stream: str, values: Sequence[str], type_: str = "VARCHAR") -> str:
        """SQL for one of the strings, each with the same chance."""
        listed = ", ".join(f"'{value}'::{type_}" for value in values)
        return f"([{listed}])[1 + {self.below(identifier, stream, len(values))}]"
