"""construct: a derived variable of the catalogue from a source's own tables, and everything that can be wrong in it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dataflow.bench import Bench
from tests.dataflow.tables import same
from workbench.catalog import Catalog
from workbench.dataflow import Flow

CONTACTS = {
    "variable": "gp_contacts", "from": ["ima.HEALTH"], "keys": {"C2": "SS00010", "PrestatieJaar": "year"},
    "output": "made.contact",
}  # fmt: skip
# Two visits on one day to one doctor are one contact; what is taken back is none; 599395 is no contact.
LINES = """
SS00010:bigint | SS00015:date | SS00020:string | SS00050:integer | SS00065A:string
1              | 2018-03-01   | 101032         | 1               | a
1              | 2018-03-01   | 101076         | 1               | a
1              | 2018-03-01   | 101032         | 1               | b
1              | 2019-01-05   | 103132         | 1               | a
2              | 2018-06-01   | 101032         | 1               | a
2              | 2018-06-01   | 101032         | -1              | a
3              | 2018-06-01   | 599395         | 1               | a
"""


@pytest.fixture(scope="module")
def bench(flow: Flow, catalog: Catalog) -> Bench:
    return Bench(flow.study.study, catalog)


def test_rows_are_those_of_the_algorithm_under_the_names_asked_for(bench: Bench) -> None:
    same(
        bench.one("construct", CONTACTS, {"ima.HEALTH": LINES}),
        """
        C2:bigint | PrestatieJaar:integer | gp_contacts:integer
        1         | 2018                  | 2
        1         | 2019                  | 1
        """,
    )


def test_what_the_columns_are_follows_from_the_catalogue(bench: Bench) -> None:
    made, found = bench.said("construct", CONTACTS, {})
    assert found == []
    key, year, value = made["made.contact"]
    assert (key.name, key.domain, key.type) == ("C2", "C2", "bigint")
    assert (year.name, year.role, year.origin) == ("PrestatieJaar", "quasi_identifier", {"ima.HEALTH.SS00015"})
    assert value.name == "gp_contacts" and value.sensitive and not value.aggregate
    assert value.origin == {f"ima.HEALTH.SS000{one}" for one in ("10", "15", "20", "50", "65A")}


@pytest.mark.parametrize(
    ("change", "what", "todo"),
    [
        ({"variable": "gp_visits"}, "'gp_visits' has no algorithm", "name one of these"),
        ({"variable": "contacten"}, "'contacten' has no algorithm", "name one of these"),
        ({"from": ["ima.FARMA"]}, "cannot be made from these tables", "give exactly these under 'from'"),
        ({"variable": "Overlijden30"}, "cannot be made from these tables", "make it with a formula of 'derive'"),
        ({"keys": {"C2": "PP0010"}}, "'PP0010' is no key of 'gp_contacts'", "name one of these"),
        ({"keys": {"Jaartal": "year"}}, "'Jaartal' has no entry in catalog/derived.yaml", "add it there"),
    ],
)
def test_what_is_wrong_is_found(bench: Bench, change: dict[str, Any], what: str, todo: str) -> None:
    _, found = bench.said("construct", {**CONTACTS, **change}, {})
    said = [" ".join(map(str, one)) for one in found]
    assert any(what in one and todo in one for one in said), said
