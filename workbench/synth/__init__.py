"""A synthetic Belgium: persons, hospital stays, billing deliveries, and a key to what was planted."""

from workbench.synth.generate import generate
from workbench.synth.manifest import Manifest
from workbench.synth.plausibility import Figure, plausibility
from workbench.synth.sources import ALL_TABLES, DEFAULT_TABLES, tables_for
from workbench.synth.validity import is_valid

__all__ = [
    "ALL_TABLES",
    "DEFAULT_TABLES",
    "Figure",
    "Manifest",
    "generate",
    "is_valid",
    "plausibility",
    "tables_for",
]
