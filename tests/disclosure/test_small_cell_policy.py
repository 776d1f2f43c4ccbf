"""The policy is a file; a wrong one is reported at once, with every fault and its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.disclosure import load_policy
from workbench.errors import Problems

GOOD = "id: p\nunit: persons\nthreshold: 5\nzeros: hide\ncite: {document: own}\n"


def test_the_policy_of_the_catalogue(repo_root: Path) -> None:
    policy = load_policy(repo_root / "catalog" / "policies" / "small-cells.yaml")
    assert (policy.id, policy.unit, policy.threshold, policy.zeros) == ("small-cells", "persons", 5, "hide")
    assert policy.smallest == 0


@pytest.mark.parametrize(
    ("right", "wrong", "lines"),
    [
        ("threshold: 5", "threshold: 1", [3]),
        ("threshold: 5", "threshold: five", [3]),
        ("zeros: hide", "zeros: maybe", [4]),
        ("unit: persons\nthreshold: 5", "unit: beds\nthreshold: 0", [2, 3]),
        ("zeros: hide", "zeros: hide\nrounding: 3", [5]),
        ("zeros: hide\n", "", [1]),
    ],
)
def test_faults_are_all_reported_with_their_line(right: str, wrong: str, lines: list[int], tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(GOOD.replace(right, wrong), encoding="utf-8")
    with pytest.raises(Problems) as raised:
        load_policy(path)
    assert [problem.line for problem in raised.value.problems] == lines
    assert raised.value.exit_code == 2


def test_no_policy_no_release(tmp_path: Path) -> None:
    with pytest.raises(Problems, match="cannot be read"):
        load_policy(tmp_path / "absent.yaml")
