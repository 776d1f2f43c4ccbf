"""Which code lists may refuse a value."""

from __future__ import annotations

from workbench.catalog.model import CodeList


def closed_codes(codes: CodeList | None) -> frozenset[str] | None:
    """The codes of a list of values that is known to be complete, else None.

    A list with a working code, or with a range, leaves open which other values there are.
    """
    if codes is None or codes.kind != "values" or codes.working_code:
        return None
    if any(entry.working_code or entry.code is None for entry in codes.entries):
        return None
    return frozenset(entry.code for entry in codes.entries if entry.code is not None)
