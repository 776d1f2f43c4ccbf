"""Nothing of a study is left out of its request, in any language, and nothing in it is invented or untranslated."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from workbench.catalog.base import LANGUAGES, Label
from workbench.documents.annexes import sources
from workbench.documents.dossier import Dossier
from workbench.documents.request import request
from workbench.documents.tokens import token
from workbench.documents.told import LOCALE, Told
from workbench.paper.blocks import Block, Bullets, Document, Heading, Table
from workbench.verify.facts import ID, SOME

pytestmark = pytest.mark.xdist_group("documents")
Requests = Mapping[tuple[str, str], Document]
Tellings = Mapping[tuple[str, str], Told]


def after(document: Document, heading: str) -> list[Block]:
    """The blocks between a head and the next one of the same level or above."""
    places = [at for at, one in enumerate(document.blocks) if isinstance(one, Heading) and heading in one.text]
    assert len(places) == 1, heading
    level = document.blocks[places[0]].level  # type: ignore[union-attr]
    found = []
    for block in document.blocks[places[0] + 1 :]:
        if isinstance(block, Heading) and block.level <= level:
            break
        found.append(block)
    return found


def rows(blocks: list[Block]) -> list[tuple[str, ...]]:
    return [tuple(row) for block in blocks if isinstance(block, Table) for row in block.rows]


def test_every_variable_has_its_words_and_its_reason(requests: Requests, tellings: Tellings) -> None:
    for (study, lang), document in requests.items():
        about = tellings[study, lang]
        found = rows(after(document, about.t("h.variables")))
        asked = about.flow.study.study.variables
        assert [row[0] for row in found] == [one.ref.rpartition(".")[2] for one in _by_table(asked)]
        for row, one in zip(found, _by_table(asked), strict=True):
            field = about.flow.catalog.field(one.ref)
            assert field is not None and row[1] == field.label[lang]
            assert row[2].startswith(one.motivation[lang])
            assert row[3] == about.words.transformations[one.transformation][lang]


def _by_table(asked):  # type: ignore[no-untyped-def]
    order = list(dict.fromkeys(one.ref.rpartition(".")[0] for one in asked))
    return sorted(asked, key=lambda one: order.index(one.ref.rpartition(".")[0]))


def test_every_step_stands_in_its_place(requests: Requests, tellings: Tellings) -> None:
    for (study, lang), document in requests.items():
        about = tellings[study, lang]
        found = rows(after(document, about.t("h.steps")))
        assert len(found) == len(about.flow.steps)
        for row, spec in zip(found, about.flow.study.study.flow, strict=True):
            assert row[1] == about.flow.catalog.parties[spec.actor].label[lang]
            assert row[2].startswith(spec.label[lang])
            if spec.number:
                assert row[0] == spec.number
            for receiver in (spec.model_extra or {}).get("to", ()):
                assert about.flow.catalog.parties[receiver].label[lang] in row[4]


def test_every_column_of_every_dataset_is_there(requests: Requests, tellings: Tellings) -> None:
    for (study, lang), document in requests.items():
        about = tellings[study, lang]
        found = [row[0] for row in rows(after(document, about.t("h.datasets")))]
        datasets = about.flow.datasets.values()
        assert found == [column.name for one in datasets for part in one.parts.values() for column in part]


def test_every_party_indicator_recipient_and_condition_is_there(requests: Requests, tellings: Tellings) -> None:
    for (study, lang), document in requests.items():
        about = tellings[study, lang]
        spec, catalog = about.flow.study.study, about.flow.catalog
        named = [row[0] for row in rows(after(document, about.t("h.parties")))]
        assert named[: len(spec.parties)] == [catalog.parties[one].label[lang] for one in spec.parties]
        told = rows(after(document, about.t("h.indicators")))
        assert len(told) == len(spec.indicators)
        for row, name in zip(told, spec.indicators, strict=True):
            one = catalog.indicators[name]
            assert row[0].startswith(one.label[lang]) and one.question[lang] in row[1]
            for _, rule in one.rules():
                assert rule.label[lang] in row[1]
        assert len(rows(after(document, f". {about.t('h.recipients')}"))) == len(spec.recipients)
        assert len(rows(after(document, about.t("h.conditions")))) == len(spec.conditions)
        assert [row[0] for row in rows(after(document, about.t("h.pseudonyms")))] == [one.id for one in spec.domains]


def test_every_finding_and_every_remark_is_there(requests: Requests, tellings: Tellings) -> None:
    for (study, lang), document in requests.items():
        about = tellings[study, lang]
        left = [one for one in about.judged if not one.accepted]
        found = rows(after(document, about.t("h.findings.open")))
        assert sorted(row[2] for row in found) == sorted(one.at for one in left), (study, lang)
        accepted = rows(after(document, about.t("h.findings.accepted")))
        assert len(accepted) == len(about.judged) - len(left)
        remarks = rows(after(document, about.t("h.checker")))
        assert [row[0] for row in remarks] == [one.ref for one in about.unweighed], (study, lang)
        for row, use in zip(remarks, about.unweighed, strict=True):
            for name in use.indicators:
                assert about.flow.catalog.indicators[name].label[lang] in row[2]
        assert not about.problems, "every remark of the studies here is told in the reader's language"
        points = [text for block in after(document, f". {about.t('h.open')}") for text in _items(block)]
        for one in left:
            if one.open:
                assert any(one.at in point for point in points)


def _items(block: Block) -> list[str]:
    return list(block.items) if isinstance(block, Bullets) else []


def test_every_party_has_a_sentence_of_what_it_can_learn(requests: Requests, tellings: Tellings) -> None:
    for (study, lang), document in requests.items():
        about = tellings[study, lang]
        blocks = after(document, about.t("h.exposure"))
        said = [text.lower() for block in blocks for text in (*_items(block), getattr(block, "text", ""))]
        for party in about.model.parties:
            assert any(text.startswith(about.party(party).lower()) for text in said), (study, lang, party)


def test_the_committee_reads_of_stroke_care_what_the_deliberation_prints(requests: Requests) -> None:
    """Read off the deliberation by hand: who issues, who analyses before whom, how long."""
    document = requests["stroke-care", "nl"]
    domains = {row[0]: row for row in rows(after(document, "Pseudoniemen en sleutels"))}
    assert domains["RN"] == ("RN", "INSZ", "eHealth-platform", "eHealth-platform", "neen", "vernietigd in stap 4+")
    assert domains["C1"][2:4] == ("SPOC NIC", "SPOC NIC")
    cells = " ".join(document.texts())
    assert "De analyse gebeurt door: KCE" in cells
    assert "minstens 5 personen" in cells
    kept = {row[0]: row[1] for row in rows(after(document, "Bewaring en vernietiging")) if len(row) == 3}
    assert "4 jaar na de inzameling van de gegevens" in " ".join(document.texts()), kept
    assert re.search(r"vóór stap 12, .* \(onderzoekers VIKZ: definitieve analyse-dataset \(analysis\)\)", cells)


def test_what_the_study_lacks_is_an_open_point_and_listed(tellings: Tellings) -> None:
    about = tellings["stroke-care", "en"]
    spec = about.flow.study.study.model_copy(update={"rights": None, "scra": None, "conditions": ()})
    flow = replace(about.flow, study=replace(about.flow.study, study=spec))
    document = request(replace(about, flow=flow, dossier=Dossier(), estimate=None))
    points = [text for block in after(document, ". Open points") for text in _items(block)]
    for key in ("open.rights", "open.cells", "open.conditions", "open.responsible", "open.size", "open.estimate"):
        assert about.t(key) in points, key
        assert about.t("open", what=about.t(key)) in list(document.texts()), key
    whole = request(about)
    kept = [text for block in after(whole, ". Open points") for text in _items(block)]
    assert about.t("open.rights") not in kept


def test_no_sentence_misses_a_language() -> None:
    read = {}
    for lang in LANGUAGES:
        with (LOCALE / f"{lang}.po").open("rb") as file:
            read[lang] = {one.id: one.string for one in read_po(file) if one.id}
    assert read["nl"].keys() == read["fr"].keys() == read["en"].keys()
    for lang, texts in read.items():
        for key, text in texts.items():
            forms = text if isinstance(text, tuple) else (text,)
            assert all(forms), (lang, key)
            english = read["en"][key]
            english = english if isinstance(english, tuple) else (english,)
            for form, other in zip(forms, english, strict=True):
                assert set(re.findall(r"{(\w+)}", form)) == set(re.findall(r"{(\w+)}", other)), (lang, key)


def test_names_of_study_files_are_all_in_words(tellings: Tellings) -> None:
    """Transformations, moments, purposes and organisations of every study stand in catalog/request.yaml."""
    for (study, _), about in tellings.items():
        spec, words = about.flow.study.study, about.words
        assert {one.transformation for one in spec.variables} <= set(words.transformations), study
        events = {one.from_event for one in spec.retention}
        events |= {one.key_until.from_event for one in spec.domains if one.key_until}
        assert events <= set(words.events), study
        steps = {one.id for one in spec.flow}
        for one in spec.variables:
            for name in one.used_by:
                assert name in words.purposes or name in steps or name in about.flow.catalog.indicators, (study, name)


def test_no_english_sentence_stands_in_another_language(requests: Requests, tellings: Tellings) -> None:
    """Fixed sentences differ between languages, so none of English may be met; the checker's remarks are announced."""
    fixed = [
        text
        for block in requests["stroke-care", "en"].blocks
        for text in [getattr(block, "text", "")]
        if len(text) > 40
    ]
    for (study, lang), document in requests.items():
        if lang != "en":
            assert not set(fixed) & set(document.texts()), (study, lang)


