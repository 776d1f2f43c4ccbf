"""A log-in that was begun and not ended yet: it lives in a cookie of the browser that began it, for ten minutes.

Nothing of it is a secret to that browser, and it is of no use to another: the code that comes back is taken from
the browser with the same `state`, and is worth nothing without its `verifier` (RFC 7636).
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import asdict, dataclass

COOKIE = "workbench_openid"
PATH = "/login/openid"
MINUTES_10 = 600  # seconds
_LONGEST = 3_000  # characters of the cookie
_LONGEST_TARGET = 1_000


@dataclass(frozen=True)
class Begun:
    """`state` comes back with the code, `nonce` in the token; `target` is where the person wanted to go."""

    state: str
    nonce: str
    verifier: str
    target: str
    lang: str
    at: int

    @property
    def challenge(self) -> str:
        """What the provider is shown of the verifier (S256)."""
        return _base64(hashlib.sha256(self.verifier.encode()).digest())

    def cookie(self) -> str:
        return _base64(json.dumps(asdict(self)).encode())


def begin(target: str, lang: str, now: float) -> Begun:
    """A new one; a target that would not fit becomes the portal."""
    state, nonce, verifier = (secrets.token_urlsafe(size) for size in (24, 24, 48))
    return Begun(state, nonce, verifier, target if len(target) <= _LONGEST_TARGET else "/", lang, int(now))


def read(cookie: str | None, now: float) -> Begun | None:
    """What a cookie holds; None for none, one that is none of ours, and one that is too old."""
    if not cookie or len(cookie) > _LONGEST:
        return None
    try:
        padded = cookie + "=" * (-len(cookie) % 4)
        begun = Begun(**json.loads(base64.urlsafe_b64decode(padded.encode("ascii"))))
    except (ValueError, TypeError, RecursionError):
        return None
    texts = (begun.state, begun.nonce, begun.verifier, begun.target, begun.lang)
    # Printable: half a character of JSON (\ud800) is a text that cannot be written as bytes.
    right = isinstance(begun.at, int) and all(isinstance(one, str) and one and one.isprintable() for one in texts)
    return begun if right and now - MINUTES_10 <= begun.at <= now else None


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
