"""The commands of the audit log, printed for people."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from workbench.main import audits, terminal


def _list(chosen: argparse.Namespace) -> int:
    found = audits.listed(
        chosen.home / "state", chosen.who, chosen.what, chosen.about, chosen.since, chosen.until
    )  # fmt: skip
    if chosen.format == "json":
        terminal.show_json([{**one.plain(), "detail": dict(one.details)} for one in found])
        return 0
    rows = [
        (one.number, one.at[:19].replace("T", " "), one.who, one.what, one.about,
         ", ".join(f"{key} {value}" for key, value in one.details.items() if value))
        for one in found
    ]  # fmt: skip
    terminal.show_table(
        f"{len(rows):,} entries of the audit log", ("number", "when (UTC)", "who", "what", "about", "detail"), rows
    )
    return 0


def _export(chosen: argparse.Namespace) -> int:
    receipt = audits.exported(chosen.home / "state", chosen.out)
    terminal.out.print(f"{chosen.out}: {receipt.number:,} entries", markup=False)
    terminal.out.print(f"receipt {receipt}", markup=False)
    return 0


def _verify(chosen: argparse.Namespace) -> int:
    broken, receipt = audits.verified(chosen.home / "state", chosen.file, chosen.receipt)
    if broken is not None:
        terminal.out.print(f"NOT what was written: {broken.why}.", markup=False)
        terminal.out.print("Keep this database as it is, restore the last backup beside it, and compare the exports.")
        return 1
    terminal.out.print(f"{receipt.number:,} entries, each as it was written.", markup=False)
    terminal.out.print(f"receipt {receipt}   (note it down elsewhere; --receipt holds a later log against it)")
    return 0


ACTIONS: dict[str, Callable[[argparse.Namespace], int]] = {"list": _list, "export": _export, "verify": _verify}
