"""Four keyed pseudonyms for every identifier of the population, against the loop that one would write first.

    python -m benchmarks.pseudonyms [--persons 11700000]

INSZ -> RN -> Cproject at eHealth and INSZ -> C1 -> C2 at the sickness funds and the Crossroads Bank, as deliberation
20/284 has them. Measured are the cipher alone (`workbench.crypto`, uniqueness asserted), and the way a step goes: read
from Parquet, each distinct identifier once, joined to nothing, written to the issuer's vault. The loop is Python's
`hmac.digest` (SHA-256) over a part of the identifiers, and its time for all is that in proportion.
"""

from __future__ import annotations

import argparse
import hmac
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np

from workbench.crypto import pseudonymise, write_key
from workbench.main.checks import open_study
from workbench.simulate import EngineSettings, Vault
from workbench.simulate.backends import DuckSession
from workbench.simulate.context import VaultContext

CHAIN = (("ehealth", "INSZ", "RN"), ("ehealth", "RN", "Cproject"), ("nic", "INSZ", "C1"), ("ksz", "C1", "C2"))
KEYS = {domain: bytes([number]) * 32 for number, (_, _, domain) in enumerate(CHAIN)}


def timed(what: str, persons: int, act: Callable[[], object], of: int | None = None) -> float:
    """Print seconds for all `persons`, when `act` handles `of` of them; returns the processor's."""
    started, used = time.perf_counter(), time.process_time()
    act()
    scale = persons / of if of else 1
    seconds, used = (time.perf_counter() - started) * scale, (time.process_time() - used) * scale
    print(f"  {what:45} {seconds:8.2f} s {used:8.2f} processor s {4 * persons / used / 1e6:8.2f} M/s", flush=True)
    return used


def loop(identifiers: np.ndarray) -> None:
    """Four pseudonyms for each identifier, one at a time."""
    values = [int(one).to_bytes(8, "little") for one in identifiers]
    made: dict[str, list[bytes]] = {"INSZ": values}
    for _, of, domain in CHAIN:
        key = KEYS[domain]
        made[domain] = [hmac.digest(key, value, "sha256")[:8] for value in made[of]]


def column(identifiers: np.ndarray) -> None:
    """Four pseudonyms for the whole column at once."""
    made = {"INSZ": identifiers}
    for _, of, domain in CHAIN:
        made[domain] = pseudonymise(made[of], KEYS[domain], domain)


def steps(folder: Path) -> None:
    """As four steps of a run do it, vault by vault; the lists that parties send each other are taken as sent."""
    flow = open_study("stroke-care", Path(__file__).resolve().parent.parent / "catalog")
    for party, of, domain in CHAIN:
        vault = Vault(folder / "vaults", party)
        session = DuckSession([vault.folder, folder / "lists"], EngineSettings())
        context = VaultContext(flow.study.study, flow.catalog, vault, folder / "sources", session)
        rows = session.read(folder / "lists" / f"{of}.parquet")
        session.write(context.concordance(rows, of, domain).select(domain), folder / "lists" / f"{domain}.parquet")
        session.close()


def main() -> None:
    """Print the figures."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--persons", type=int, default=11_700_000)
    given.add_argument("--loop", type=int, default=1_000_000, help="identifiers that the loop is measured on")
    chosen = given.parse_args()
    numbers = np.random.default_rng(1).permutation(chosen.persons).astype(np.int64) * 7 + 10_000_000_000
    print(f"{chosen.persons:,} identifiers, four pseudonyms each")
    slow = timed(
        "loop of hmac.digest, in proportion", chosen.persons, lambda: loop(numbers[: chosen.loop]), chosen.loop
    )
    fast = timed("whole column, AES-256, unique", chosen.persons, lambda: column(numbers))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "lists").mkdir()
        for party, _, domain in CHAIN[2:]:
            write_key(folder / "sources" / party / "keys" / f"{domain}.key", KEYS[domain])
        with duckdb.connect() as con:
            con.register("given", {"INSZ": numbers})
            con.execute(
                f"COPY (SELECT lpad(INSZ::VARCHAR, 11, '0') AS INSZ FROM given) TO '{folder / 'lists'}/INSZ.parquet'"
            )
        whole = timed("four steps of a run, Parquet to Parquet", chosen.persons, lambda: steps(folder))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    beside = f"{slow / fast:.0f} x the processor of the column and {slow / whole:.0f} x that of the four steps"
    print(f"the loop takes {beside}; peak memory {peak:,.0f} MB")


if __name__ == "__main__":
    main()
