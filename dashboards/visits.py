"""Who is behind a request and behind an open page.

A log-in is a random token in a signed cookie; the person, and with it every right, is looked up on the
server each time. A page that was served is a visit: its websocket session id is tied to the log-in that
asked for it, so that neither another cookie nor no cookie can drive it, and logging out ends its rights.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from workbench.access import PUBLIC, Directory, Register, Viewer
from workbench.errors import Refused

HOUR = 3600.0
HOURS_8 = 8 * HOUR
TOKEN_SECONDS = 300


class SignedOut(Refused):
    """The log-in behind a page has ended."""


@dataclass
class _Login:
    """A live log-in: whose, when it ends whatever happens, and when its person last did something."""

    person: str
    end: float
    used: float


@dataclass
class Logins:
    """The live log-ins of this server process; a restart ends them all.

    One ends `lifetime` seconds after it began, and `idle` seconds after its person last asked or did something;
    a page that only stands open does nothing.
    """

    directory: Directory | Register
    lifetime: float = HOURS_8
    idle: float = HOUR
    clock: Callable[[], float] = time.monotonic
    _live: dict[str, _Login] = field(default_factory=dict)

    def open(self, login: str) -> str:
        """Start a log-in for a person whose password was checked; returns its token."""
        now = self.clock()
        for token, one in list(self._live.items()):
            if not self._lives(one):
                del self._live[token]
        token = secrets.token_urlsafe(24)
        self._live[token] = _Login(login, now + self.lifetime, now)
        return token

    def close(self, token: str | None) -> None:
        """End a log-in; an unknown token is no error."""
        self._live.pop(token or "", None)

    def close_all(self, login: str) -> int:
        """End every log-in of a person, wherever it is; returns how many were live."""
        theirs = [(token, one) for token, one in list(self._live.items()) if one.person == login]
        for token, _ in theirs:
            self._live.pop(token, None)
        return sum(self._lives(one) for _, one in theirs)

    def of(self, login: str) -> int:
        """The number of live log-ins of a person."""
        return sum(one.person == login and self._lives(one) for one in list(self._live.values()))

    def viewer(self, token: str | None, *, uses: bool = True) -> Viewer | None:
        """The person of a live log-in, with the rights of this moment; None when it is not live.

        `uses`: the person does something now, which keeps the log-in from ending for want of use.
        """
        one = self._live.get(token or "")
        if one is None or not self._lives(one):
            return None
        if uses:
            one.used = self.clock()
        return self.directory.viewer(one.person)

    def _lives(self, one: _Login) -> bool:
        now = self.clock()
        return now < one.end and now < one.used + self.idle

    def __len__(self) -> int:
        return sum(self._lives(one) for one in list(self._live.values()))


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
        now = self.clock()
        for old in [old for old, end in self._left.items() if end <= now]:
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
