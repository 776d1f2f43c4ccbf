"""The operational keys of pseudonyms that sources hold already, and who holds them."""

from __future__ import annotations

from pathlib import Path

from workbench.crypto import derive_key, write_key

# The Technical Cell's number can be turned back by the eHealth platform.
_HOLDERS = {"C1": ("nic",), "C2": ("ksz",), "INSZ_T": ("technical-cell", "ehealth"), "Hnew": ("ehealth",)}
KEY_PLACES = tuple(
    (name, f"parties/{holder}/keys/{name}.key") for name, holders in _HOLDERS.items() for holder in holders
)
KEYS_SAY = "All keys are synthetic: derived from the seed with HKDF-SHA256, for reproducible data only."


def keys(seed: int) -> dict[str, bytes]:
    """The synthetic keys of the pseudonyms that sources hold already, by domain, reproducible from the seed.

    C1 and C2 are those of the sickness funds, INSZ_T that of the Technical Cell, Hnew that of the federal service.
    """
    secret = f"study-workbench synthetic seed {seed}".encode()
    return {name: derive_key(secret, name) for name in _HOLDERS}


def write_keys(folder: Path, seed: int) -> None:
    """Give every holder its key file below a data folder."""
    made = keys(seed)
    for name, place in KEY_PLACES:
        write_key(folder / place, made[name])
