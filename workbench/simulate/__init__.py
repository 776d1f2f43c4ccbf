"""Every step executed on synthetic data: a vault per party, a ledger, and an engine that keeps them apart."""

from workbench.simulate.backends import EngineSettings
from workbench.simulate.folder import open_run, seed_of
from workbench.simulate.ledger import Ledger, LedgerEntry
from workbench.simulate.pace import Now
from workbench.simulate.run import Run, run_flow
from workbench.simulate.vault import Vault
from workbench.simulate.verify_folder import verify_run

__all__ = [
    "EngineSettings",
    "Ledger",
    "LedgerEntry",
    "Now",
    "Run",
    "Vault",
    "open_run",
    "run_flow",
    "seed_of",
    "verify_run",
]
