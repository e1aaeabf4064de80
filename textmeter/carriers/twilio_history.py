"""One text from Twilio's own records
(https://www.twilio.com/docs/messaging/api/message-resource#fetch-a-message-resource)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urljoin

import httpx

from textmeter.carriers.seen import Direction, Media, Source, TextSeen
from textmeter.carriers.trouble import CarrierDown, CarrierTrouble, Gone, Throttled, WrongCredentials
from textmeter.carriers.twilio import CARRIER, text_status
from textmeter.carriers.twilio_errors import BLOCKED
from textmeter.carriers.twilio_fields import count, when
from textmeter.lib.sentences import Sentence

API = "https://api.twilio.com"
TIMEOUT = httpx.Timeout(10.0, connect=5.0)
DEFAULT_PAUSE = 5.0
LONGEST_PAUSE = 3600.0


@dataclass(frozen=True, slots=True)
class Credentials:
    """`user` and `password`: the account's SID and auth token, or an API key's SID and its secret."""

    account_sid: str
    user: str
    password: str
    api_url: str = API


def fetch_text(client: httpx.Client, credentials: Credentials, carrier_ref: str, now: int) -> TextSeen:
    """The text as the carrier knows it now (ms), words and all. Raises CarrierTrouble."""
    folder = f"/2010-04-01/Accounts/{quote(credentials.account_sid, safe='')}/Messages"
    ref = quote(carrier_ref, safe="")
    message = _get(client, credentials, f"{folder}/{ref}.json")
    media: tuple[Media, ...] | None = None
    if count(message.get("num_media")):
        media = _media(client, credentials, f"{folder}/{ref}/Media.json")
    return text_in_history(message, carrier_ref, now, media)


def text_in_history(
    message: Mapping[str, Any], carrier_ref: str, now: int, media: tuple[Media, ...] | None = None
) -> TextSeen:
    """A Message resource as what was seen. An account that keeps no words gives null: none, then."""
    word = str(message.get("direction") or "")
    status = str(message.get("status") or "")
    error = message.get("error_code")
    return TextSeen(
        carrier=CARRIER,
        carrier_ref=carrier_ref,
        source=Source.HISTORY,
        arrived_at=now,
        carrier_time=when(_string(message.get("date_sent"))) or when(_string(message.get("date_created"))),
        from_number=_string(message.get("from")),
        to_number=_string(message.get("to")),
        direction=_direction(word),
        status=text_status(status),
        body=(_string(message.get("body")) or "").replace("\0", "\ufffd"),
        media=media,
        segments=count(message.get("num_segments")) or None,
        error_code=str(error) if error else None,
        is_blocked=str(error) == BLOCKED,
        is_automatic=word == "outbound-reply",
    )


def _direction(word: str) -> Direction | None:
    if word.startswith("outbound"):
        return Direction.OUTBOUND
    return Direction.INBOUND if word == "inbound" else None


def _media(client: httpx.Client, credentials: Credentials, path: str) -> tuple[Media, ...] | None:
    try:
        listed = _get(client, credentials, path).get("media_list")
    except Gone:
        return None
    return tuple(
        Media(
            urljoin(credentials.api_url + "/", str(one.get("uri") or "").removesuffix(".json")),
            str(one.get("content_type") or ""),
        )
        for one in (listed if isinstance(listed, list) else [])
        if isinstance(one, dict)
    )


def _get(client: httpx.Client, credentials: Credentials, path: str) -> dict[str, Any]:
    url = credentials.api_url.rstrip("/") + path
    try:
        answer = client.get(url, auth=(credentials.user, credentials.password), timeout=TIMEOUT)
    except httpx.TimeoutException:
        raise CarrierDown(Sentence("Twilio didn’t answer in time.")) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        words = str(error) or type(error).__name__
        raise CarrierDown(Sentence("Twilio can’t be reached: %(error)s.", error=words)) from None
    _check(answer)
    try:
        content = answer.json()
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise CarrierDown(Sentence("Twilio’s answer is not what its API promises."))
    return content


def _check(answer: httpx.Response) -> None:
    code = answer.status_code
    if code == httpx.codes.OK:
        return
    if code in (httpx.codes.NOT_FOUND, httpx.codes.GONE):
        raise Gone(Sentence("Twilio doesn’t know this text."))
    if code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        raise WrongCredentials(
            Sentence(
                "Twilio refused the connection’s credentials (%(status)s). Enter them anew.",
                status=str(code),
            )
        )
    if code == httpx.codes.TOO_MANY_REQUESTS:
        pause = _pause(answer.headers.get("retry-after"))
        raise Throttled(Sentence("Twilio asks for fewer requests (429)."), pause)
    if code >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise CarrierDown(Sentence("Twilio had a failure of its own (%(status)s).", status=str(code)))
    raise CarrierTrouble(
        Sentence("Twilio answered %(status)s, which its API doesn’t promise.", status=str(code))
    )


def _pause(retry_after: str | None) -> float:
    word = (retry_after or "").strip()
    if word.isascii() and word.isdigit():
        return min(float(word[:6]), LONGEST_PAUSE)
    return DEFAULT_PAUSE


def _string(value: object) -> str | None:
    return value if isinstance(value, str) else None
