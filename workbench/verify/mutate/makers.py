"""What makes the mutants of each fault of the catalogue; importing this registers all of it."""

from workbench.verify.mutate import columns, settings, steps
from workbench.verify.mutate.mutant import MAKERS

PARTS = (columns, settings, steps)

__all__ = ["MAKERS", "PARTS"]
