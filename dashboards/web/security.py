"""Headers against injected scripts, framing and sniffing, and the nonce that our own scripts carry."""

from __future__ import annotations

import re
import secrets

_SCRIPT = re.compile(r"<script(?=[\s>])")
_HTML_LANG = re.compile(r'<html lang="[a-z-]*"')
_POLICY = (
    "default-src 'none'; script-src 'self'{nonce} blob:; style-src 'self' 'unsafe-inline'; "
    "connect-src 'self' blob:; img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; "
    "manifest-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)


def headers(nonce: str | None = None) -> dict[str, str]:
    """Response headers of a page; without a nonce no inline script runs at all."""
    return {
        "Content-Security-Policy": _POLICY.format(nonce=f" 'nonce-{nonce}'" if nonce else ""),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-store",
    }


def new_nonce() -> str:
    """A value for one response."""
    return secrets.token_urlsafe(16)


def with_nonce(page: str, nonce: str, lang: str) -> str:
    """Panel's page with the nonce on its scripts, the language it is written in, and both colour schemes.

    Panel prints `lang="en"` whatever the language and offers no setting for it.
    """
    page = _SCRIPT.sub(f'<script nonce="{nonce}"', page)
    return _HTML_LANG.sub(f'<html lang="{lang}" style="color-scheme: light dark"', page, count=1)
