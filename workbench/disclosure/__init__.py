"""Disclosure control: what may leave a run. `protect` is the sole maker of a `SafeTable`."""

from workbench.disclosure.policy import SmallCellPolicy, load_policy
from workbench.disclosure.release import Certificate, Protection, SafeTable, protect
from workbench.disclosure.suppress import Progress
from workbench.disclosure.witnesses import Witnesses

__all__ = [
    "Certificate",
    "Progress",
    "Protection",
    "SafeTable",
    "SmallCellPolicy",
    "Witnesses",
    "load_policy",
    "protect",
]
