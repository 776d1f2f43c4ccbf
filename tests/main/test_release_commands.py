"""The commands around a release, as a user types them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from tests.publish.releases import STUDY, indicator_table
from workbench.__main__ import main
from workbench.disclosure import load_policy, protect
from workbench.disclosure.views import registrar
from workbench.errors import WorkbenchError
from workbench.main.audits import opened
from workbench.main.confidential import half_of, keep
from workbench.main.release_pictures import KINDS, SECRETS, bars
from workbench.main.release_words import WORDS, attacker
from workbench.main.releases import earlier_releases, registered
from workbench.main.serving import invite
from workbench.paper.pdf import HIGHEST
from workbench.publish import read_release, write_release
from workbench.state import OrganisationRow, PersonRow

Command = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def published(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shelf with one release and its confidential half."""
    shelf = tmp_path_factory.mktemp("home") / "releases"
    made = protect(indicator_table(), load_policy(repo_root / "catalog" / "policies" / "small-cells.yaml"))
    keep(made.witnesses, shelf)
    write_release(made.safe, "run-1", shelf)
    invite(shelf, repo_root / "catalog")
    return shelf


@pytest.fixture
def workbench(repo_root: Path, published: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    def run(command: str, action: str, *arguments: str) -> tuple[int, str]:
        words = [command, *([action] if action else []), STUDY, *arguments, "--releases", str(published)]
        code = main(["--catalog", str(repo_root / "catalog"), *words])
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return run


def test_a_release_is_listed_shown_attacked_and_told(workbench: Command, tmp_path: Path) -> None:
    code, text = workbench("release", "list")
    assert code == 0 and "can be read" in text
    code, text = workbench("release", "show")
    assert code == 0 and "outsider" in text and "witnesses_sha256" in text
    code, text = workbench("attack", "", "--format", "json")
    tries = json.loads(text[text.index("[") :])
    assert code == 0 and {one["attacker"] for one in tries} == {"outsider", "901", "902", "903", "904", "905", "906"}
    assert sum(one["secrets"] for one in tries) > 0 == sum(one["learned"] for one in tries)
    for lang, word in (("nl", "Vertrouwelijk"), ("fr", "Confidentiel"), ("en", "Confidential")):
        out = tmp_path / f"{lang}.html"
        code, _ = workbench("release", "report", "--lang", lang, "--out", str(out))
        page = out.read_text(encoding="utf-8")
        assert code == 0 and word in page and page.count("<svg") == 3 and "{" not in page.partition("<body>")[2]
        assert out.stat().st_mode & 0o077 == 0
        said = {"nl": "een buitenstaander", "fr": "une personne extérieure", "en": "anyone outside"}[lang]
        assert said in page and "outsider" not in page and "`" not in page and "anticoagulants.k" not in page
    assert workbench("release", "report", "--out", str(tmp_path / "a.odt"))[0] == 2
    for form, start in (("docx", b"PK"), ("pdf", b"%PDF-")):
        out = tmp_path / f"a.{form}"
        assert workbench("release", "report", "--lang", "nl", "--out", str(out))[0] == 0
        assert out.read_bytes().startswith(start) and out.stat().st_mode & 0o077 == 0


def test_attackers_are_named_in_the_language_of_the_report() -> None:
    names = ["outsider", registrar("901", (2018, 2017)), "902", "902 + 903"]
    assert [attacker(name, WORDS["nl"]) for name in names] == [
        "een buitenstaander", "wie 901 registreerde in 2017, 2018", "902", "902 + 903",
    ]  # fmt: skip
    assert attacker(names[1], WORDS["fr"]) == "qui a enregistré 901 en 2017, 2018"
    assert {tuple(sorted(words)) for words in WORDS.values()} == {tuple(sorted(WORDS["en"]))}


def test_long_names_beside_bars_go_on_below_and_leave_room_for_the_bars() -> None:
    name = "Anticoagulantia bij ontslag (ischemisch CVA met VKF)"
    drawn = bars({name: (1, 2, 3)}, KINDS, "picture", WORDS["nl"]).decode()
    beside = re.findall(r'<text x="(\d+)" y="\d+" text-anchor="end">(.*?)</text>', drawn)
    assert " ".join(text for _, text in beside) == name and len(beside) == 2
    assert all(int(x) < 760 / 2 for x, _ in beside)


@pytest.mark.parametrize(("readers", "fits"), [(31, True), (60, False)])
def test_thirty_hospitals_and_the_outsider_are_one_picture_on_a_page(readers: int, fits: bool) -> None:
    drawn = bars({str(901 + one): (16, 0) for one in range(readers)}, SECRETS, "picture", WORDS["nl"]).decode()
    wide, high = map(float, re.findall(r'viewBox="0 0 (\d+) (\d+)"', drawn)[0])
    assert (high <= HIGHEST * wide) is fits
    grounds = re.findall(r'y="(\d+)" width="\d+" height="(\d+)"', drawn)[-readers:]
    ends = [(int(top), int(top) + int(tall)) for top, tall in grounds]
    assert all(end < begin for (_, end), (begin, _) in pairwise(ends))


def test_merging_classes_is_weighed_before_deciding(workbench: Command) -> None:
    code, text = workbench("release", "whatif", "--merge", "904+905")
    assert code == 0 and "fewer numbers withheld" in text
    code, text = workbench("release", "whatif", "--merge", "904+2018")
    assert code == 3 and "no classes of one sort" in text


def test_only_the_sponsor_signs_and_withdraws(workbench: Command) -> None:
    assert workbench("release", "sign", "1", "--by", "nobody")[0] == 2
    code, text = workbench("release", "sign", "1", "--by", "an.peeters")
    assert code == 3 and "no profile of the sponsor" in text
    code, text = workbench("release", "withdraw", "1", "--by", "mia.janssens", "--why", "wrong years")
    assert code == 0 and "still audited" in text
    assert "withdrawn" in workbench("release", "list")[1]


def test_nothing_is_certified_without_the_earlier_half(published: Path, repo_root: Path) -> None:
    release = read_release(published, STUDY)
    assert [told.number for told in earlier_releases(published, STUDY)] == [1]
    (folder,) = published.with_name("releases-confidential").iterdir()
    text = folder / "published.csv"
    kept = text.read_text(encoding="utf-8")
    text.write_text(kept.replace(",", ";", 1), encoding="utf-8")
    with pytest.raises(WorkbenchError, match="is not what release 1"):
        half_of(release, published)
    text.unlink()
    with pytest.raises(WorkbenchError, match="no confidential half"):
        earlier_releases(published, STUDY)
    text.write_text(kept, encoding="utf-8")


def test_who_registered_is_known_by_hospital_and_years_not_by_name(published: Path, repo_root: Path) -> None:
    found = registered(published, repo_root / "catalog", STUDY)
    assert ("901", frozenset({2017, 2018})) in found and all(hospital.isdecimal() for hospital, _ in found)


def test_who_registered_is_asked_of_the_state(repo_root: Path, tmp_path: Path) -> None:
    """Who was added there is an attacker, who may no longer log in too; the invented people only where nobody is."""
    shelf, root = tmp_path / "releases", repo_root / "catalog"
    assert ("901", frozenset({2017, 2018})) in registered(shelf, root, STUDY)
    with opened(tmp_path / "state") as state:
        state.people.add_organisation(OrganisationRow("one", "One", "hospital", "777", "M", "m@one.example"), "x")
        state.people.add(PersonRow("a.b", "A", "one", "registers", (), {STUDY: [2020, 2021], "another": [1999]}), "x")
        state.people.activate("a.b", "x", active=False)
    assert registered(shelf, root, STUDY) == (("777", frozenset({2020, 2021})),)
