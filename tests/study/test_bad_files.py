"""Files that are hardly study files: each gives problems with a line, never a traceback or a dead process."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from tests.study.conftest import CATALOG, STUDY, Check, edited, line_of
from workbench.catalog import Catalog
from workbench.dataflow import read_flow
from workbench.errors import Problems, WorkbenchError
from workbench.study import load_study, read_study
from workbench.study.load import find_study

DEEP = 100_000


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "the file is empty"),
        ("  \n# only a comment\n", 1, "the file is empty"),
        ("~\n", 1, "the file is empty"),
        ("- id: stroke-care\n- title: x\n", 1, "'Study' has a wrong value"),
        ("just a sentence", 1, "'Study' has a wrong value"),
        ("id: a\ntitle: [1, 2\nlegal: x\n", 3, "this is not valid YAML"),
        ("id: a\n\ttitle: b\n", 2, "this is not valid YAML"),
        ("id: a\n---\nid: b\n", 2, "but found another document"),
        ("id: 'a\n", 2, "this is not valid YAML"),
        ("id: a\x00b\n", 1, "this is not valid YAML"),
        ("[" * DEEP, 1, "nested too deeply"),
        ("{a: " * DEEP, 1, "nested too deeply"),
        ("- " * DEEP + "a", 1, "nested too deeply"),
        ("\n".join(" " * depth + "a:" for depth in range(60)), 40, "nested too deeply"),
        ("x: 1\n" * 1_500_000, 1, "larger than 5 MB"),
    ],
    ids=[
        "empty", "only a comment", "only null", "a list", "a sentence", "an open bracket", "a tab",
        "two documents", "an open quote", "a null byte", "deep brackets", "deep braces", "deep dashes",
        "deep indents", "too large",
    ],
)  # fmt: skip
def test_a_file_that_says_nothing_readable(text: str, line: int, words: str, check: Check) -> None:
    (problem,) = check(text)
    assert problem.line == line
    assert words in str(problem)


def test_text_that_is_not_utf8(check: Check) -> None:
    latin = STUDY.replace("patiënten selecteren", "patiÃnten", 1).encode("latin-1", "replace")
    (problem,) = check(latin)
    place = next(number for number, byte in enumerate(latin) if byte > 127)
    assert problem.line == latin[:place].count(b"\n") + 1
    assert "the file is not UTF-8 text" in str(problem) and "save it as UTF-8" in str(problem)


def test_an_alias_bomb_is_one_problem_at_the_first_alias(check: Check) -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(
        f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 25)
    )
    (problem,) = [found for found in check(bomb) if "alias" in found.what]
    assert problem.line == 2
    assert "an alias is used, and 239 more below" in str(problem)


def test_a_merge_key_is_no_way_round(check: Check) -> None:
    text = edited(("analysis:\n  party: vikz", "analysis: &x\n  party: vikz")) + "\n<<: *x\n"
    (problem,) = check(text)
    assert problem.line == line_of(text, "<<: *x") and problem.what == "an alias is used"


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.getcwd []", "!secret x", "!!timestamp noon", "!!bool maybe"])
def test_a_tag_is_a_fault_of_its_line(tag: str, check: Check) -> None:
    text = edited(("  - {dataset: linked, years: 4,", f"  - {{dataset: linked, years: {tag},"))
    problems = check(text)
    assert {problem.line for problem in problems} == {line_of(text, tag)}


def test_a_wrong_value_is_not_reported_twice(check: Check) -> None:
    text = edited(("days_after: 14", "days_after: 2020-99-99"))
    (problem,) = check(text)
    assert "'2020-99-99' cannot be read. month must be in 1..12" in str(problem)


def test_a_folder_or_a_file_that_may_not_be_read(tmp_path: Path, catalog: Catalog) -> None:
    with pytest.raises(WorkbenchError, match="There is no study file"):
        load_study(str(tmp_path / "absent.yaml"), catalog, CATALOG)
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(WorkbenchError, match="There is no study file"):
        load_study(str(tmp_path / "folder.yaml"), catalog, CATALOG)


@pytest.mark.parametrize("name", ["nothing", "", "..", "../studies/stroke-care", "stroke-care/", "a\0b", "/etc/passwd"])
def test_a_name_that_is_no_study_names_those_that_are(name: str) -> None:
    with pytest.raises(WorkbenchError, match=r"Known studies: .*stroke-care") as caught:
        find_study(name, CATALOG)
    assert caught.value.exit_code == 2


def test_a_study_is_found_by_name_and_by_path(catalog: Catalog) -> None:
    by_name = load_study("stroke-care", catalog, CATALOG)
    by_path = load_study(str(CATALOG / "studies" / "stroke-care" / "study.yaml"), catalog, CATALOG)
    assert by_name.study == by_path.study


def test_loading_raises_all_problems_sorted_by_line(tmp_path: Path, catalog: Catalog) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(
        edited(("  - {party: committee", "  - {party: nobody"), ("issuer: nic", "issuer: nick")),
        encoding="utf-8",
    )
    with pytest.raises(Problems) as caught:
        load_study(str(path), catalog, CATALOG)
    lines = [problem.line for problem in caught.value.problems]
    assert lines == sorted(lines) and len(lines) == 2
    assert str(caught.value).count("\n") == 1 and caught.value.exit_code == 2


WORDS = sorted(set(re.findall(r"[A-Za-z0-9_.-]+", STUDY)))
SCRAPS = [
    "",
    ":",
    "- ",
    "[",
    "]",
    "{",
    "}",
    "'",
    '"',
    "#",
    "&x ",
    "*x",
    "!!int ",
    "\n",
    "\n\n  ",
    "null",
    "3.5",
    "é",
    "\t",
]


def mutated(chance: random.Random) -> str:
    """The study file after one to four small accidents."""
    text = STUDY
    for _ in range(chance.randint(1, 4)):
        lines = text.split("\n")
        at = chance.randrange(len(lines))
        line = lines[at]
        accident = chance.randrange(8)
        if accident == 0:
            del lines[at]
        elif accident == 1:
            lines.insert(chance.randrange(len(lines)), line)
        elif accident == 2:
            lines[at] = " " * chance.randrange(9) + line.strip()
        elif accident == 3:
            place = chance.randrange(len(line) + 1)
            lines[at] = line[:place] + chance.choice(SCRAPS) + line[place:]
        elif accident == 4:
            lines[at] = line[: chance.randrange(len(line) + 1)]
        elif accident == 5:
            other = chance.randrange(len(lines))
            lines[at], lines[other] = lines[other], line
        else:
            found = list(re.finditer(r"[A-Za-z0-9_.-]+", line))
            if found:
                word = chance.choice(found)
                lines[at] = line[: word.start()] + chance.choice([*SCRAPS, *WORDS]) + line[word.end() :]
        text = "\n".join(lines)
    return text


@pytest.mark.parametrize("block", range(10))
def test_random_accidents_never_end_in_a_traceback(block: int, check: Check) -> None:
    """300 files: whatever happened to the text, there is a list of problems with their places."""
    fine = 0
    for seed in range(block * 30, block * 30 + 30):
        text = mutated(random.Random(seed))
        try:
            problems = check(text)
        except Exception as error:
            raise AssertionError(f"seed {seed} ended in {type(error).__name__}: {error}") from error
        fine += not problems
        last = text.count("\n") + 1
        for problem in problems:
            assert 1 <= problem.line <= last, f"seed {seed}: {problem}"
            assert problem.what and problem.why and problem.todo, f"seed {seed}: {problem}"
    assert fine < 25, "accidents that change nothing test nothing"


def test_reading_twice_finds_the_same_twice(tmp_path: Path, catalog: Catalog) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(edited(("days_after: 14", "days_after: two"), ("kind: assess_small_cells", "kind: x")))
    found, _ = read_study(str(path), catalog, CATALOG)
    assert found is not None
    once, twice = read_flow(found, catalog)[1], read_flow(found, catalog)[1]
    assert once == twice and len(once) == 2
