"""Disclosure control: what may leave a run. `protect` is the sole maker of a `SafeTable`."""

from workbench.disclosure.policy import SmallCellPolicy, load_policy
from workbench.disclosure.release import Certificate, Protection, SafeTable, protect
from workbench.disclosure.suppress import Progress
from workbench.disclosure.told import Told
from workbench.disclosure.witnesses import Witnesses, hash_of, load_witnesses, told_again

__all__ = [
    "Certificate",
    "Progress",
    "Protection",
    "SafeTable",
    "SmallCellPolicy",
    "Told",
    "Witnesses",
    "hash_of",
    "load_policy",
    "load_witnesses",
    "protect",
    "told_again",
]
