"""The only door out: an `IndicatorTable` goes in; a certified `SafeTable` comes out, or nothing."""

from __future__ import annotations

import hashlib
import json
import os
import weakref
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple, NoReturn

import pyarrow as pa

from workbench.disclosure.amounts.protect import protect_amounts
from workbench.disclosure.amounts.told import Amounts
from workbench.disclosure.explain import explain
from workbench.disclosure.judge import judge
from workbench.disclosure.policy import SmallCellPolicy
from workbench.disclosure.recheck import recheck
from workbench.disclosure.shown import published_text, readable, shown_rows
from workbench.disclosure.suppress import Progress
from workbench.disclosure.told import Told, told_of
from workbench.disclosure.witnesses import Witnesses, witness_arrays
from workbench.errors import Refused
from workbench.indicators.table import IndicatorTable

METHOD = "integer witnesses 2"


@dataclass(frozen=True)
class Certificate:
    """The public half: hashes and verdicts.

    It does not say how many numbers are small: if all withheld ones were, each would be known to be.
    numbers, withheld: how many counts the release could show, and how many of them it does not.
    verdicts:          "safe" for every attacker: the outsider (who sees all of all releases), every hospital,
                       hospitals together, and who registered stays.
    rows_sha256:       of the counts as text (`published.csv` beside the witnesses).
    earlier:           the earlier releases audited together with this one, and the hash of their counts.
    amounts:           of the figures of amounts: numbers and withheld as above, and the hashes of what is shown
                       (`amounts.csv`) and of the witnesses; empty when there are none.
    """

    method: str
    policy_sha256: str
    rows_sha256: str
    witnesses_sha256: str
    numbers: int
    withheld: int
    verdicts: Mapping[str, str]
    earlier: Mapping[int, str]
    amounts: Mapping[str, int | str]


class SafeTable:
    """A table that passed disclosure control; only `protect` makes one.

    rows: one row per indicator, hospital ("ALL" too) and year (0 = all): indicator, hospital, year, n, k,
          rest, rate, rate_low, rate_high (Wilson, 95%), expected, ratio, ratio_low, ratio_high
          (observed/expected, exact Poisson, 95%), mean, q1, median, q3 (of amounts), withheld. Null = withheld,
          or not defined for the indicator.

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
    earlier: Sequence[Told] = (),
    registered: Iterable[tuple[str, frozenset[int]]] = (),
    salt: bytes | None = None,
) -> Protection:
    """Withhold, prove, and only then release.

    earlier:    what earlier releases of the study were made from and showed (`told_again`), oldest first;
                the new one is audited together with all of them.
    registered: (hospital, years) of the persons who registered stays; each is an attacker of its own.

    The same tables and policy give the same rows and witnesses; the certificate is the same only with the same
    secret `salt` (fresh by default), because a hash that anybody can reproduce would confirm guesses.

    Raises Refused when a demand of any attacker is unsafe or undecided, when the solver fails, when the
    counts contradict the cells, or when the independent re-check finds a fault. Nothing is returned then.
    """
    told, salt = told_of(table), salt or os.urandom(32)
    releases, registered = (*earlier, told), tuple(registered)
    tell = progress or _silent
    judged = judge(releases, policy, registered, tell)
    verdict = judged.verdict
    if not verdict.safe:
        failed, open_ = int(verdict.unsafe.sum()), int(verdict.undecided.sum())
        raise Refused(
            f"{failed} demands cannot be met and {open_} are undecided: nothing is published; "
            f"use fewer indicators or broader classes{explain(judged.system, judged.targets, judged.hidden, verdict)}"
        )
    arrays = witness_arrays(releases, judged.system, judged.kinds, verdict.coverage.thinned(), policy, salt)
    before = [one.amounts or Amounts(one.number) for one in earlier]
    amounts = protect_amounts(table, policy, judged.counted(), before, registered, salt)
    rows = shown_rows(table, told, judged.system, judged.hidden, amounts.figures if amounts else {})
    published = published_text(rows)
    faults = recheck(published, arrays)
    if faults:
        raise Refused(f"the independent re-check found {len(faults)} faults, the first: {faults[0]}")
    numbers, small, withheld = judged.counts()
    witnesses = Witnesses(arrays, published, small, withheld - small, amounts)
    certificate = Certificate(
        METHOD,
        _sha256(json.dumps(policy.model_dump(mode="json"), sort_keys=True)),
        _sha256(published),
        witnesses.sha256,
        numbers,
        withheld,
        MappingProxyType(dict.fromkeys(judged.targets.attackers, "safe")),
        MappingProxyType({one.number: _sha256(one.text) for one in earlier}),
        MappingProxyType(amounts.certified() if amounts else {}),
    )
    safe = object.__new__(SafeTable)
    _CONTENT[safe] = _Content(table.study, policy, certificate, readable(rows))
    tell("certifying", 1, 1)
    return Protection(safe, witnesses)


def _content(safe: SafeTable) -> _Content:
    try:
        return _CONTENT[safe]
    except KeyError:
        raise TypeError("this SafeTable was not made by workbench.disclosure.protect") from None


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _silent(stage: str, done: int, total: int) -> None:
    return None
