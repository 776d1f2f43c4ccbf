"""What `protect` prepares before it withholds, for tests that look inside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from workbench.disclosure.cube import build_system
from workbench.disclosure.kinds import Kinds
from workbench.disclosure.policy import SmallCellPolicy
from workbench.disclosure.rows import Bools
from workbench.disclosure.rules import Targets, find_targets, primaries
from workbench.disclosure.system import System
from workbench.disclosure.told import Told, told_of
from workbench.disclosure.views import views_of
from workbench.indicators.table import IndicatorTable


class Prepared(NamedTuple):
    system: System
    targets: Targets
    primary: Bools
    kinds: Kinds


def prepared(
    table: IndicatorTable,
    policy: SmallCellPolicy,
    earlier: Sequence[Told] = (),
    registered: Iterable[tuple[str, frozenset[int]]] = (),
) -> Prepared:
    """System, targets and small numbers of a table."""
    system, kinds = build_system([*earlier, told_of(table)])
    views = views_of(kinds.hospitals, kinds.year, policy.together, registered)
    return Prepared(system, find_targets(system, policy, views), primaries(system, policy), kinds)
