"""Are these people made up? Looked at in the data themselves, because a word on a card is quickly copied."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from workbench.errors import Refused

MANIFEST = "manifest.json"
SAYS = frozenset({"seed", "persons", "parameters_sha256", "version"})  # what the generator writes of what it made
IDENTITY = "INSZ"
_MADE_HERE = object()  # only `proven` has it


@dataclass(frozen=True)
class Proof:
    """That the people of a data folder are synthetic: how many, of which seed, and the SHA-256 of its manifest.

    Only `proven` makes one; anything else raises `TypeError`.
    """

    persons: int
    seed: int
    sha256: str
    made_by: object

    def __post_init__(self) -> None:
        if self.made_by is not _MADE_HERE:
            raise TypeError("a proof comes from looking at the data: call workbench.stage.proven")


def proven(data: Path) -> Proof:
    """The proof for a data folder.

    The generator's manifest must stand there, and everybody whom any party knows by INSZ must be one of the people
    whom the generator made (its answer key). Raises `Refused` otherwise: unknown is never synthetic.
    """
    try:
        content = (data / MANIFEST).read_bytes()
        manifest = json.loads(content)
        made = _digits(pq.read_table(data / "answer_key" / "persons.parquet", columns=[IDENTITY])[IDENTITY])
    except (OSError, ValueError, RecursionError, pa.ArrowInvalid) as error:
        raise Refused(
            f"{data} is not known to hold synthetic people only: it has no manifest or no answer key of the generator. "
            "Rows are shown of synthetic people alone; make some with 'workbench synth'."
        ) from error
    if not isinstance(manifest, dict) or not set(manifest) >= SAYS:
        raise Refused(f"{data / MANIFEST} is not the manifest of the generator, so nothing says who these people are.")
    for path in sorted(data.glob("parties/*/*.parquet")):
        if IDENTITY in pq.read_schema(path).names:
            held = pc.drop_null(pq.read_table(path, columns=[IDENTITY])[IDENTITY])
            strangers = pc.sum(pc.invert(pc.is_in(_digits(held), made.combine_chunks()))).as_py() or 0
            if strangers:
                raise Refused(
                    f"{path} has {strangers:,} persons whom the generator did not make: nobody knows that they are "
                    "synthetic, so no row of this folder is shown."
                )
    return Proof(int(manifest["persons"]), int(manifest["seed"]), hashlib.sha256(content).hexdigest(), _MADE_HERE)


def _digits(numbers: pa.ChunkedArray) -> pa.ChunkedArray:
    """INSZ as text of eleven digits, whether a table holds it as text or as a number."""
    return pc.utf8_lpad(numbers.cast(pa.string()), width=11, padding="0")
