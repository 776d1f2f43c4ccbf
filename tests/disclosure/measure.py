"""Time one protection: `python -m tests.disclosure.measure HOSPITALS YEARS MEAN SEED`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tests.disclosure.builders import stroke_table
from workbench.disclosure import load_policy, protect, recheck
from workbench.indicators.table import ALL_HOSPITALS


def main(hospitals: int, years: int, mean: float, seed: int) -> None:
    """Protect a synthetic table with `mean` stays per hospital and year; print one line per fact."""
    policy = load_policy(Path("catalog/policies/small-cells.yaml"))
    table = stroke_table(seed, hospitals, years, mean)
    wall, work = time.perf_counter(), time.process_time()
    safe, witnesses = protect(table, policy)
    print(f"protect         {time.perf_counter() - wall:.1f} s ({time.process_time() - work:.1f} s of processor)")
    wall = time.perf_counter()
    print(f"re-check        {len(recheck.recheck(witnesses.published, witnesses.arrays))} faults, "
          f"{time.perf_counter() - wall:.2f} s")  # fmt: skip
    certificate = safe.certificate
    print(f"numbers         {certificate.numbers}: {witnesses.small} small, {witnesses.secondary} to protect them")
    print(f"attackers       {len(certificate.verdicts)}, {int(witnesses.arrays['witnesses'])} witness tables")
    rows = [row for row in safe.rows.to_pylist() if row["indicator"] != "deliveries"]
    totals = [row for row in rows if row["hospital"] == ALL_HOSPITALS]
    for name, kept in (("rates", rows), ("national rates", totals)):
        print(f"{name:15} {sum(row['rate'] is not None for row in kept)} of {len(kept)} shown")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))
