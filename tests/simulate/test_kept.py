"""A run writes down until when its datasets are kept, by what its study says."""

from __future__ import annotations

import json
from datetime import date, timedelta

from workbench.simulate import Run
from workbench.study.retention import kept_in


def test_a_run_says_until_when_its_datasets_are_kept(run: Run) -> None:
    """20/284, paragraph 32: four years from the collection of the data."""
    kept = {one.dataset: one.until for one in kept_in(run.folder / "run.json")}
    assert set(kept) == {"analysis", "linked"}
    for until in kept.values():
        began = date(until.year - 4, until.month, until.day)
        assert timedelta(0) <= date.today() - began <= timedelta(days=2)
    assert json.loads((run.folder / "run.json").read_text())["study"] == "stroke-care"