def test_an_unknown_moment_is_said_as_it_is_and_listed(tellings: Tellings) -> None:
    about = tellings["stroke-care", "nl"]
    words = about.words.model_copy(update={"events": {}})
    document = request(replace(about, words=words))
    assert any("the collection of the data" in text for text in document.texts())
    points = [text for block in after(document, ". Open punten") for text in _items(block)]
    assert about.t("open.event", event="the collection of the data") in points


def test_a_label_is_text_and_never_markup(tellings: Tellings) -> None:
    from workbench.paper.page import html

    about = tellings["stroke-selfreg-2020", "en"]
    bad = '<script>alert(1)</script> & #eval("1")'
    spec = about.flow.study.study.model_copy(update={"title": Label(nl=bad, fr=bad, en=bad)})
    page = html(request(replace(about, flow=replace(about.flow, study=replace(about.flow.study, study=spec))))).decode()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; #eval" in page


def test_locale_is_found_beside_the_code(repo_root: Path) -> None:
    assert sorted(path.stem for path in LOCALE.glob("*.po")) == sorted(LANGUAGES)


def test_every_fact_of_the_verifier_has_words(tellings: Tellings) -> None:
    """Also a class of a fact, a time between two events and the reference of a split."""
    for (study, _), about in tellings.items():
        reached = [two.tokens for party in about.model.parties for two in about.model.exposure([party]).clusters]
        tokens = frozenset[str]().union(*reached, *(target.tokens for target in about.model.targets))
        for one in tokens:
            plain = one.removeprefix(SOME)
            said = token(about, plain)
            assert "_" not in said and "ref:" not in said, (study, one)
            kind, _, name = plain.partition(":")
            labelled = name in about.flow.catalog.knowledge.attributes or name in about.flow.catalog.derived
            assert said != name or labelled or kind == ID.rstrip(":"), (study, one)
    about = tellings["breast-clinics", "en"]
    assert token(about, "attr:death_since_incidence") == "time from date of incidence to date of death"
    assert token(tellings["stroke-selfreg-2022", "nl"], "attr:registration_class").startswith("klasse van: ")


def test_fields_of_one_table_are_told_behind_its_name_once() -> None:
    assert sources(["mzg.STAYHOSP.STAYNUM"]) == "mzg.STAYHOSP.STAYNUM"
    assert sources({"b.T.z", "a.S.x", "b.T.y"}) == "a.S.x\nb.T: y, z"
