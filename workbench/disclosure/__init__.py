"""Disclosure control: what may leave a run. `protect` is the sole maker of a `SafeTable`."""

from workbench.disclosure.arrays import hash_of
from workbench.disclosure.policy import SmallCellPolicy, load_policy
from workbench.disclosure.release import Certificate, Protection, SafeTable, protect
from workbench.disclosure.suppress import Progress
from workbench.disclosure.told import Told
from workbench.disclosure.witnesses import Witnesses, load_amounts, load_witnesses, told_again

__all__ = [
    "Certificate",
    "Progress",
    "Protection",
    "SafeTable",
    "SmallCellPolicy",
    "Told",
    "Witnesses",
    "hash_of",
    "load_amounts",
    "load_policy",
    "load_witnesses",
    "protect",
    "told_again",
]
