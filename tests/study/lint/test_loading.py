"""Transcriptions and rules that are wrong themselves: every error with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.catalog.model import Catalog
from workbench.catalog.study_rule import study_rules
from workbench.errors import Problems, WorkbenchError
from workbench.study.findings import Finding, Hit, counted, finding
from workbench.study.printed_load import find_printed, load_printed

HEAD = 'document: "20/284"\nstudy: small\nlanguage: nl\n'
RULE = """\
rules:
  - id: {id}
    family: lineage
    severity: error
    reads: printed
    title: {{nl: a, fr: b, en: c}}
    reason: {{en: because}}
    repair: {{en: mend it}}
    cite: {{document: own, note: x}}
"""


def _problems(text: str, tmp_path: Path, catalog: Catalog) -> list[str]:
    path = tmp_path / "printed.yaml"
    path.write_text(HEAD + text, "utf-8")
    with pytest.raises(Problems) as raised:
        load_printed(str(path), catalog, tmp_path / "catalog")
    return [f"{one.line}: {one.what}" for one in raised.value.problems]


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("surprise: 1\n", 4, "'surprise' is not a known key"),
        ("parties:\n  - {name: A, is: ehealth, lin: 3}\n", 5, "is not a known key"),
        ("parties:\n  - {name: A, is: nobody, line: 3}\n", 5, "party 'nobody' is unknown"),
        ("steps:\n  - {line: 1, told_in: prose, does: conjure}\n", 5, "wrong value"),
        ("code_lists:\n  - {name: a, line: 1, system: icd10, entries: [{line: 2, from: A00}]}\n", 5, "wrong value"),
        ("code_lists:\n  - {name: a, line: 1, system: icd10, entries: [{line: 2, code: 12}]}\n", 5, "wrong value"),
        ("statements:\n  - {line: 1, says: nothing}\n", 5, "wrong value"),
        ("statements:\n  - {line: 1, says: age, form: 18}\n", 5, "is not a known key"),
        ("document: x\n", 4, "given twice"),
    ],
)
def test_what_is_wrong_in_a_transcription_is_said_with_its_line(
    text: str, line: int, word: str, tmp_path: Path, catalog: Catalog
) -> None:
    found = _problems(text, tmp_path, catalog)
    assert any(one.startswith(f"{line}: ") for one in found), found
    assert any(word in one or "twice" in one for one in found), found


def test_an_unknown_document_is_said(tmp_path: Path, catalog: Catalog) -> None:
    path = tmp_path / "printed.yaml"
    path.write_text('document: "99/1"\nstudy: small\nlanguage: nl\n', "utf-8")
    with pytest.raises(Problems, match="document '99/1' is unknown"):
        load_printed(str(path), catalog, tmp_path)


def test_all_errors_come_at_once(tmp_path: Path, catalog: Catalog) -> None:
    assert len(_problems("surprise: 1\nother: 2\n", tmp_path, catalog)) == 2


def test_a_study_without_a_transcription_names_those_that_have_one(root: Path) -> None:
    with pytest.raises(WorkbenchError, match="stroke-care"):
        find_printed("nowhere", root)
    with pytest.raises(WorkbenchError, match="There is no file"):
        find_printed("nowhere/printed.yaml", root)
    assert find_printed("stroke-care", root).is_file()


def test_a_rule_id_stands_once(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    for name in ("a", "b"):
        (tmp_path / "rules" / f"{name}.yaml").write_text(RULE.format(id="same"), "utf-8")
    with pytest.raises(Problems, match=r"rules/b.yaml:2: rule 'same' exists already"):
        study_rules(tmp_path)


def test_a_rule_with_an_unknown_key_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.yaml").write_text(RULE.format(id="one") + "    extra: 1\n", "utf-8")
    with pytest.raises(Problems, match=r"a.yaml:10"):
        study_rules(tmp_path)


def test_a_finding_takes_the_words_of_its_rule_where_the_place_has_none(root: Path) -> None:
    rule = study_rules(root)["age-differs"]
    plain = finding(rule, "20/284", Hit(7, "two limits."))
    assert str(plain) == f"20/284:7: [age-differs] two limits. {rule.reason.en}. {rule.repair.en}."
    own = finding(rule, "20/284", Hit(7, "two limits", why="own reason", repair="own repair", lines=(3,)))
    assert (own.why, own.repair, own.lines, own.severity) == ("own reason", "own repair", (3,), "error")


def test_findings_are_counted_per_rule() -> None:
    def made(rule: str) -> Finding:
        return Finding("f", 1, rule, "note", "what", "why", "repair")

    assert counted([made("b"), made("a"), made("b")]) == {"a": 1, "b": 2}
