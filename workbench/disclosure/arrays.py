"""The arrays of a confidential half: kept in a file for the owner alone, known by their hash."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[np.generic]]


def hash_of(arrays: Arrays) -> str:
    """Hash over the names, types, shapes and bytes of the arrays."""
    total = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        total.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        total.update(array.tobytes())
    return total.hexdigest()


def save(arrays: Arrays, text: str, folder: Path, names: tuple[str, str]) -> None:
    """Write the arrays and a text as the files with these names, readable by the owner only; the folder must exist."""
    private = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with os.fdopen(os.open(folder / names[0], private, 0o600), "wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
    with os.fdopen(os.open(folder / names[1], private, 0o600), "w", encoding="utf-8", newline="") as out:
        out.write(text)


def load(folder: Path, names: tuple[str, str]) -> tuple[Arrays, str]:
    """What `save` wrote; raises OSError when it is not there."""
    with np.load(folder / names[0], allow_pickle=False) as arrays:
        return dict(arrays), (folder / names[1]).read_text(encoding="utf-8")
