"""The memory of a process that serves for months: what stays is looked through no more, what pages left goes back."""

from __future__ import annotations

import ctypes
import gc

EACH = 30_000  # milliseconds between two times that memory is given back


def stays() -> None:
    """Tell the collector of garbage that what was read at the start stays until the end.

    Panel has all of memory looked through whenever pages were closed: half a million objects of the catalogue, in
    which time (0.4 s) nobody is answered. What is left to look through is what the pages of now are made of.
    """
    gc.collect()
    gc.freeze()


def give_back() -> None:
    """Give memory that closed pages left in pieces back to the system; does nothing where the C library has no way.

    Without it a process grows by half a megabyte for each page that was ever opened, although nothing of it is left.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
