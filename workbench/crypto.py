"""Keyed pseudonyms: a whole column of identifiers at once, with a secret key and a domain.

A pseudonym is the first 64 bits of AES-256 applied to one 16-byte block (identifier, domain tag), read as a
signed integer because not every engine stores unsigned ones. Every block of a column is a different message,
so evaluating the cipher block by block (ECB) is the plain permutation and leaks no repetition. The full 128
bits cannot collide; the 64 bits kept can, with a chance near 4e-6 for the population of Belgium, and are
checked.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from numpy.typing import NDArray

Identifiers = NDArray[np.int64]

KEY_BYTES = 32
_ROUNDS = 8  # four make a Feistel network safe in theory; twice that leaves a margin
_HALF = np.int64(0xFFFFFFFF)
_CHUNK_ROWS = 65_536  # one megabyte of blocks: stays in the cache of a core


class NotUnique(ValueError):
    """Two identifiers of a column share a pseudonym, or an identifier was given twice."""


def domain_tag(domain: str) -> int:
    """The 64 bits that keep pseudonyms of one domain apart from those of another under the same key."""
    return int.from_bytes(hashlib.sha256(domain.encode()).digest()[:8], "little")


def pseudonymise(values: Identifiers, key: bytes, domain: str) -> Identifiers:
    """Replace a column of distinct 64-bit identifiers by pseudonyms, in the same order.

    Give distinct identifiers and join: a person is evaluated once, and a repeated identifier is then a fault.
    Raises `NotUnique` when two pseudonyms are equal, `ValueError` when the key is not 32 bytes.
    """
    column = _encrypt(values, key, domain)
    if repeated(column):
        fault = "identifiers were given more than once" if repeated(values) else "two pseudonyms collided"
        raise NotUnique(f"pseudonyms of domain {domain} are not unique: {fault}")
    return column


def repeated(values: Identifiers) -> bool:
    """Whether any number is there twice. Sorted, since a hash table of a country's identifiers takes 100 x the time."""
    ordered = np.sort(values)
    return bool(np.any(ordered[1:] == ordered[:-1]))


def reveal(pseudonyms: Identifiers, candidates: Identifiers, key: bytes, domain: str) -> Identifiers:
    """The identifiers behind `pseudonyms`, for the holder of the key who may and can list the candidates.

    Half of every cipher block is dropped, so nothing is decrypted: the candidates are pseudonymised again and
    looked up. A separate, explicit act that no other function here performs. Raises `KeyError` when a
    pseudonym belongs to none of the candidates.
    """
    distinct = np.unique(candidates)
    column = pseudonymise(distinct, key, domain)
    order = np.argsort(column)
    place = np.minimum(np.searchsorted(column, pseudonyms, sorter=order), max(len(order) - 1, 0))
    if len(order) == 0 and len(pseudonyms) > 0:
        raise KeyError(f"no candidate of domain {domain} was given")
    found = order[place]
    unknown = int(np.count_nonzero(column[found] != pseudonyms))
    if unknown:
        raise KeyError(f"{unknown} pseudonyms of domain {domain} belong to none of the candidates")
    return distinct[found]


def pseudonymise_reversibly(values: Identifiers, key: bytes, domain: str) -> Identifiers:
    """Pseudonyms of a column of 64-bit identifiers that `decode` turns back with the same key and domain.

    A Feistel network over the two halves of a number, whose rounds are AES: a permutation of all 64-bit numbers,
    so equal identifiers have equal pseudonyms and different ones never collide.
    """
    left, right = _halves(values)
    for number in range(_ROUNDS):
        left, right = right, left ^ _round(right, number, key, domain)
    return _joined(left, right)


def decode(pseudonyms: Identifiers, key: bytes, domain: str) -> Identifiers:
    """The identifiers behind pseudonyms that `pseudonymise_reversibly` made with the same key and domain.

    With another key or domain it gives other numbers, without notice: a permutation has an answer to everything.
    """
    left, right = _halves(pseudonyms)
    for number in reversed(range(_ROUNDS)):
        left, right = right ^ _round(left, number, key, domain), left
    return _joined(left, right)


def derive_key(secret: bytes, label: str) -> bytes:
    """A 32-byte key for one label from a secret (HKDF with SHA-256): other labels tell nothing about it."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=label.encode()).derive(secret)


def write_key(path: Path, key: bytes) -> None:
    """Store a key so that only its owner can read the file (mode 0600 from the first byte)."""
    _check(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key)


def read_key(path: Path) -> bytes:
    """The key in a file. Raises `ValueError` when the file does not hold exactly 32 bytes."""
    key = path.read_bytes()
    _check(key)
    return key


def _encrypt(values: Identifiers, key: bytes, domain: str) -> Identifiers:
    _check(key)
    if values.dtype != np.int64:
        raise ValueError(f"identifiers are 64-bit integers, not {values.dtype}")
    out = np.empty(len(values), dtype=np.int64)
    blocks = np.empty((_CHUNK_ROWS, 2), dtype="<u8")
    blocks[:, 1] = domain_tag(domain)
    # update_into asks for room for one block more than it writes.
    room = np.empty(_CHUNK_ROWS * 16 + 15, dtype=np.uint8)
    encryptor = Cipher(AES(key), ECB()).encryptor()
    for start in range(0, len(values), _CHUNK_ROWS):
        part = values[start : start + _CHUNK_ROWS]
        blocks[: len(part), 0] = part.view(np.uint64)
        written = encryptor.update_into(blocks[: len(part)].data.cast("B"), room.data)
        out[start : start + len(part)] = room[:written].view("<i8")[::2]
    return out


def _halves(values: Identifiers) -> tuple[Identifiers, Identifiers]:
    if values.dtype != np.int64:
        raise ValueError(f"identifiers are 64-bit integers, not {values.dtype}")
    return (values >> 32) & _HALF, values & _HALF


def _joined(left: Identifiers, right: Identifiers) -> Identifiers:
    return (left << 32) | right


def _round(half: Identifiers, number: int, key: bytes, domain: str) -> Identifiers:
    """The secret function of a round: 32 bits of AES over one half, in a domain of the round's own."""
    return _encrypt(half, key, f"{domain} round {number}") & _HALF


def _check(key: bytes) -> None:
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(key)}")
