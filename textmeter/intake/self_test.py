"""Does a message that is sent to the public address come here, whole and rightly signed?

The sender posts a signed delivery to an address of its own below the connection's, which keeps nothing and
tells what it saw. Only who has the installation's key can ask it: the delivery bears a token that lasts a
minute. It goes to the configured public address and nowhere else: no redirect is followed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx
from django.conf import settings
from django.core import signing

from textmeter.carriers.twilio_signature import SIGNATURE, is_signed, signature
from textmeter.intake.connections import secrets_of
from textmeter.intake.models import Connection
from textmeter.lib.days import now_ms

WHAT = "self-test"
TOKEN = "TextmeterToken"  # noqa: S105  # the name of a field
LASTS = 60  # seconds
CONNECT, READ, WHOLE = 3.0, 5.0, 8.0  # seconds
MOST_BYTES = 64 << 10
_SALT = "textmeter.intake.self_test"


@dataclass(frozen=True, slots=True)
class Seen:
    """A delivery as it came in at the server, in its own words."""

    url: str  # scheme, host and path as proxy and server say them
    is_signed: bool
    has_signature: bool
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`url`: what was signed and posted to. `status`: 0 where no answer came, for the reason `error`.
    `seen`: None where something else than this installation answered."""

    url: str
    status: int = 0
    error: str = ""
    location: str = ""
    server: str = ""
    seen: Seen | None = None


def address(key: str) -> str:
    return f"{settings.PUBLIC_URL.rstrip('/')}/hooks/{key}/{WHAT}"


def send(connection: Connection) -> Outcome:
    """Outside of any transaction; takes at most some seconds. Raises secrets.Unopenable, and ValueError
    where no public address is set."""
    if not settings.PUBLIC_URL:
        raise ValueError("TEXTMETER_PUBLIC_URL is not set.")
    secret = secrets_of(connection, now_ms())[0]
    url = address(connection.key)
    fields = {
        "AccountSid": connection.account_sid,
        "Body": "Self-test: é ☎ + &",
        TOKEN: _token(connection.key),
    }
    headers = {
        SIGNATURE: signature(url, fields.items(), secret),
        "user-agent": "Textmeter self-test",
        "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
    }
    timeout = httpx.Timeout(READ, connect=CONNECT)
    began = time.monotonic()
    try:
        with (
            httpx.Client(timeout=timeout, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", url, content=urlencode(fields).encode(), headers=headers) as answer,
        ):
            body = b""
            for piece in answer.iter_bytes(4096):
                body += piece
                if len(body) > MOST_BYTES or time.monotonic() - began > WHOLE:
                    break
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Outcome(url, error=_named(error))
    return Outcome(
        url,
        answer.status_code,
        location=answer.headers.get("location", "")[:300],
        server=answer.headers.get("server", "")[:100],
        seen=_seen(body) if answer.status_code == 200 else None,
    )


def receive(
    key: str, secrets: tuple[str, ...], body: bytes, headers: Mapping[str, str], came_to: str
) -> str | None:
    """The answer to a self-test that came in, as JSON; None for what is none. Nothing is kept. `headers`:
    lower-case names. `came_to`: the address as the server was called."""
    try:
        fields = dict(
            parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=10)
        )
        token = signing.loads(fields.get(TOKEN, ""), salt=_SALT, max_age=LASTS)
    except (ValueError, signing.BadSignature):
        return None
    if token != key:
        return None
    told = {
        "textmeter": "self-test",
        "url": _as_called(came_to, headers),
        "is_signed": is_signed(address(key), headers, body, secrets),
        "has_signature": SIGNATURE in headers,
        "headers": {name: value for name, value in headers.items() if name != SIGNATURE},
    }
    return json.dumps(told)


def _token(key: str) -> str:
    return signing.dumps(key, salt=_SALT)


def _as_called(came_to: str, headers: Mapping[str, str]) -> str:
    """With scheme and host as a proxy hands them on, where it does."""
    scheme, _, rest = came_to.partition("://")
    host, _, path = rest.partition("/")
    scheme = headers.get("x-forwarded-proto", scheme).split(",")[0].strip()
    return f"{scheme}://{host}/{path}"


def _seen(body: bytes) -> Seen | None:
    try:
        told: Any = json.loads(body)
        if told["textmeter"] != "self-test":
            return None
        headers = {str(name): str(value)[:300] for name, value in told["headers"].items()}
        return Seen(str(told["url"])[:500], told["is_signed"] is True, told["has_signature"] is True, headers)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _named(error: Exception) -> str:
    """`timeout`, `name`, `refused`, `certificate`, or the library's own words."""
    words = f"{error} {error.__cause__ or ''} {error.__context__ or ''}"
    if isinstance(error, httpx.TimeoutException):
        return "timeout"
    for sign, name in (
        ("CERTIFICATE_VERIFY_FAILED", "certificate"),
        ("Name or service not known", "name"),
        ("No address associated", "name"),
        ("Temporary failure in name resolution", "name"),
        ("Connection refused", "refused"),
        ("WRONG_VERSION_NUMBER", "no tls"),
    ):
        if sign in words:
            return name
    return str(error)[:200] or type(error).__name__
