"""How well a proxy does, where the study also has an indicator that sees the same directly."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.indicators.flags import Flags
from workbench.indicators.measures import Result, share
from workbench.indicators.tallies import sums
from workbench.simulate.backends import Session


def proxy_results(flags: Flags, session: Session) -> Iterator[Result]:
    """Of every proxy its sensitivity (found, of those seen directly) and specificity (not found, of the others).

    Only units in both denominators count. The direct sight is taken for the truth, so what it misses is held against
    the proxy.
    """
    rows, known = flags.rows, {one.id for one in flags.definitions}
    wanted = {}
    for one in flags.definitions:
        if one.proxy and one.proxy.beside in known:
            inside = rows[f"{one.id}.n"] & rows[f"{one.proxy.beside}.n"]
            found, seen = rows[f"{one.id}.k"], rows[f"{one.proxy.beside}.k"]
            counted = {
                "seen": inside & seen, "both": inside & seen & found,
                "unseen": inside & ~seen, "neither": inside & ~seen & ~found,
            }  # fmt: skip
            wanted[one.id] = {name: flag.cast("int64").sum().cast("int64") for name, flag in counted.items()}
    for name, cell, found in sums(flags, wanted, session):
        yield share(name, cell, "sensitivity", found["both"], found["seen"])
        yield share(name, cell, "specificity", found["neither"], found["unseen"])
