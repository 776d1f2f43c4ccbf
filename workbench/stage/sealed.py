"""Files that are shown only as they were written: JSON that says of what synthetic people it is, under a digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.errors import Refused, WorkbenchError
from workbench.stage.proof import Proof

FORMAT = 1


def write_sealed(path: Path, proof: Proof, body: Mapping[str, Any]) -> None:
    """Write `body`, in one step, with what proves that its people are synthetic."""
    people = {"persons": proof.persons, "seed": proof.seed, "manifest_sha256": proof.sha256}
    whole = {"format": FORMAT, "synthetic": people, **body}
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    # As it will be read: a tuple comes back as a list.
    draft.write_text(json.dumps({**whole, "seal": _seal(whole)}, ensure_ascii=False, indent=1), encoding="utf-8")
    draft.replace(path)


def read_sealed(path: Path, again: str) -> dict[str, Any]:
    """What stands in such a file; `again` is the command that makes it anew.

    Raises `WorkbenchError` when there is none or it is damaged, `Refused` when it does not say that its people are
    synthetic, or was changed after it was written: then nobody knows whose rows they are.
    """
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        seal = body.pop("seal", None)
        if not body.get("synthetic", {}).get("manifest_sha256"):
            raise Refused(f"{path} does not say that its people are synthetic. No row of it is shown.")
        if body["format"] != FORMAT or seal != _seal(body):
            raise Refused(f"{path} was changed after it was made, or made by another version. Make it again: {again}")
    except FileNotFoundError as error:
        raise WorkbenchError(f"There is no {path}. Make it with: {again}") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise WorkbenchError(f"{path} cannot be read. Make it again: {again}") from error
    return dict(body)


def _seal(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
