"""Small parts: live log-ins, markup, names, the CSV, and the port."""

from __future__ import annotations

import csv
import io
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboards.labels import Labels, Measure, load_labels
from dashboards.markup import Html, address, icon, join, tag
from dashboards.server import free_port
from dashboards.shown import Shown, as_csv
from dashboards.visits import Logins, SignedOut, Visit
from workbench.access import PUBLIC, Register, load_directory, seed
from workbench.errors import Problems, WorkbenchError
from workbench.state import State, open_state
from workbench.state.tables import now


@dataclass
class Clock:
    """A clock that is set by hand, in seconds from its start."""

    seconds: float = 0.0
    start: datetime = field(default_factory=now)

    def __call__(self) -> datetime:
        return self.start + timedelta(seconds=self.seconds)


@pytest.fixture
def state(repo_root: Path, tmp_path: Path) -> Iterator[State]:
    state = open_state(tmp_path)
    seed(state, load_directory(repo_root / "catalog"))
    yield state
    state.close()


@pytest.fixture
def register(state: State, repo_root: Path) -> Register:
    return Register(state, load_directory(repo_root / "catalog"))


def test_a_log_in_ends_by_itself_and_by_logging_out(register: Register, state: State) -> None:
    clock = Clock()
    logins = Logins(register, state.log_ins, lifetime=100, clock=clock)
    first, second = logins.open("an.peeters"), logins.open("an.peeters")
    assert first != second
    page = Visit(first, "/", "nl", {})
    assert page.viewer(logins).person == "an.peeters"
    logins.close(second)
    assert logins.viewer(second) is None
    assert page.viewer(logins).person == "an.peeters"
    clock.seconds = 100.0
    with pytest.raises(SignedOut):
        page.viewer(logins)
    assert logins.viewer(None) is None and logins.viewer("made up") is None
    assert Visit(None, "/", "nl", {}).viewer(logins) is PUBLIC
    clock.seconds = 100.1
    logins.open("els.maes")
    assert len(state.log_ins.all()) == 1, "ended log-ins are cleared away"


def test_a_log_in_ends_when_nobody_uses_it(register: Register, state: State) -> None:
    clock = Clock()
    logins = Logins(register, state.log_ins, lifetime=100, idle=10, clock=clock)
    used, watched = logins.open("an.peeters"), logins.open("an.peeters")
    for moment in (9.0, 18.0, 27.0):
        clock.seconds = moment
        assert logins.viewer(used) is not None
        alive = logins.viewer(watched, uses=False)  # an open page that is only looked after
        assert (alive is not None) == (moment < 10)
    assert (logins.of("an.peeters"), len(logins)) == (1, 1)
    for moment in range(28, 100, 5):
        clock.seconds = float(moment)
        assert logins.viewer(used) is not None
    clock.seconds = 100.0
    assert logins.viewer(used) is None, "use does not prolong it beyond its lifetime"


def test_a_clock_set_back_prolongs_no_log_in(register: Register, state: State) -> None:
    clock = Clock()
    logins = Logins(register, state.log_ins, lifetime=100, clock=clock)
    token = logins.open("an.peeters")
    clock.seconds = -30.0
    assert logins.viewer(token) is not None, "clocks of two machines differ a little"
    clock.seconds = -365 * 86_400.0
    assert logins.viewer(token) is None


def test_logging_out_everywhere_ends_every_log_in_of_that_person_in_each_process(
    register: Register, state: State, tmp_path: Path, repo_root: Path
) -> None:
    elsewhere = open_state(tmp_path)
    other = Logins(Register(elsewhere, load_directory(repo_root / "catalog")), elsewhere.log_ins)
    logins = Logins(register, state.log_ins)
    mine, theirs = [logins.open("an.peeters"), other.open("an.peeters")], logins.open("els.maes")
    assert [other.viewer(token) is not None for token in (*mine, theirs)] == [True] * 3, "both know all of them"
    assert other.of("an.peeters") == other.close_all("an.peeters") == 2
    assert [logins.viewer(token) for token in mine] == [None] * 2
    assert logins.viewer(theirs) is not None and logins.close_all("an.peeters") == 0
    elsewhere.close()


def test_a_page_of_someone_logged_out_does_not_become_public(register: Register, state: State) -> None:
    logins = Logins(register, state.log_ins)
    token = logins.open("an.peeters")
    logins.close(token)
    with pytest.raises(SignedOut):
        Visit(token, "/", "nl", {}).viewer(logins)


def test_text_is_escaped_unless_it_is_markup() -> None:
    assert tag("p", 'a < b & "c"') == "<p>a &lt; b &amp; &quot;c&quot;</p>"
    assert tag("a", tag("b", "x"), href='/?a="><script>') == '<a href="/?a=&quot;&gt;&lt;script&gt;"><b>x</b></a>'
    assert tag("input", type="text", required=True, id=None) == '<input type="text" required>'
    assert join("<", Html("<br>"), ">") == "&lt;<br>&gt;"
    assert 'aria-hidden="true"' in icon("lock")
    assert address("/report", id="a b", year="", hospital=None) == "/report?id=a+b"
    assert address("/") == "/"


def test_a_csv_cannot_start_a_formula() -> None:
    rows: tuple[dict[str, Any], ...] = (
        {"hospital_name": '=HYPERLINK("x")', "n": None, "withheld": True},
        {"hospital_name": 'A, "B"', "n": -3, "withheld": False},
    )
    text = as_csv(Shown(Measure.COUNT, ("hospital_name", "n", "withheld"), rows))
    assert list(csv.reader(io.StringIO(text))) == [
        ["hospital_name", "n", "withheld"],
        ['\'=HYPERLINK("x")', "", "true"],
        ['A, "B"', "-3", "false"],
    ]


def test_names_come_from_the_catalogue(repo_root: Path) -> None:
    labels = load_labels(repo_root / "catalog")
    assert labels.hospital("901", "nl") == "UZ Wilgenrij"
    assert labels.indicator("ivt", "fr").startswith("Thrombolyse")
    assert labels.question("ivt", "en").endswith("?")
    measures = {name: labels.measure(name) for name in ("deliveries", "ivt", "mortality30")}
    assert measures == {"deliveries": Measure.COUNT, "ivt": Measure.RATE, "mortality30": Measure.RATIO}
    assert labels.direction("mortality90") == "lower"


def test_what_has_no_name_is_shown_by_its_code() -> None:
    labels = Labels()
    assert labels.hospital("999", "nl") == "999"
    assert labels.indicator("length", "nl") == "length"
    assert (labels.question("length", "nl"), labels.direction("length")) == ("", "none")


def test_wrong_labels_are_told_at_the_start(tmp_path: Path) -> None:
    folder = tmp_path / "catalog" / "indicators"
    folder.mkdir(parents=True)
    (folder / "ivt.yaml").write_text("id: ivt\nlabel: {nl: a}\n")
    with pytest.raises(Problems, match=r"catalog/indicators/ivt\.yaml:"):
        load_labels(tmp_path / "catalog")


def test_a_busy_port_gives_the_next_free_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        busy = taken.getsockname()[1]
        assert free_port(busy) > busy
    assert free_port(0) == 0
    assert free_port(6665) == free_port(6670), "browsers open none of those between"
    with pytest.raises(WorkbenchError, match="no port from 65536 on is free"):
        free_port(65_536)
