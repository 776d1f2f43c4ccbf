"""What an ID token proves, and whether it does (OpenID Connect Core 1.0, 3.1.3.7)."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from dashboards.web.openid.settings import Settings
from workbench.state import is_subject

# Signatures of the provider's private key. One made with a key that both sides know (HS256) would let whoever reads
# the client's secret be anybody, and `none` is no signature.
ALGORITHMS = ("RS256", "PS256", "ES256")
LEEWAY = 60  # seconds by which two clocks may differ
LONGEST_TOKEN = 16_000  # characters


class NotProven(Exception):
    """The answer of the provider proves nothing; the text is for the log and holds nothing of the token."""


class UnknownKey(NotProven):
    """Signed with a key that is not among those we know: they may have been changed meanwhile."""


@dataclass(frozen=True)
class Identity:
    """Whom a provider knows under a name of its own."""

    issuer: str
    subject: str


def proven(token: object, keys: KeySet, settings: Settings, nonce: str, now: int) -> Identity:
    """Whose token it is. Raises `NotProven` unless it is the provider's, for us, for this log-in and of now."""
    if not isinstance(token, str) or len(token) > LONGEST_TOKEN:
        raise NotProven("no ID token")
    registry = jwt.JWTClaimsRegistry(
        now=now,
        leeway=LEEWAY,
        iss={"essential": True, "value": settings.issuer},
        aud={"essential": True, "value": settings.client},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True},
    )
    try:
        found = jwt.decode(token, keys, algorithms=ALGORITHMS)
        registry.validate(found.claims)
    except InvalidKeyIdError as error:
        raise UnknownKey("signed with an unknown key") from error
    except (JoseError, ValueError, TypeError) as error:
        raise NotProven(type(error).__name__) from error
    return _checked(found.claims, settings, nonce)


def _checked(claims: dict[str, Any], settings: Settings, nonce: str) -> Identity:
    """What the library leaves to us."""
    said, party, subject = claims["nonce"], claims.get("azp"), claims["sub"]
    if not isinstance(said, str) or not said.isascii() or not hmac.compare_digest(said.encode(), nonce.encode()):
        raise NotProven("of another log-in")
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (party is not None or several) and party != settings.client:
        raise NotProven("given to another party")
    if settings.levels and claims.get("acr") not in settings.levels:
        raise NotProven("not at the level that is demanded")
    if not is_subject(subject):
        raise NotProven("no usable subject")
    return Identity(settings.issuer, subject)
