"""Seconds per billing row of Faker and of SDV's GaussianCopula, as one line of JSON; run by benchmarks.generation.

Runs in an environment of its own, so it imports nothing of the workbench. What is not installed is left out.
"""

from __future__ import annotations

import json
import sys
import time
import warnings


def faker_rows(count: int) -> float:
    """Seconds per row of a loop that asks Faker (nl_BE) for the fields of HEALTH."""
    from faker import Faker

    fake = Faker("nl_BE")
    Faker.seed(1)
    started = time.perf_counter()
    rows = []
    for _ in range(count):
        admitted = fake.date_between("-3y", "today")
        rows.append(
            (
                fake.random_int(0, 2**62), fake.date_between("-3y", "today"), fake.numerify("######"),
                fake.random_int(1, 3), 1, fake.random_int(100, 9000) / 100, fake.random_element(("003", "580")),
                fake.numerify("710#####"), admitted, admitted, fake.date_between("-3y", "today"),
                fake.numerify("9######"),
            )
        )  # fmt: skip
    return (time.perf_counter() - started) / len(rows)


def sdv_rows(sample: str, count: int) -> float:
    """Seconds per sampled row, after learning the rows of a file; learning is not counted."""
    import pandas as pd
    from sdv.metadata import Metadata
    from sdv.single_table import GaussianCopulaSynthesizer

    learnt = pd.read_csv(sample, dtype={name: str for name in ("SS00020", "SS00070", "SS00075", "SS00135")})
    for name in ("SS00015", "SS00110", "SS00115", "SS00125"):
        learnt[name] = pd.to_datetime(learnt[name])
    synthesizer = GaussianCopulaSynthesizer(Metadata.detect_from_dataframes({"HEALTH": learnt}))
    synthesizer.fit({"HEALTH": learnt})
    started = time.perf_counter()
    made = synthesizer.sample(count)
    return (time.perf_counter() - started) / len(made["HEALTH"])


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    found = {}
    for name, measure in (("faker", lambda: faker_rows(20_000)), ("sdv", lambda: sdv_rows(sys.argv[1], 300_000))):
        try:
            found[name] = measure()
        except Exception as error:  # another release of a peer may have another interface: say so, keep the rest
            print(f"{name}: {error!r}", file=sys.stderr)
    print(json.dumps(found))
