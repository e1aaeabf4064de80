"""The id of the request that this thread answers: it is in its log lines, in the answer's X-Request-ID, and
on error pages."""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar

# What proxies and monitors send: a UUID, hex digits. Nothing that could be words, or break a line.
_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_present: ContextVar[str] = ContextVar("request_id", default="")


def begin(given: str) -> str:
    """The id from here on: the one that came with the request when it is sane, else a new one.

    It isn't taken back at the request's end, for the rest of a file is still written after that; the
    thread's next request has its own.
    """
    id = given if _SANE.fullmatch(given) else secrets.token_hex(8)
    _present.set(id)
    return id


def present() -> str:
    """Empty outside of a request."""
    return _present.get()
