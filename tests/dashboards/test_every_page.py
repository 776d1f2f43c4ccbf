"""Every page as every person of the demonstration: what opens, what is refused, and what never comes over the wire.

The everyday suite walks a selection in which each page, each person and two languages occur; `make test-slow` walks all
of them, and has axe look at every state in light and dark.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, BrowserContext

from dashboards.places import PLACES
from dashboards.web.access import VIEWS
from tests.dashboards.browsing import Person, Watch, person, spellings, tokens
from tests.dashboards.portal import Portal, with_release
from tests.dashboards.test_browser_design import COLOURS, FULL, violations, wider_than_a_phone
from tests.publish.releases import HOSPITALS, STUDY, safe_table
from tests.publish.test_read_report import OPENS, allowed_cells
from workbench.access import load_directory
from workbench.disclosure.release import SafeTable

pytestmark = [
    pytest.mark.browser,
    # Bokeh says so when a browser answers with a model that it was sent; as an error it would break the page.
    pytest.mark.filterwarnings("ignore:reference already known"),
]

# Written out on purpose: what is tested is not asked who may come in, or whose name is told to whom.
NAMES = {
    "an.peeters": "An Peeters", "els.maes": "Els Maes", "kobe.jacobs": "Kobe Jacobs", "luc.dubois": "Luc Dubois",
    "sara.mertens": "Sara Mertens", "mia.janssens": "Mia Janssens", "jef.wouters": "Jef Wouters",
    "lea.simon": "Léa Simon", "nora.willems": "Nora Willems", "ben.maertens": "Ben Maertens",
    "ida.lemaire": "Ida Lemaire",
}  # fmt: skip
EVERYONE = ("", *NAMES)
OPEN = frozenset(EVERYONE)
ADMITS: Mapping[str, frozenset[str]] = {
    "/": OPEN, "/report": OPEN, "/catalogue": OPEN, "/flow": OPEN, "/access": OPEN - {""},
    "/builder": frozenset({"mia.janssens", "jef.wouters", "nora.willems"}),
    "/runs": frozenset({"mia.janssens", "jef.wouters", "ida.lemaire"}),
    "/release": frozenset({"mia.janssens", "jef.wouters"}),
    "/play": OPEN - {""},
    "/board": frozenset({"mia.janssens", "jef.wouters", "ida.lemaire"}),
}  # fmt: skip
WILGENRIJ = frozenset({"an.peeters", "els.maes", "kobe.jacobs"})
VIKZ = frozenset({"mia.janssens", "jef.wouters", "nora.willems", "ben.maertens", "ida.lemaire"})
# Whom a person reads of on a page besides themselves: Mia wrote the draft and started the run; who asks for a right is
# told who decides; access managers see their own organisation and who manages elsewhere; the auditor sees everybody.
KNOWS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "/builder": dict.fromkeys(ADMITS["/builder"], frozenset({"mia.janssens"})),
    "/runs": dict.fromkeys(ADMITS["/runs"], frozenset({"mia.janssens"})),
    "/access": {
        **dict.fromkeys(WILGENRIJ, frozenset({"an.peeters"})),
        **dict.fromkeys(VIKZ, frozenset({"nora.willems"})),
        "an.peeters": WILGENRIJ | {"nora.willems"},
        "nora.willems": VIKZ | {"an.peeters"},
        "ben.maertens": frozenset(NAMES),
    },
}
# A page that is refused says whom to ask: the access manager of the own organisation.
REFERRED = dict.fromkeys(VIKZ, frozenset({"nora.willems"}))
DRAFT, REASON, COMMENT = "Ontwerp onder embargo", "Omdat de kwaliteitsdienst het vraagt", "Wie leest dit vooraf?"
READS_DRAFT = {"/builder": ADMITS["/builder"], "/runs": ADMITS["/runs"]}
READS_REASON = {"/access": frozenset({"an.peeters", "kobe.jacobs", "ben.maertens"})}
OVERSEES = frozenset({"an.peeters", "nora.willems", "ben.maertens"})
# The words on the pages, by hand: what a reader sees, not what the program looks up.
TITLES = {
    "stroke-public": {
        "nl": "Beroertezorg in cijfers", "fr": "La prise en charge de l'AVC en chiffres",
        "en": "Stroke care in figures",
    },
    "stroke-hospitals": {
        "nl": "Beroertezorg per ziekenhuis", "fr": "La prise en charge de l'AVC par hôpital",
        "en": "Stroke care by hospital",
    },
    "stroke-deliveries": {"nl": "Geregistreerde verblijven", "fr": "Séjours enregistrés", "en": "Registered stays"},
}  # fmt: skip
FUNNEL = {
    "nl": "Sterfte tegenover verwachting",
    "fr": "Mortalité par rapport à l'attendu",
    "en": "Mortality against expectation",
}
NUMBERS = ("n", "k", "rest")
READS = {**OPENS, "stroke-public": OPEN}


@dataclass(frozen=True)
class Worked:
    """A portal where people have worked: a draft with a comment, a run that failed, and a request that waits."""

    portal: Portal
    draft: str
    job: str

    def addresses(self, page: str, login: str) -> list[str]:
        """The addresses of a page that show different things."""
        return {
            "/catalogue": ["/catalogue", "/catalogue?q=zzzz", "/catalogue?open=mzg.STAYHOSP.A2_CODE_SEX"],
            "/flow": ["/flow?study=stroke-care&tab=knows&step=20", "/flow?study=intego&step=3"],
            "/builder": ["/builder", f"/builder?draft={self.draft}", f"/builder?draft={self.draft}&step=review"],
            "/runs": ["/runs", f"/runs?job={self.job}", "/runs?job=none"],
            "/release": [f"/release?study={STUDY}", f"/release?study={STUDY}&tab=ledger"],
            "/access": [f"/access?view={view}" for view in (VIEWS if login in OVERSEES else VIEWS[:1])]
            + ["/access?view=people&person=luc.dubois", "/access?view=seen&person=luc.dubois"],
        }.get(page, [page])


@pytest.fixture(scope="module")
def worked(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worked]:
    with with_release(repo_root, tmp_path_factory.mktemp("worked")) as portal:
        state = portal.house.open_state
        text = (repo_root / "catalog" / "studies" / "stroke-selfreg-2022" / "study.yaml").read_text(encoding="utf-8")
        for title in yaml.safe_load(text)["title"].values():
            text = text.replace(title, DRAFT)
        draft = state.drafts.create("mia.janssens", DRAFT, text).id
        state.drafts.comment(draft, "purpose", COMMENT, "mia.janssens")
        state.grants.ask("kobe.jacobs", "breast-clinics", "provider/individual", why=REASON)
        job = portal.house.jobs.home / "20260102T030405.000006-abcd"
        os.makedirs(job)
        about = {"study": "stroke-care", "title": DRAFT, "persons": "2000", "seed": "5", "draft": draft, "folder": "x"}
        asked = {"kind": "run", "who": "mia.janssens", "asked": "2026-01-02T03:04:05+00:00", "command": ["run"]}
        (job / "job.json").write_text(json.dumps({**asked, "about": about}), encoding="utf-8")
        (job / "ended.json").write_text(json.dumps({"code": 2, "when": asked["asked"]}), encoding="utf-8")
        (job / "log").write_text("there was no room", encoding="utf-8")
        yield Worked(portal, draft, job.name)


@pytest.fixture(scope="module")
def safe(repo_root: Path) -> SafeTable:
    return safe_table(repo_root)


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[BrowserContext]:
    """One browser window for all short visits: what it has loaded once it need not load again."""
    context = browser.new_context(viewport={"width": 1366, "height": 900}, locale="nl-BE")
    yield context
    context.close()


@pytest.fixture
def reader(window: BrowserContext, worked: Worked) -> Iterator[Person]:
    """Nobody yet, in a fresh tab; when it is closed nothing may have gone wrong in it."""
    window.clear_cookies()
    tab = window.new_page()
    tab.set_default_timeout(60_000)
    watch = Watch()
    watch.follow(tab)
    yield Person(worked.portal, tab, watch, "nl")
    tab.close()
    watch.check()


def test_the_tables_above_know_every_page_and_everybody(repo_root: Path) -> None:
    people = load_directory(repo_root / "catalog").people
    assert {login: one.name for login, one in people.items()} == NAMES
    assert set(ADMITS) == set(PLACES)
    assert {page for page, _, _ in SELECTION} == set(PLACES)
    assert {login for _, login, _ in SELECTION} == OPEN
    assert {"nl", "fr"} <= {lang for _, _, lang in SELECTION}


SELECTION = [
    ("/", "", "nl"), ("/report", "an.peeters", "fr"), ("/catalogue", "kobe.jacobs", "fr"),
    ("/flow", "luc.dubois", "nl"),
    ("/builder", "mia.janssens", "nl"), ("/builder", "lea.simon", "fr"), ("/runs", "ida.lemaire", "nl"),
    ("/release", "jef.wouters", "fr"), ("/release", "sara.mertens", "nl"), ("/access", "els.maes", "nl"),
    ("/access", "nora.willems", "fr"), ("/access", "ben.maertens", "nl"), ("/play", "els.maes", "nl"),
    ("/board", "ida.lemaire", "fr"),
]  # fmt: skip


@pytest.mark.parametrize(("page", "login", "lang"), SELECTION)
def test_a_page_shows_a_person_what_is_theirs(
    reader: Person, worked: Worked, safe: SafeTable, page: str, login: str, lang: str
) -> None:
    reader.lang = lang
    if login:
        reader.come_in(login)
    if page == "/report":
        look_at(reader, safe, login, next(one for one in reversed(READS) if login in READS[one]))
    else:
        look(reader, worked, safe, login, page, worked.addresses(page, login)[-1])


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["nl", "fr", "en"])
@pytest.mark.parametrize("login", EVERYONE, ids=lambda login: login or "public")
def test_everybody_walks_every_page(browser: Browser, worked: Worked, safe: SafeTable, login: str, lang: str) -> None:
    with person(browser, worked.portal, lang) as reader:
        if login:
            reader.come_in(login)
        for page in PLACES:
            for address in worked.addresses(page, login) if page != "/report" else ():
                look(reader, worked, safe, login, page, address)
        assert reader.open("/") == 200
        cards = reader.page.locator("li.report")
        cards.first.wait_for()
        strip = reader.page.locator("nav.strip a").evaluate_all("all => all.map(one => one.pathname)")
        assert strip == [page for page, place in PLACES.items() if place.name and login in ADMITS[page]]
        for report, titles in TITLES.items():
            card = cards.filter(has_text=titles[lang])
            may = login in READS[report]
            assert card.count() == 1, f"{report} is on the portal for everyone"
            assert ("closed" in str(card.get_attribute("class"))) != may
            assert card.locator("a[href*='/report?']").count() == int(may)
        for report in TITLES:
            if login in READS[report]:
                look_at(reader, safe, login, report)
            else:
                assert reader.open(f"/report?id={report}") == 403
                assert reader.page.locator("h1").count() == 1


def look(reader: Person, worked: Worked, safe: SafeTable, login: str, page: str, address: str) -> None:
    """Open an address of a page as a person, and hold all that came against what this person may know."""
    before = len(reader.watch.received)
    may = login in ADMITS[page]
    link = "&" if "?" in address else "?"
    response = reader.page.goto(f"{worked.portal.address}{address}{link}lang={reader.lang}")
    assert response is not None
    assert response.status == (200 if may else 403) or (page == "/report" and response.status == 404), address
    if response.ok and not PLACES[page].plain:
        reader.ready()
        reader.page.locator("h1").first.wait_for()
    assert reader.page.locator("h1").count() == 1, f"{address} has one title"
    assert reader.page.locator("html").get_attribute("lang") == reader.lang
    assert reader.page.locator(".reference").count() == 0, f"{address} shows an error"
    came = response.text() + "\n".join(reader.watch.received[before:])
    known = (KNOWS.get(page, {}) if may else REFERRED).get(login, frozenset()) | {login}
    for other, name in NAMES.items():
        asked = other in address  # and is in the links of the page that lead back to it
        said = (other in came and not asked) or name in came or json.dumps(name)[1:-1] in came
        assert not said or other in known, f"{address} tells {login or 'the public'} of {name}"
    assert not may or not login or NAMES[login] in came or json.dumps(NAMES[login])[1:-1] in came
    for words, readers in ((DRAFT, READS_DRAFT), (COMMENT, READS_DRAFT), (REASON, READS_REASON)):
        assert words not in came or login in readers.get(page, ()), f"{address} tells {login or 'the public'}: {words}"
    figures = {row[part] for row in safe.rows.to_pylist() for part in NUMBERS if row[part] and row[part] > 9_999}
    shown = {one for number in figures for one in spellings(number, reader.lang)} & tokens(came)
    assert shown == set(), f"{address} holds figures of a release"


@pytest.mark.slow
def test_what_may_be_read_is_read(reader: Person, worked: Worked) -> None:
    """The measure of the walk does see names, drafts and reasons where they are."""
    reader.come_in("ben.maertens")
    assert reader.page.goto(f"{worked.portal.address}/access?view=requests&lang=nl").ok  # type: ignore[union-attr]
    assert REASON in reader.page.content() and NAMES["kobe.jacobs"] in reader.page.content()
    reader.come_in("jef.wouters")
    assert reader.open("/builder") == 200
    assert DRAFT in reader.watch.text() and NAMES["mia.janssens"] in reader.watch.text()


@pytest.mark.slow
def test_the_sponsor_would_see_a_leak(reader: Person, safe: SafeTable) -> None:
    """The measure of the walk does see numbers of others when they are there."""
    reader.come_in("mia.janssens")
    reader.open("/report?id=stroke-hospitals&indicator=mortality30&year=2018")
    reader.rows()
    assert len(others(safe, "an.peeters", "stroke-hospitals", "nl") & tokens(reader.watch.text())) >= 10


def others(safe: SafeTable, login: str, report: str, lang: str) -> set[str]:
    """Every spelling of the numbers that this reader may not see (unless an allowed number is the same)."""
    allowed = allowed_cells(login, report)
    mine, theirs = set[int](), set[int]()
    for row in safe.rows.to_pylist():
        found = {row[part] for part in NUMBERS if row[part] is not None and row[part] > 9_999}
        (mine if (row["hospital"], row["year"]) in allowed else theirs).update(found)
    return {spelling for number in theirs - mine for spelling in spellings(number, lang)}


def look_at(reader: Person, safe: SafeTable, login: str, report: str) -> None:
    """Open a report and compare table and traffic with what the reader may see."""
    before = len(reader.watch.received)
    year = "" if report == "stroke-public" else "&year=2018"
    indicator = "&indicator=mortality30" if report == "stroke-hospitals" else ""
    allowed = allowed_cells(login, report)
    if report == "stroke-deliveries" and not any(cell[1] == 2018 for cell in allowed):
        year = ""
    assert reader.open(f"/report?id={report}{indicator}{year}") == 200
    rows = reader.rows()
    hospitals = {hospital for hospital, _ in allowed}
    if year:
        assert len(rows) == len({cell for cell in allowed if cell[1] == 2018})
    assert TITLES[report][reader.lang] in reader.headings()
    funnel = any(heading.startswith(FUNNEL[reader.lang]) for heading in reader.headings())
    assert funnel == (report == "stroke-hospitals")
    assert reader.page.locator("canvas").count() >= 1, "something is drawn"
    assert reader.page.locator(".withheld").count() == 1
    traffic = "\n".join(reader.watch.received[before:])
    assert (reader.watch.frames > 0 and "UZ" in traffic) or hospitals == {"ALL"}
    leaked = others(safe, login, report, reader.lang) & tokens(traffic)
    assert leaked == set(), "numbers of others came over the wire"
    names = {code: reader.portal.house.labels.hospital(code, "nl") for code in HOSPITALS}
    for code, name in names.items():
        assert (name in traffic) == (code in hospitals), f"{name} on the wire"
        assert code in hospitals or f'"{code}"' not in traffic
    for other, name in NAMES.items():
        # Who registered stays stands beside them, for who follows registrations up.
        told = report == "stroke-deliveries" and login == "jef.wouters"
        assert told or other == login or (name not in traffic and other not in traffic), f"{login} reads of {name}"


# Who sees it, and what: every page, and every state that a page can be in.
STATES = [
    ("", "/"), ("an.peeters", "/"), ("", "/login"), ("", "/nowhere"), ("", "/access"), ("mia.janssens", "/logout"),
    ("", "/report?id=stroke-public"), ("", "/report?id=stroke-hospitals"), ("mia.janssens", "/report?id=nothing"),
    ("lea.simon", "/report?id=stroke-hospitals"), ("els.maes", "/report?id=stroke-deliveries&year=2018"),
    ("mia.janssens", "/report?id=stroke-hospitals&indicator=mortality30"), ("mia.janssens", "/report?id=intego-public"),
    ("mia.janssens", "/catalogue?q=sex&source=mzg&open=mzg.STAYHOSP.A2_CODE_SEX"), ("", "/catalogue?q=zzzz"),
    ("", "/flow?study=intego&step=3"), ("", "/flow?study=stroke-care&tab=knows&step=20"),
    ("", "/flow?study=stroke-care&tab=printed"), ("", "/flow?study=nothing"),
    ("", "/flow?study=stroke-care&tab=together&what=identity-and-diagnosis&who=ksz,ehealth,vikz-datateam"),
    ("els.maes", "/play?study=intego"), ("jef.wouters", "/board"),
    ("nora.willems", "/builder"), ("mia.janssens", "/builder?draft={draft}&step=variables"),
    ("nora.willems", "/builder?draft={draft}&step=review"), ("lea.simon", "/builder"),
    ("jef.wouters", "/runs"), ("ida.lemaire", "/runs?job={job}"), ("jef.wouters", "/runs?job=none"),
    ("jef.wouters", "/release?study=stroke-care"), ("jef.wouters", "/release?study=intego"),
    ("lea.simon", "/play?study=stroke-care"), ("jef.wouters", "/board"),
    ("lea.simon", "/access"), ("ben.maertens", "/access?view=seen"), ("an.peeters", "/access?view=requests"),
]  # fmt: skip
DAILY = {("an.peeters", "/access?view=requests")}  # without script, so cheap


@pytest.mark.parametrize(
    ("login", "address"), [one if one in DAILY else pytest.param(*one, marks=pytest.mark.slow) for one in STATES]
)
def test_axe_finds_nothing_and_a_phone_is_wide_enough(reader: Person, worked: Worked, login: str, address: str) -> None:
    """WCAG 2.1 A and AA in light; in dark what the dark changes; and no page scrolls sideways on a phone."""
    if login:
        reader.come_in(login)
    page = reader.page
    path = address.format(draft=worked.draft, job=worked.job)
    response = page.goto(f"{worked.portal.address}{path}{'&' if '?' in path else '?'}lang=nl")
    assert response is not None
    if response.ok and (place := PLACES.get(path.partition("?")[0])) is not None and not place.plain:
        reader.ready()
    page.locator("h1").first.wait_for()
    wrong = [f"light: {one}" for one in violations(page, FULL)]
    page.emulate_media(color_scheme="dark")
    wrong += [f"dark: {one}" for one in violations(page, COLOURS)]
    assert wider_than_a_phone(page) <= 0, f"{path} is wider than a phone"
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
def test_axe_finds_nothing_where_a_page_broke(reader: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("no detail")

    monkeypatch.setattr("dashboards.pages.results.drawings", broken)
    assert reader.open("/report?id=stroke-public") == 200
    reader.page.locator(".reference").wait_for()
    assert [*violations(reader.page, FULL)] == []
    reader.page.emulate_media(color_scheme="dark")
    assert [*violations(reader.page, COLOURS)] == []
