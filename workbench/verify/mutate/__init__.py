"""Faults made in a flow on purpose, to see whether the rules notice them."""

from workbench.verify.mutate.faults import Fault, faults
from workbench.verify.mutate.run import Caught, Score, mutate

__all__ = ["Caught", "Fault", "Score", "faults", "mutate"]
