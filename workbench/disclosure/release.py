"""The only door out: an `IndicatorTable` goes in; a certified `SafeTable` comes out, or nothing."""

from __future__ import annotations

import hashlib
import json
import os
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple, NoReturn

import numpy as np
import pyarrow as pa

from workbench.disclosure.audit import audit
from workbench.disclosure.policy import SmallCellPolicy
from workbench.disclosure.recheck import recheck
from workbench.disclosure.rows import Bools
from workbench.disclosure.rules import find_targets, primaries
from workbench.disclosure.shown import published_text, shown_rows
from workbench.disclosure.suppress import Progress, Suppression
from workbench.disclosure.system import System, build_system
from workbench.disclosure.witnesses import Witnesses, witness_arrays
from workbench.errors import Refused
from workbench.indicators.table import IndicatorTable

METHOD = "integer witnesses 1"


@dataclass(frozen=True)
class Certificate:
    """The public half: hashes and verdicts.

    It does not say how many numbers are small: if all withheld ones were, each would be known to be.
    numbers, withheld: how many counts the release could show, and how many of them it does not.
    verdicts:          "safe" for the outsider (who sees all of the release) and for every hospital.
    rows_sha256:       of the counts as text (`published.csv` beside the witnesses).
    """

    method: str
    policy_sha256: str
    rows_sha256: str
    witnesses_sha256: str
    numbers: int
    withheld: int
    verdicts: Mapping[str, str]


class SafeTable:
    """A table that passed disclosure control; only `protect` makes one.

    rows: one row per indicator, hospital ("ALL" too) and year (0 = all): indicator, hospital, year, n, k,
          rest, rate, rate_low, rate_high (Wilson, 95%), expected, ratio, ratio_low, ratio_high
          (observed/expected, exact Poisson, 95%), withheld. Null = withheld, or not defined for the
          indicator.

    An instance holds nothing itself: its content is kept in this module for the instances made here. One
    made in any other way, where Python lets that happen at all, is empty and raises TypeError when read.
    """

    __slots__ = ("__weakref__",)

    def __new__(cls, *args: object, **kwargs: object) -> SafeTable:
        raise TypeError("a SafeTable is made by workbench.disclosure.protect only")

    def __init_subclass__(cls, **kwargs: object) -> None:
        raise TypeError("a SafeTable has no subclasses")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a SafeTable is neither copied nor pickled; publish it, or protect again")

    @property
    def study(self) -> str:
        return _content(self).study

    @property
    def policy(self) -> dict[str, Any]:
        return _content(self).policy.model_dump(mode="json")

    @property
    def certificate(self) -> Certificate:
        return _content(self).certificate

    @property
    def rows(self) -> pa.Table:
        return _content(self).rows


@dataclass(frozen=True)
class _Content:
    study: str
    policy: SmallCellPolicy
    certificate: Certificate
    rows: pa.Table


_CONTENT: weakref.WeakKeyDictionary[SafeTable, _Content] = weakref.WeakKeyDictionary()


class Protection(NamedTuple):
    """What may be published, and what must not."""

    safe: SafeTable
    witnesses: Witnesses


def protect(
    table: IndicatorTable,
    policy: SmallCellPolicy,
    progress: Progress | None = None,
    *,
    salt: bytes | None = None,
) -> Protection:
    """Withhold, prove, and only then release.

    The same table and policy give the same rows and witnesses; the certificate is the same only with the same
    secret `salt` (fresh by default), because a hash that anybody can reproduce would confirm guesses.

    Raises Refused when a demand of any attacker is unsafe or undecided, when the solver fails, when the
    counts contradict the cells, or when the independent re-check finds a fault. Nothing is returned then.
    """
    system = build_system(table)
    targets, primary = find_targets(system, policy), primaries(system, policy)
    tell = progress or _silent
    run = Suppression(system, targets, primary)
    run.withhold(tell)
    run.show_again(tell)
    tell("certifying", 0, 1)
    verdict = audit(system, targets, run.hidden, run.attack.coverage)
    if not verdict.safe:
        failed, open_ = int(verdict.unsafe.sum()), int(verdict.undecided.sum())
        raise Refused(
            f"{failed} demands cannot be met and {open_} are undecided: nothing is published; "
            "use fewer indicators or broader classes"
        )
    arrays = witness_arrays(system, verdict.coverage.thinned(), policy, salt or os.urandom(32))
    rows = shown_rows(table, system, run.hidden)
    published = published_text(rows)
    faults = recheck(published, arrays)
    if faults:
        raise Refused(f"the independent re-check found {len(faults)} faults, the first: {faults[0]}")
    withheld, small = _count(system, run.hidden), _count(system, primary)
    witnesses = Witnesses(arrays, published, small, withheld - small)
    certificate = Certificate(
        METHOD,
        _sha256(json.dumps(policy.model_dump(mode="json"), sort_keys=True)),
        _sha256(published),
        witnesses.sha256,
        len(system.shown),
        withheld,
        MappingProxyType(dict.fromkeys(targets.attackers, "safe")),
    )
    safe = object.__new__(SafeTable)
    _CONTENT[safe] = _Content(table.study, policy, certificate, rows)
    tell("certifying", 1, 1)
    return Protection(safe, witnesses)


def _content(safe: SafeTable) -> _Content:
    try:
        return _CONTENT[safe]
    except KeyError:
        raise TypeError("this SafeTable was not made by workbench.disclosure.protect") from None


def _count(system: System, numbers: Bools) -> int:
    return int(np.count_nonzero(numbers[system.number]))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _silent(stage: str, done: int, total: int) -> None:
    return None
