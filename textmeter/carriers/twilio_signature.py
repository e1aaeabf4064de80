"""Twilio's signatures (https://www.twilio.com/docs/usage/webhooks/webhooks-security).

Base64 of an HMAC over the public URL and, sorted by name, every field's name and value. SHA-1 with
the account's auth token; SHA-256 with a shared key where `X-Twilio-Webhooks-Signature-Settings`
says so.
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from urllib.parse import SplitResult, parse_qs, urlsplit

from textmeter.carriers.forms import FORM, content_type, form_pairs

SIGNATURE = "x-twilio-signature"
SETTINGS = "x-twilio-webhooks-signature-settings"
_HASHES = {"HMAC_SHA1": "sha1", "HMAC_SHA256": "sha256"}
_PORTS = {"https": 443, "http": 80}


def is_signed(url: str, headers: Mapping[str, str], body: bytes, secrets: Sequence[str]) -> bool:
    """Whether one of the secrets signed this delivery. `url`: the public one, with its query.
    `headers`: lower-case names. A body that is no form is only covered where the URL carries its hash
    (`bodySHA256`); without, the signature says who sent it but not what, and `read` refuses it."""
    algorithm = _HASHES.get(_algorithm(headers.get(SETTINGS, "")))
    pairs = form_pairs(body) if content_type(headers) == FORM else []
    if algorithm is None or pairs is None or not _has_its_hash(url, headers, body):
        return False
    given = headers.get(SIGNATURE, "").encode("utf-8", "replace")
    fields = _fields(pairs)
    # Every pair of secret and address is tried, so that the time taken says nothing.
    matches = [
        hmac.compare_digest(_signed(form + fields, secret, algorithm).encode(), given)
        for secret in secrets
        for form in _with_and_without_port(url)
    ]
    return any(matches)


def signature(url: str, pairs: Iterable[tuple[str, str]], secret: str, algorithm: str = "sha1") -> str:
    """The signature of exactly this URL and these fields; a repeated field counts with each of its
    different values, sorted."""
    return _signed(url + _fields(pairs), secret, algorithm)


def _fields(pairs: Iterable[tuple[str, str]]) -> str:
    return "".join([name + value for name, value in sorted(set(pairs))])


def _signed(text: str, secret: str, algorithm: str) -> str:
    # Not hmac.digest: it lets go of the interpreter, and with thirty threads waits long to have it back.
    mac = hmac.new(secret.encode(), text.encode("utf-8", "replace"), algorithm)
    return b64encode(mac.digest()).decode()


def _algorithm(settings: str) -> str:
    for part in settings.split(","):
        name, _, value = part.partition("=")
        if name.strip() == "algorithm" and value.strip():
            return value.strip().upper()
    return "HMAC_SHA1"


def _has_its_hash(url: str, headers: Mapping[str, str], body: bytes) -> bool:
    if content_type(headers) == FORM:
        return True
    wanted = parse_qs(url.partition("?")[2]).get("bodySHA256")
    return wanted is None or hmac.compare_digest(sha256(body).hexdigest().encode(), wanted[0].encode())


def _with_and_without_port(url: str) -> list[str]:
    """Twilio signs with or without the port, and doesn't say which."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return [url]
    if port:
        return [url, _with_host(parts, parts.netloc.rpartition(":")[0])]
    return [url, _with_host(parts, f"{parts.netloc}:{_PORTS.get(parts.scheme, 80)}")]


def _with_host(parts: SplitResult, host: str) -> str:
    return parts._replace(netloc=host).geturl()
