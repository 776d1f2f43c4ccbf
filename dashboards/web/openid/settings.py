"""Which provider proves who people are: from the environment, its secret also from a file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from workbench.errors import WorkbenchError

ISSUER, CLIENT, SECRET, SECRET_FILE, NAME, LEVELS, ONLY = (
    f"WORKBENCH_OIDC_{name}" for name in ("ISSUER", "CLIENT", "SECRET", "SECRET_FILE", "NAME", "LEVELS", "ONLY")
)
_HERE = ("localhost", "127.0.0.1", "::1")
_YES, _NO = ("yes", "true", "1"), ("", "no", "false", "0")


@dataclass(frozen=True)
class Settings:
    """`secret` is None for a public client; `levels` are the values of `acr` of which one is demanded, none for any;
    `only` closes the form for passwords; `base` is where browsers find the portal, empty for where they ask."""

    issuer: str
    client: str
    name: str
    secret: str | None = field(default=None, repr=False)
    levels: tuple[str, ...] = ()
    only: bool = False
    base: str = ""


def read_settings(environ: Mapping[str, str] = os.environ, base: str = "") -> Settings | None:
    """None where no provider is named. Raises `WorkbenchError` that says all that is wrong at once."""
    said = {name: environ.get(name, "").strip() for name in (ISSUER, CLIENT, SECRET, SECRET_FILE, NAME, LEVELS, ONLY)}
    if not any(said.values()):
        return None
    wrong = []
    if not is_safe(said[ISSUER]):
        wrong.append(f"{ISSUER} must be the https address of the provider, as it writes it itself")
    if not said[CLIENT]:
        wrong.append(f"{CLIENT} must be the name under which the provider knows this site")
    if said[SECRET] and said[SECRET_FILE]:
        wrong.append(f"give {SECRET} or {SECRET_FILE}, not both")
    if said[ONLY].lower() not in (*_YES, *_NO):
        wrong.append(f"{ONLY} is yes or no")
    secret: str | None = said[SECRET] or None
    if said[SECRET_FILE]:
        try:
            secret = Path(said[SECRET_FILE]).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            wrong.append(f"the file of {SECRET_FILE} cannot be read: {error}")
        else:
            if not secret:
                wrong.append(f"the file of {SECRET_FILE} is empty")
    if wrong:
        raise WorkbenchError("log-in by OpenID Connect is set up wrongly:\n  " + "\n  ".join(wrong))
    return Settings(
        said[ISSUER],
        said[CLIENT],
        said[NAME] or str(urlsplit(said[ISSUER]).hostname),
        secret,
        tuple(said[LEVELS].split()),
        said[ONLY].lower() in _YES,
        base.rstrip("/"),
    )


def is_safe(address: object) -> bool:
    """Whether an address may be asked: https, or http on this very machine."""
    if not isinstance(address, str) or not address.isprintable():
        return False
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    here = parts.scheme == "http" and host in _HERE
    return bool(host) and (parts.scheme == "https" or here) and not parts.fragment and "@" not in parts.netloc
