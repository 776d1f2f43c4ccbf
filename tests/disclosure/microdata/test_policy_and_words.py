"""The policy file and the sentences of the report: complete, and wrong ones are told."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from workbench.catalog.model import Catalog
from workbench.disclosure.microdata import microdata_policy
from workbench.disclosure.microdata.report import FOLDER
from workbench.errors import Problems, WorkbenchError

ROOM = FOLDER.parent
BLANK = re.compile(r"{(\w+)}")
BUILT = ("role.", "col.")  # keys put together of these and a name


def sentences(lang: str) -> dict[str, str]:
    with (FOLDER / f"{lang}.po").open("rb") as file:
        return {str(one.id): str(one.string) for one in read_po(file) if one.id}


def test_every_sentence_stands_in_each_language_with_the_same_blanks() -> None:
    english = sentences("en")
    for lang in ("nl", "fr"):
        other = sentences(lang)
        assert other.keys() == english.keys()
        for key, text in other.items():
            assert text and sorted(set(BLANK.findall(text))) == sorted(set(BLANK.findall(english[key]))), key


def test_every_sentence_is_used_and_every_used_one_is_there() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in ROOM.glob("*.py"))
    asked = set(re.findall(r'(?<![\w.])t\(\s*"([a-z_.]+)"', code)) | set(re.findall(r'"([a-z]+\.[a-z_.]+)" if', code))
    asked |= set(re.findall(r'else "([a-z]+\.[a-z_.]+)"', code))
    known = sentences("en").keys()
    assert asked - known == set()
    assert [key for key in known - asked if not key.startswith(BUILT)] == []


def test_the_default_policy_says_where_its_figures_come_from(catalog: Catalog) -> None:
    policy = microdata_policy(catalog, "small-cells")
    assert (policy.threshold, policy.unit, policy.id) == (5, "persons", "person-level")
    assert "No public numeric threshold" in str(policy.cite.note)


def test_a_policy_without_its_figures_is_told_at_its_line_all_at_once(catalog: Catalog) -> None:
    entry = catalog.policies["person-level"].model_copy(update={"threshold": 1, "withheld": 2.0})
    wrong = replace(catalog, policies={**catalog.policies, "person-level": entry})
    with pytest.raises(Problems) as caught:
        microdata_policy(wrong, "small-cells")
    told = [str(one) for one in caught.value.problems]
    assert len(told) == 2 and all(one.startswith("catalog/policies/person-level.yaml:") for one in told)
    assert "threshold" in told[0] and "withheld" in told[1]


def test_a_study_policy_without_one_for_person_level_data_says_what_to_do(catalog: Catalog) -> None:
    with pytest.raises(WorkbenchError, match="no file of catalog/policies says 'beside: other'"):
        microdata_policy(catalog, "other")


def test_no_module_of_the_room_prints_a_sentence_of_its_own() -> None:
    for path in Path(ROOM).glob("*.py"):
        assert not re.search(r'Paragraph\("', path.read_text(encoding="utf-8")), path
