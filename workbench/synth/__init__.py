"""A synthetic Belgium: persons, hospital stays, billing deliveries, and a key to what was planted."""

from workbench.synth.generate import generate, is_valid
from workbench.synth.manifest import Manifest

__all__ = ["Manifest", "generate", "is_valid"]
