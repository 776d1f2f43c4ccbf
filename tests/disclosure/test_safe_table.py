"""A SafeTable comes from `protect` or not at all, and `protect` fails closed."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from typing import Any

import highspy
import numpy as np
import pyarrow as pa
import pytest

from tests.disclosure.builders import stroke_table, table_of
from tests.disclosure.cubes import small_policy
from tests.disclosure.test_planted_leaks import TABLE
from workbench.disclosure import Certificate, SafeTable, protect
from workbench.disclosure.program import Answer, Program
from workbench.errors import Refused
from workbench.indicators.table import IndicatorTable

SAFE = protect(TABLE, small_policy()).safe

FORGERIES: dict[str, Callable[[], Any]] = {
    "constructor": lambda: SafeTable(),
    "constructor with content": lambda: SafeTable("study", {}, SAFE.certificate, SAFE.rows),
    "class without constructor": lambda: object.__new__(SafeTable).rows,
    "subclass": lambda: type("Mine", (SafeTable,), {}),
    "copy": lambda: copy.copy(SAFE),
    "deep copy": lambda: copy.deepcopy(SAFE),
    "pickle": lambda: pickle.dumps(SAFE),
    "dataclass replace": lambda: dataclasses.replace(SAFE, study="other"),  # type: ignore[type-var]
}


@pytest.mark.parametrize("way", FORGERIES)
def test_no_other_way_to_a_safe_table(way: str) -> None:
    with pytest.raises(TypeError):
        FORGERIES[way]()


def test_a_safe_table_cannot_be_changed() -> None:
    for name, value in {"rows": pa.table({}), "study": "other", "other": 1}.items():
        with pytest.raises(AttributeError):
            setattr(SAFE, name, value)
    SAFE.policy["threshold"] = 1
    assert SAFE.policy["threshold"] == 5
    with pytest.raises(dataclasses.FrozenInstanceError):
        SAFE.certificate.withheld = 0  # type: ignore[misc]
    with pytest.raises(TypeError):
        SAFE.certificate.verdicts["h0"] = "unsafe"  # type: ignore[index]


def test_the_public_half_holds_no_secret() -> None:
    safe, witnesses = protect(TABLE, small_policy())
    assert {field.name for field in dataclasses.fields(Certificate)} == {
        "method", "policy_sha256", "rows_sha256", "witnesses_sha256", "numbers", "withheld", "verdicts",
        "earlier", "amounts",
    }  # fmt: skip
    assert safe.certificate.verdicts == {name: "safe" for name in ("outsider", "h0", "h1", "h2", "h3")}
    assert safe.certificate.withheld == witnesses.small + witnesses.secondary
    assert safe.certificate.witnesses_sha256 == witnesses.sha256
    assert not any("persons" in name or "stays" in name for name in safe.rows.column_names)


def test_same_table_same_release_and_a_hash_that_confirms_no_guess() -> None:
    table, policy = stroke_table(7, hospitals=3, mean=20), small_policy()
    one, two = protect(table, policy, salt=b"secret"), protect(table, policy, salt=b"secret")
    assert one.safe.rows.equals(two.safe.rows)
    assert one.safe.certificate == two.safe.certificate
    other = protect(table, policy).safe.certificate
    assert other.rows_sha256 == one.safe.certificate.rows_sha256
    assert other.witnesses_sha256 != one.safe.certificate.witnesses_sha256


@pytest.mark.parametrize("status", ["kNotset", "kSolveError", "kUnknown", "kUnbounded", "kMemoryLimit"])
def test_an_unexpected_solver_status_refuses(status: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = getattr(highspy.HighsModelStatus, status)
    monkeypatch.setattr(highspy.Highs, "getModelStatus", lambda self: wrong)
    with pytest.raises(Refused, match=status):
        protect(TABLE, small_policy())


def test_a_refused_instruction_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(highspy.Highs, "run", lambda self: highspy.HighsStatus.kError)
    with pytest.raises(Refused, match="kError"):
        protect(TABLE, small_policy())


def test_an_undecided_demand_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Program, "ask", lambda self, question, **how: Answer(None, decided=False))
    with pytest.raises(Refused, match="undecided"):
        protect(TABLE, small_policy())


@pytest.mark.parametrize("lie", [0.0, 1.0, 0.4, -50.0])
def test_a_solver_that_lies_refuses(lie: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the solver says is only ever a proposal: a wrong table never becomes a witness."""

    def answer(self: Program, question: object, **how: object) -> Answer:
        return Answer(np.full((4, 2), lie), decided=True)

    monkeypatch.setattr(Program, "ask", answer)
    with pytest.raises(Refused):
        protect(TABLE, small_policy())


def test_a_rechecker_that_objects_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.disclosure.release.recheck", lambda published, arrays: ["a fault"])
    with pytest.raises(Refused, match="a fault"):
        protect(TABLE, small_policy())


def test_counts_that_contradict_the_cells_refuse() -> None:
    counts = TABLE.counts.to_pylist()
    counts[0]["stays"] += 1
    wrong = pa.Table.from_pylist(counts, schema=TABLE.counts.schema)
    table = IndicatorTable("tiny", TABLE.indicators, TABLE.cells, wrong, TABLE.adjusted)
    with pytest.raises(Refused, match="the cells say"):
        protect(table, small_policy())


def test_a_table_without_stays() -> None:
    rows = protect(table_of(("a",), {("h0", 2015, frozenset({"a.n"})): 0}), small_policy()).safe.rows
    assert rows["withheld"].to_pylist() == [True] * 4


def test_progress_goes_from_withholding_to_certified() -> None:
    heard: list[tuple[str, int, int]] = []
    protect(TABLE, small_policy(), lambda stage, done, total: heard.append((stage, done, total)))
    stages = list(dict.fromkeys(stage for stage, _, _ in heard))
    assert stages == ["withholding", "showing again", "certifying"]
    assert all(0 <= done <= total for _, done, total in heard) and heard[-1] == ("certifying", 1, 1)
