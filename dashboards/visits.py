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

HOURS_8 = 8 * 3600.0
TOKEN_SECONDS = 300


class SignedOut(Refused):
    """The log-in behind a page has ended."""


@dataclass
class Logins:
    """The live log-ins of this server process; a restart ends them all."""

    directory: Directory | Register
    lifetime: float = HOURS_8
    clock: Callable[[], float] = time.monotonic
    _live: dict[str, tuple[str, float]] = field(default_factory=dict)

    def open(self, login: str) -> str:
        """Start a log-in for a person whose password was checked; returns its token."""
        now = self.clock()
        for token, (_, end) in list(self._live.items()):
            if end <= now:
                del self._live[token]
        token = secrets.token_urlsafe(24)
        self._live[token] = (login, now + self.lifetime)
        return token

    def close(self, token: str | None) -> None:
        """End a log-in; an unknown token is no error."""
        self._live.pop(token or "", None)

    def viewer(self, token: str | None) -> Viewer | None:
        """The person of a live log-in, with the rights of this moment; None when it is not live."""
        login, end = self._live.get(token or "", ("", 0.0))
        return self.directory.viewer(login) if end > self.clock() else None


@dataclass(frozen=True)
class Visit:
    """One served page: its path, language and address parameters, and the log-in and browser that asked for it."""

    token: str | None
    path: str
    lang: str
    query: Mapping[str, str]
    browser: str = ""

    def viewer(self, logins: Logins) -> Viewer:
        """Who looks at this moment; raises `SignedOut` when the log-in of this page has ended."""
        if self.token is None:
            return PUBLIC
        viewer = logins.viewer(self.token)
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
