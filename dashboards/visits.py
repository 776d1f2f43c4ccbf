"""Who is behind a request and behind an open page.

A log-in is a random token in a cookie; the person, and with it every right, is looked up in the state each time. A
page that was served is a visit: its websocket session id is tied to the log-in that asked for it, so that neither
another cookie nor no cookie can drive it, and logging out ends its rights.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from workbench.access import PUBLIC, Directory, Register, Viewer
from workbench.errors import Refused
from workbench.state import LogIn, LogIns
from workbench.state.tables import now

MINUTE = 60.0
HOUR = 3600.0
HOURS_8 = 8 * HOUR
TOKEN_SECONDS = 300


class SignedOut(Refused):
    """The log-in behind a page has ended."""


@dataclass
class Logins:
    """The live log-ins of a site; they stand in its state, so that every process that serves it knows them.

    One ends `lifetime` seconds after it began, and `idle` seconds after its person last asked or did something;
    a page that only stands open does nothing.
    """

    directory: Directory | Register
    kept: LogIns
    lifetime: float = HOURS_8
    idle: float = HOUR
    clock: Callable[[], datetime] = now

    def open(self, login: str) -> str:
        """Start a log-in for a person whose password was checked; returns its token."""
        token, at = secrets.token_urlsafe(24), self.clock()
        dead = at - timedelta(seconds=self.lifetime), at - timedelta(seconds=self.idle)
        self.kept.open(token, login, at, dead)
        return token

    def close(self, token: str | None) -> None:
        """End a log-in; an unknown token is no error."""
        if token:
            self.kept.close(token)

    def close_all(self, login: str) -> int:
        """End every log-in of a person, wherever it is; returns how many were live."""
        return sum(map(self._lives, self.kept.close_all(login)))

    def of(self, login: str) -> int:
        """The number of live log-ins of a person."""
        return sum(map(self._lives, self.kept.all(login)))

    def held(self) -> Logins:
        """The log-ins and rights of this moment, to be asked for many pages without asking the database for each."""
        now = self.directory.now() if isinstance(self.directory, Register) else self.directory
        return replace(self, directory=now, kept=self.kept.held())

    def viewer(self, token: str | None, *, uses: bool = True) -> Viewer | None:
        """The person of a live log-in, with the rights of this moment; None when it is not live.

        `uses`: the person does something now, which keeps the log-in from ending for want of use.
        """
        one = self.kept.get(token) if token else None
        if token is None or one is None or not self._lives(one):
            return None
        at = self.clock()
        if uses and (at - one.used).total_seconds() > min(MINUTE, self.idle / 10):
            self.kept.use(token, at)  # not at each request: a write waits for other writers
        return self.directory.viewer(one.person)

    def _lives(self, one: LogIn) -> bool:
        """Fails closed on a clock that was set back: who began in the future began at another time than is said."""
        at = self.clock()
        begun, used = (at - one.begun).total_seconds(), (at - one.used).total_seconds()
        return -MINUTE < begun < self.lifetime and used < self.idle

    def __len__(self) -> int:
        return sum(map(self._lives, self.kept.all()))


@dataclass(frozen=True)
class Visit:
    """One served page: its path, language and address parameters, and the log-in and browser that asked for it."""

    token: str | None
    path: str
    lang: str
    query: Mapping[str, str]
    browser: str = ""

    def viewer(self, logins: Logins, *, uses: bool = True) -> Viewer:
        """Who looks at this moment; raises `SignedOut` when the log-in of this page has ended."""
        if self.token is None:
            return PUBLIC
        viewer = logins.viewer(self.token, uses=uses)
        if viewer is None:
            raise SignedOut("the log-in of this page has ended")
        return viewer


@dataclass
class Visits:
    """Served pages by websocket session id.

    A page that loads slowly opens its websocket after the framework has dropped its first session; the
    session is then made again. So a visit is remembered as long as the token in its page is valid.
    """

    token_lifetime: float = TOKEN_SECONDS
    clock: Callable[[], float] = time.monotonic
    _open: dict[str, Visit] = field(default_factory=dict)
    _left: dict[str, float] = field(default_factory=dict)

    def enter(self, session_id: str, visit: Visit) -> None:
        """Remember who a page was served to."""
        at = self.clock()
        for old in [old for old, end in self._left.items() if end <= at]:
            del self._left[old]
            self._open.pop(old, None)
        self._open[session_id] = visit

    def leave(self, session_id: str) -> None:
        """The session ended; the page may still come back while its token is valid."""
        if session_id in self._open:
            self._left[session_id] = self.clock() + self.token_lifetime

    def of(self, session_id: str) -> Visit:
        """The visit of a session; raises `Refused` for a session that no served page started."""
        visit = self._open.get(session_id)
        if visit is None:
            raise Refused("this page was not served to you")
        self._left.pop(session_id, None)
        return visit

    def may_connect(self, session_id: str, path: str, token: str | None) -> bool:
        """May a websocket with this session id, on this path and with this log-in, be opened?"""
        visit = self._open.get(session_id)
        return visit is not None and visit.path == path and visit.token == token

    def __len__(self) -> int:
        return len(self._open)
