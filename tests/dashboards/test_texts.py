"""The catalogues of the interface: complete in each language, nothing unused, the same blanks to fill in."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.catalog import Catalog, Message
from pydantic import BaseModel

from dashboards.access.desk import LOOKS
from dashboards.access.log import GROUPS
from dashboards.flows.asked import TABS
from dashboards.pages.release_certificate import HASHES
from dashboards.places import PLACES
from dashboards.releases.asked import AXES
from dashboards.releases.asked import TABS as RELEASE_TABS
from dashboards.runs.ledger import INPUTS
from dashboards.texts import FOLDER, LANGUAGES, language, texts
from dashboards.web.access import DONE, VIEWS
from workbench.access import Profile
from workbench.access.stale import Reason
from workbench.catalog.indicator import Indicator
from workbench.catalog.model import FieldType, Party, Role
from workbench.catalog.texts import read_catalogue
from workbench.dataflow.kinds import KINDS
from workbench.drafts.shapes import fields
from workbench.drafts.steps import STEPS
from workbench.jobs import State
from workbench.publish import Scope
from workbench.study.model import Study
from workbench.verify.model import Mode


def keys_of(model: type[BaseModel]) -> set[str]:
    """Every key of a study that a form shows; those of a step beside its own are called as in the file."""
    shapes = fields(model)
    return {one.key for one in shapes}.union(
        *(keys_of(one.model) for one in shapes if one.model and one.kind != "label")
    )


# Keys that are put together: the part before, and every ending that can follow.
BUILT = {
    "picture.": ("funnel", "caterpillar", "trend", "axis_proportion", "axis_count", "axis_rate", "axis_median"),
    "profile.": [profile.value for profile in Profile],
    "scope.": [scope.name.lower() for scope in Scope],
    "year.": ["all", "each"],
    "direction.": ["higher", "lower", "none"],
    "parameter.": ["indicator", "year", "hospital"],
    "portal.": ["public", "private"],
    "pagination.": ["first", "last", "prev", "next"],
    "column.": [
        f"{key}{end}"
        for key in (
            "hospital_name", "registered_by", "year", "n", "k", "rate", "rate_low",
            "expected", "ratio", "ratio_low", "mean", "q1", "median", "q3",
        )
        for end in ("", ".help")
    ],
    "step.": [f"{step}{end}" for step in STEPS for end in ("", ".text")],
    "kind.": list(KINDS),
    "field.": sorted(keys_of(Study)),
    "weight.": ["error", "warning", "note", "accepted"],
    "builder.": [
        "mine", "others", "undo", "redo", "reopen", "resolve", "request.html", "request.docx", "request.pdf",
        "from_template.text", "from_file.text", "from_nothing.text",
    ],
    "release.state.": ["public", "withdrawn"],
    "release.column.": ["number", "made", "state", "signed", "numbers", "withheld"],
    "release.tab.": RELEASE_TABS,
    "certificate.": ["attacker", "verdict", *HASHES],
    "ledger.": ["signed", "withdrawn"],
    "cells.level.": ["all", "year", "hospital", "both"],
    "cells.": ["attacker", "secrets", "learns", "shown", "small", "secondary"],
    "whatif.axis.": AXES,
    "whatif.": ["numbers", "small", "secondary", "shown", "certified", "before", "after"],
    "unit.": list(get_args(Indicator.model_fields["unit"].annotation)),
    "login.": [
        "wrong", "too_many", "provider_silent", "not_begun", "not_proven", "not_active", "only_provider",
    ],
    "access.view.": VIEWS,
    "access.done.": DONE,
    "access.stale.": get_args(Reason),
    "access.state.": ["waiting", "approved", "refused", "taken_back"],
    "access.kind.": ["hospital", "sponsor", "other"],
    "access.seen.": LOOKS,
    "access.group.": GROUPS,
    "facet.": ["source", "table", "sensitive", "role", "type", "year"],
    "role.": list(get_args(Role)),
    "type.": list(get_args(FieldType)),
    "sensitive.": ["yes", "no", "yes.long", "no.long"],
    "party.": list(get_args(Party.model_fields["kind"].annotation)),
    "flow.zoom.": ["in", "out", "fit"],
    "flow.mode.": list(get_args(Mode)),
    "flow.tab.": list(TABS),
    "flow.column.": ["name", "role", "origin"],
    "flow.": ["first", "previous", "next", "last"],
    "cart.": ["yaml", "csv"],
    "printed.": ["id", "printed", "used", "why"],
    "map.": ["province", "arrondissement"],
    "runs.state.": get_args(State),
    "runs.stage.": ["data", "run", "indicators", "release"],
    "runs.start.": [f"{name}{end}" for name in ("study", "persons", "seed") for end in ("", ".wrong")],
    "runs.why.": ["failed", "refused"],
    "runs.ledger.": ["unbroken", "broken"],
    "runs.compare.": ["before", "after"],
    "runs.input.": INPUTS,
    "runs.column.": [
        "pick", "study", "when", "who", "persons", "seed", "state", "took", "step", "label", "actor", "read", "made",
        "delivered", "seconds", "input", "before", "after", "difference", "indicator", "statistic",
    ],
    "duty.": sorted({duty.value for place in PLACES.values() for duty in place.duties}),
    "notice.": [
        f"{kind}.{part}"
        for kind in (
            "no_access", "not_found", "bad_request", "no_release", "no_study", "error", "signed_out", "unknown_here",
        )
        for part in ("title", "text")
    ],
}  # fmt: skip
KEY = re.compile(r"[a-z]+(\.[a-z0-9_/]+)+")


@cache
def catalogue(lang: str) -> Catalog:
    return read_catalogue(FOLDER, lang)


def messages(lang: str) -> dict[str, Message]:
    return {key_of(message): message for message in catalogue(lang) if message.id}


def key_of(message: Message) -> str:
    return str(message.id if isinstance(message.id, str) else message.id[0])


def forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def blanks(message: Message) -> set[str]:
    return {name for form in forms(message) for _, name, _, _ in string.Formatter().parse(form) if name is not None}


def used_keys(folder: Path, known: set[str]) -> Iterator[str]:
    """Every text constant of the pages and templates that is a key, and the keys put together from parts."""
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and node.value in known:
                yield node.value
    for file in folder.rglob("*.html"):
        yield from re.findall(r'(?<![\w.])t(?:\.count)?\("([^"+]+)"[,)]', file.read_text(encoding="utf-8"))
        yield from re.findall(r"(?<![\w.])t(?:\.count)?\('([^'+]+)'[,)]", file.read_text(encoding="utf-8"))
    yield from (start + end for start, ends in BUILT.items() for end in ends)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_key_has_a_text_in_every_language(lang: str) -> None:
    every = set().union(*(messages(one) for one in LANGUAGES))
    assert every - set(messages(lang)) == set(), f"missing in {lang}.po"
    empty = [key for key, message in messages(lang).items() if not all(forms(message))]
    assert empty == []
    assert not [message for message in messages(lang).values() if message.fuzzy]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_same_blanks_are_filled_in_every_language(lang: str) -> None:
    wrong = [key for key, one in messages(lang).items() if blanks(one) != blanks(messages("en")[key])]
    assert wrong == []


def test_no_key_is_missing_or_unused(repo_root: Path) -> None:
    known = set(messages("en"))
    used = set(used_keys(repo_root / "dashboards", known))
    assert used - known == set(), "used and not in the catalogues"
    assert known - used == set(), "in the catalogues and not used"


def test_every_call_of_the_texts_names_a_key(repo_root: Path) -> None:
    """A misspelt key would be shown to the reader as it stands."""
    known, found = set(messages("en")), 0
    for file in (repo_root / "dashboards").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = ast.unparse(node.func)
            if called in ("t", "self.t", "room.t", "self.room.t", "t.count") and isinstance(node.args[0], ast.Constant):
                found += 1
                assert node.args[0].value in known, f"{file.name}:{node.lineno}: {node.args[0].value}"
    assert found > 50


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_languages_differ(lang: str) -> None:
    """A text that was copied and not translated is the same in two languages; few words really are."""
    same = {"site.title", "profile.public", "parameter.indicator", "column.rate", "column.n", "direction.none"}
    others = [one for one in LANGUAGES if one != lang]
    for key, message in messages(lang).items():
        if len(forms(message)[0]) > 20 and key not in same:
            assert all(forms(message) != forms(messages(other)[key]) for other in others), key


@pytest.mark.parametrize(
    ("lang", "number", "percent"),
    [("nl", "1.234,5", "12,3\u202f%"), ("fr", "1\u202f234,5", "12,3\u202f%"), ("en", "1,234.5", "12.3\u202f%")],
)
def test_numbers_are_written_as_the_language_does(lang: str, number: str, percent: str) -> None:
    t = texts(lang)
    assert t.number(1234.5, 1) == number
    assert t.percent(0.1234) == percent


def test_one_and_many_have_their_own_form() -> None:
    assert texts("nl").count("report.rows", 1) == "1 rij"
    assert texts("nl").count("report.rows", 2) == "2 rijen"
    assert texts("fr").count("plot.stays", 0) == "0 séjour"
    assert texts("en").count("plot.stays", 0) == "0 stays"
    assert texts("nl").date("2026-11-21T10:00:00+00:00") == "21 november 2026"


@pytest.mark.parametrize(
    ("asked", "accepted", "lang"),
    [
        ("fr", "nl", "fr"),
        (None, "fr-BE,fr;q=0.9,nl;q=0.8", "fr"),
        (None, "de,en-GB;q=0.7", "en"),
        ("de", "", "nl"),
        (None, "", "nl"),
        ("<script>", "*", "nl"),
    ],
)
def test_the_language_of_a_visit(asked: str | None, accepted: str, lang: str) -> None:
    assert language(asked, accepted) == lang
