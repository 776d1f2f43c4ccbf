"""How well a proxy does beside what sees the same directly: patients and expected places side by side."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.indicators.small import CODED, STAY, open_parts
from workbench.catalog import Catalog, load_catalog
from workbench.indicators.compute import make_flags
from workbench.indicators.proxies import proxy_results

# proxy: both services on day 0; direct: alteplase on day 1
STAYS = """
STAYNUM | proxy | direct
both    | yes   | yes
again   | yes   | yes
missed  | no    | yes
extra   | yes   | no
neither | no    | no
nothing | no    | no
tia     | yes   | yes
"""
DIAGNOSES = """
STAYNUM | CODE_DIAGNOSE
both    | I639
again   | I639
missed  | I639
extra   | I639
neither | I639
nothing | I639
tia     | G459
"""
SERVICES = """
STAYNUM | SS00015 | SS00020 | SS00135
both    | 0       | 477724  | -
both    | 0       | 212015  | -
both    | 1       | -       | 9315102
again   | 0       | 477724  | -
again   | 0       | 212015  | -
again   | 1       | -       | 9315102
missed  | 1       | -       | 9315102
extra   | 0       | 477724  | -
extra   | 0       | 212015  | -
neither | 0       | 477724  | -
tia     | 0       | 477724  | -
tia     | 0       | 212015  | -
tia     | 1       | -       | 9315102
"""


@pytest.fixture(scope="module")
def catalog(repo_root: Path) -> Catalog:
    return load_catalog(repo_root / "catalog")


@pytest.mark.parametrize("beside", [True, False])
def test_sensitivity_and_specificity_are_those_of_the_table(catalog: Catalog, tmp_path: Path, beside: bool) -> None:
    session, parts = open_parts(tmp_path, stay=STAYS, diagnosis=DIAGNOSES, billing=SERVICES)
    names = ("ivt", "ivt_direct") if beside else ("ivt",)
    chosen = tuple(catalog.indicators[name] for name in names)
    try:
        flags = make_flags(
            STAY, parts, catalog, chosen, session, lambda _, made: session.register(session.arrow(made)), CODED
        )
        found = {
            one.statistic: (one.k, one.n, one.value)
            for one in proxy_results(flags, session)
            if one.cell.hospital == "ALL" and not one.cell.year and not one.cell.stratum
        }
    finally:
        session.close()
    # a transient attack is in neither denominator; without the direct indicator nothing can be compared
    expected = {"sensitivity": (2, 3, pytest.approx(2 / 3)), "specificity": (2, 3, pytest.approx(2 / 3))}
    assert found == (expected if beside else {})
