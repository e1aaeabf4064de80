"""A mail server as one address: `smtp+tls://user:password@host:587?from=texts@example.com`."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
ALLOWED = (
    "smtp://, smtp+tls:// or smtps:// with user:password@host:port and ?from=ADDRESS, such as"
    " smtp+tls://texts%40example.com:secret@mail.example.com?from=texts@example.com"
)
SECONDS = 10  # how long a mail server may take


def mail_settings(url: str) -> dict[str, Any] | None:
    """As Django's settings say it, an empty address being no server; None for what is no such address."""
    try:
        parts = urlsplit(url)
        sender = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query))).get("from", "")
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return None
    if url and not (parts.scheme in _PORTS and parts.hostname and "@" in sender):
        return None
    return {
        "EMAIL_HOST": parts.hostname or "",
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "DEFAULT_FROM_EMAIL": sender,
        "EMAIL_TIMEOUT": SECONDS,
    }
