"""The handouts of workshops: what they name exists, no answer is in them, and they are written in three languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.catalog.base import LANGUAGES
from workbench.catalog.load import load_catalog
from workbench.dataflow import compile_flow
from workbench.errors import Problems, WorkbenchError
from workbench.paper.write import written
from workbench.study.load import read_study
from workbench.training.handout import handout
from workbench.training.workshops import read_workshops, workshop_of

ROOT = Path(__file__).resolve().parents[2] / "catalog"


def test_a_handout_has_its_exercises_and_words_and_no_answer() -> None:
    opened = workshop_of(ROOT, "what-may-come-out")
    catalog = load_catalog(ROOT)
    file, _ = read_study("stroke-selfreg-2020", catalog, ROOT)
    assert file is not None
    flows = {"stroke-selfreg-2020": compile_flow(file, catalog)}
    for lang in LANGUAGES:
        paper = handout(opened, flows, lang)
        said = "\n".join(paper.texts())
        for one in opened.exercises:
            assert one.task[lang] in said and one.title[lang] in said
            assert not any(check.hint[lang] in said for check in one.checks), "hints are for who is stuck"
            assert not any(edit.put and edit.put in said for edit in one.solution)
        assert all(one.means[lang] in said for one in opened.words)
        assert all(entry.step.label[lang] in said for entry in flows["stroke-selfreg-2020"].steps)
    assert written(handout(opened, flows, "nl"), "pdf").startswith(b"%PDF")


def test_everything_is_said_in_three_languages() -> None:
    for opened in read_workshops(ROOT).values():
        labels = (opened.workshop.title, opened.workshop.lead, *(one.means for one in opened.words))
        assert all(len(set(one.model_dump().values())) == 3 for one in labels)


def test_a_name_that_leads_nowhere_is_said_with_those_there_are(tmp_path: Path) -> None:
    for name in ("exercises", "studies"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "workshop").mkdir()
    for path in (ROOT / "workshop").iterdir():
        text = path.read_text(encoding="utf-8").replace("[count-of-one,", "[count-of-two,").replace("[insz,", "[bsn,")
        (tmp_path / "workshop" / path.name).write_text(text, encoding="utf-8")
    with pytest.raises(Problems) as raised:
        read_workshops(tmp_path)
    assert "exercises called 'count-of-two'" in str(raised.value) and "words called 'bsn'" in str(raised.value)
    with pytest.raises(WorkbenchError, match="There is no workshop 'nothing'"):
        workshop_of(ROOT, "nothing")
