"""Amendment, summary for who delivers, EHDS application, GDPR record and impact assessment of every study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests.documents.test_request import after, rows
from workbench.catalog.base import LANGUAGES, Label
from workbench.catalog.request import View, ViewSection, read_views
from workbench.documents.amendment import amendment
from workbench.documents.dossier import Amends, Dossier
from workbench.documents.summary import summary
from workbench.documents.told import Told
from workbench.documents.views import PARTS, checked, view
from workbench.errors import Problems, WorkbenchError
from workbench.paper.blocks import Bullets, Document, Heading, OpenPoint, Paragraph
from workbench.study.diff import diff
from workbench.verify.diff import diff_exposure

pytestmark = pytest.mark.xdist_group("documents")
Tellings = Mapping[tuple[str, str], Told]
OLD, NEW = "stroke-selfreg-2020", "stroke-selfreg-2022"


@pytest.fixture(scope="module")
def views(repo_root: Path) -> Mapping[str, View]:
    return checked(*read_views(repo_root / "catalog"))


def amended(tellings: Tellings, lang: str, old: str = OLD, new: str = NEW) -> Document:
    before, about = tellings[old, lang], tellings[new, lang]
    changes = diff(before.flow.study, about.flow.study, about.flow.catalog)
    return amendment(before, about, changes, diff_exposure(before.flow, about.flow))


def test_the_amendment_of_2022_tells_what_the_deliberation_prints(tellings: Tellings) -> None:
    """Read off 20/284 by hand: years 2018-2021 instead of 2017-2019, swallowing gone, SITS and Inclusie new."""
    document = amended(tellings, "nl")
    question = rows(after(document, "Vraag en populatie"))
    assert ("Periode\njaren", "2017-2019", "2018-2021") in question
    variables = {row[0]: row[1:] for row in rows(after(document, "2.2 Variabelen"))}
    swallow = next(row for name, row in variables.items() if "Slikscreening" in name)
    assert swallow == ("valt weg", "")
    assert all(any(name in part and row == ("", "nieuw") for part, row in variables.items())
               for name in ("STROKE_2022.SITS", "STROKE_2022.Inclusie"))  # fmt: skip
    new = [row[0] for row in rows(after(document, "Variabelen die voordien niet gevraagd"))]
    assert new == ["selfreg.STROKE_2022.Inclusie", "selfreg.STROKE_2022.SITS"]
    kept = rows(after(document, "Bescherming van de personen"))
    assert ("Bewaartermijn analysis\njaren", "4", "3") in kept
    assert any("de inzameling van de gegevens" in row[1] for row in kept), "a moment in the reader's language"
    more = [
        item for block in after(document, "Meer dan voordien") if isinstance(block, Bullets) for item in block.items
    ]
    assert len(more) == 1 and more[0].startswith("Automatisch proces van VIKZ")
    found = rows(after(document, "Bevindingen die bijkomen"))
    assert [(row[0], row[3]) for row in found] == [("nieuw", "add-metadata"), ("nieuw", "smals:vikz-transfer")]


def test_every_change_but_how_a_text_is_read_stands_in_one_row(tellings: Tellings) -> None:
    for lang in LANGUAGES:
        before, about = tellings[OLD, lang], tellings[NEW, lang]
        changes = diff(before.flow.study, about.flow.study, about.flow.catalog).changes
        asked = sum(one.about != "erratum" for one in changes)
        found = rows(after(amended(tellings, lang), about.t("h.amendment.what")))
        assert len(found) == asked == 60, lang


def test_why_a_study_changes_is_open_until_it_says_so(tellings: Tellings) -> None:
    about = tellings[NEW, "en"]
    assert any(isinstance(block, OpenPoint) for block in amended(tellings, "en").blocks)
    why = Label(nl="omdat", fr="parce que", en="the register measures it better")
    told = Dossier(amends=Amends(study=OLD, why=why, cite=about.dossier.security[0].cite))
    said = {**tellings, (NEW, "en"): replace(about, dossier=told)}
    document = amended(said, "en")
    assert any("the register measures it better" in text for text in document.texts())
    assert not any(isinstance(block, OpenPoint) for block in document.blocks)


def test_a_study_against_itself_changes_nothing(tellings: Tellings) -> None:
    document = amended(tellings, "en", OLD, OLD)
    assert rows(list(document.blocks)) == []
    assert [block.text for block in after(document, "What changes") if isinstance(block, Paragraph)] == ["None."]


def test_a_hospital_reads_each_field_that_it_delivers(tellings: Tellings) -> None:
    for (study, lang), about in tellings.items():
        if "hospitals" not in about.flow.study.study.parties:
            continue
        document = summary(about, "hospitals")
        given = dict.fromkeys(
            (entry.step.delivers() or ("",))[0]
            for entry in about.flow.steps
            if entry.step.actor == "hospitals" and entry.step.delivers()
        )
        asked = [one.name for name in given for part in about.flow.datasets[name].parts.values() for one in part]
        found = rows(after(document, about.t("h.summary.fields")))
        assert [row[0] for row in found] == asked, (study, lang)
        assert len(rows(after(document, about.t("h.summary.asked")))) >= len(given)


def test_the_format_of_a_field_is_that_of_the_catalogue(tellings: Tellings) -> None:
    document = summary(tellings["stroke-care", "en"], "hospitals")
    formats = {row[0]: row[2] for row in rows(after(document, "The fields, one by one"))}
    assert formats["INSZ"] == "text; length 11"
    assert formats["A2_CODE_SEX"] == "text; length 1; code list sex"
    asked = rows(after(document, "What we ask of you, and when"))
    assert asked[0][3] == "sFTP server\nencrypted" and asked[0][4] == "not said"


def test_who_delivers_nothing_has_no_summary(tellings: Tellings) -> None:
    with pytest.raises(WorkbenchError, match=r"'kce' delivers no data in stroke-care.*--party hospitals"):
        summary(tellings["stroke-care", "en"], "kce")


def test_every_view_of_every_study_has_its_sections_and_says_how_sure_they_are(
    tellings: Tellings, views: Mapping[str, View]
) -> None:
    assert set(views) == {"ehds", "record", "dpia"}
    for (_, lang), about in tellings.items():
        for one in views.values():
            document = view(about, one)
            heads = [head.text.partition(". ")[2] for head in document.headings() if head.level == 1]
            expected = [about.t("h.view.notice"), *(section.title[lang] for section in one.sections), about.t("h.open")]
            assert heads == expected
            assert document.blocks[1] == Paragraph(one.notice[lang], lead=True)
            for section in one.sections:
                blocks = after(document, f". {section.title[lang]}")
                assert section.basis[lang] in getattr(blocks[0], "text", "")
                for said in section.open:
                    assert OpenPoint(about.t("open", what=said[lang])) in blocks
            listed = [i for b in after(document, f". {about.t('h.open')}") if isinstance(b, Bullets) for i in b.items]
            assert {said[lang] for section in one.sections for said in section.open} <= set(listed)


def test_what_is_not_final_is_said_to_be_so(views: Mapping[str, View]) -> None:
    assert "could not be read" in views["ehds"].notice.en and "from memory" in views["ehds"].notice.en
    assert "in force" in views["record"].notice.en and "skeleton" in views["dpia"].title.en
    letters = [section.basis.en[-3:] for section in views["record"].sections[:6]]
    assert letters == ["(a)", "(b)", "(c)", "(d)", "(e)", "(f)"] and "(g)" in views["record"].sections[6].basis.en


def test_every_finding_is_a_risk_and_none_is_judged_by_us(tellings: Tellings, views: Mapping[str, View]) -> None:
    for (study, lang), about in tellings.items():
        document = view(about, views["dpia"])
        found = rows(after(document, about.t("h.risks")))
        places = sorted(place for row in found for place in row[1].split(about.t("between")))
        assert places == sorted(one.at for one in about.judged), study
        assert all(row[4] == about.t("risks.judge") for row in found)
        if lang != "en":
            assert not any(("atalog" in text and "Engels" in text) or "en anglais" in text for text in document.texts()
                           if text.count("(") and "checker" not in text), (study, lang)  # fmt: skip


def test_categories_are_counted_as_a_reader_would(tellings: Tellings, views: Mapping[str, View]) -> None:
    """hospital.PATIENT of stroke-care: PATNUM and INSZ are asked, both identify, neither tells of health."""
    document = view(tellings["stroke-care", "en"], views["record"])
    found = {row[0]: row[2:] for row in rows(after(document, "Categories of data"))}
    assert next(row for name, row in found.items() if "hospital.PATIENT" in name) == ("2", "2", "0", "0")


def test_a_part_that_nobody_tells_is_told_at_its_line(repo_root: Path) -> None:
    (first, *_), source = read_views(repo_root / "catalog")
    section = first.sections[0].model_copy(update={"tells": ("applicant", "weather")})
    wrong = first.model_copy(update={"sections": (section,)})
    with pytest.raises(Problems, match=r"views\.yaml:\d+: there is no part 'weather'") as caught:
        checked((wrong,), source)
    assert len(caught.value.problems) == 1
    assert ViewSection.model_validate(section.model_dump()).tells[0] in PARTS


def test_no_head_stands_alone_without_words(tellings: Tellings, views: Mapping[str, View]) -> None:
    """A head of a part is followed by something to read, except one that opens parts of its own."""
    for about in (tellings["stroke-care", "nl"], tellings["intego", "fr"], tellings["ima-microdata", "en"]):
        for document in (view(about, one) for one in views.values()):
            for block, then in zip(document.blocks, document.blocks[1:], strict=False):
                if isinstance(block, Heading) and isinstance(then, Heading):
                    assert then.level > block.level, (document.subtitle, block.text)
