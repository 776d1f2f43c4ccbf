"""A synthetic Belgium: persons, hospital stays, billing deliveries, and a key to what was planted."""

from workbench.synth.files import fingerprint
from workbench.synth.generate import generate
from workbench.synth.manifest import Manifest
from workbench.synth.plausibility import Figure, plausibility
from workbench.synth.realism import realism, told, write_realism
from workbench.synth.sources import ALL_TABLES, DEFAULT_TABLES, tables_for
from workbench.synth.validity import is_valid

__all__ = [
    "ALL_TABLES",
    "DEFAULT_TABLES",
    "Figure",
    "Manifest",
    "fingerprint",
    "generate",
    "is_valid",
    "plausibility",
    "realism",
    "tables_for",
    "told",
    "write_realism",
]
