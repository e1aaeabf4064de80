"""The door for carriers: POST /hooks/{connection key}/{what}.

It stands before everything else, so that a webhook needs no session, no CSRF token and no known host
name. It verifies, keeps the receipt, and answers; the worker does the rest.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.http.request import HttpHeaders, RawPostDataException, UnreadablePostError

from textmeter.carriers.table import CARRIERS
from textmeter.carriers.twilio_answers import Answer
from textmeter.intake import bad_signatures, self_test
from textmeter.intake.address_trouble import CALLED
from textmeter.intake.known import Known, connection_of, line_of
from textmeter.intake.reasons import Reason, sentence
from textmeter.intake.receipts import PATIENCE, NotKept, Receipt, State, keep
from textmeter.intake.tallies import count_answer
from textmeter.lib.days import now_ms

logger = logging.getLogger(__name__)

HOOKS = "/hooks/"
MOST_BYTES = 1 << 20
MOST_THROWN_AWAY = 8 << 20
_WHATS = frozenset(what for carrier in CARRIERS.values() for what in carrier.whats)
CALLERS_PATIENCE = 2.0  # seconds that a caller hears nothing at most, where the disk is slow
# For the person who looks for the cause of a wrong signature.
FORWARDED = (
    "content-type",
    "host",
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-forwarded-prefix",
    "x-original-url",
    "x-real-ip",
    "user-agent",
)


class HooksMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(HOOKS):
            return self.get_response(request)
        began, status = time.perf_counter(), 500
        try:
            answer = receive(request)
            status = answer.status_code
        finally:
            count_answer(_what(request), status, time.perf_counter() - began)
        return answer


def _what(request: HttpRequest) -> str:
    """For counting: strangers may write there what they like."""
    what = request.path_info.rpartition("/")[2]
    return what if what in _WHATS else "unknown"


def receive(request: HttpRequest) -> HttpResponse:
    """405, 404, 413, 403, 503, or the carrier's answer once the receipt is on disk."""
    received_at = now_ms()
    if request.method != "POST":
        return _plain(405, "Webhooks are POSTed.", Allow="POST")
    key, _, what = request.path_info.removeprefix(HOOKS).partition("/")
    try:
        known = connection_of(key)
    except Error as error:
        logger.error("A delivery was refused, the database is gone: %s", error)
        return _say_so(request) if what == "voice" else _later()
    if known is None or what not in (*known.carrier.whats, self_test.WHAT):
        return _plain(404, "There is no such webhook.")
    if not known.secrets:
        # Right or wrong, nobody can tell: the carrier shall come again when the key is back.
        return _later()
    body = _body(request)
    if isinstance(body, HttpResponse):
        return body
    if what == self_test.WHAT:
        return _tell(request, known, body)
    return _settle(request, known, what, body, received_at)


def _tell(request: HttpRequest, known: Known, body: bytes) -> HttpResponse:
    """What a self-test wants to know; it leaves nothing. Without its token there is no such webhook."""
    came_to = _own_address(request) + request.path_info
    told = self_test.receive(known.key, known.secrets, body, _headers(request, known), came_to)
    if told is None:
        return _plain(404, "There is no such webhook.")
    return HttpResponse(told, content_type="application/json")


def _settle(request: HttpRequest, known: Known, what: str, body: bytes, received_at: int) -> HttpResponse:
    base_url = settings.PUBLIC_URL or _own_address(request)
    query = request.META.get("QUERY_STRING", "")
    url = known.addresses(base_url)[what] + (f"?{query}" if query else "")
    receipt = Receipt(known.id, known.company_id, what, url, _headers(request, known), body, received_at)
    if not known.carrier.is_signed(url, receipt.headers, body, known.secrets):
        called = _own_address(request) + request.path_info + (f"?{query}" if query else "")
        return _refuse(known, receipt, called[:2000])
    line = line_of(known.company_id, known.carrier.called_number(body)) if what == "voice" else None
    answer = known.carrier.answer(what, line, known.addresses(base_url))
    try:
        keep(receipt, CALLERS_PATIENCE if what == "voice" else PATIENCE)
    except NotKept as error:
        logger.error("A %s delivery for connection %d was not kept: %s", what, known.id, error)
        if what != "voice":
            return _later()
        # A customer is on the line: the call goes through, and its later callbacks tell of it.
    return _answered(answer)


def _refuse(known: Known, receipt: Receipt, called: str) -> HttpResponse:
    """`called`: the address by which this server was called, which the receipt keeps beside the headers."""
    reason = Reason.BAD_SIGNATURE
    headers = {**receipt.headers, CALLED: called}
    try:
        if bad_signatures.has_room(known.id, len(receipt.body) + len(receipt.url)):
            keep(
                replace(
                    receipt, headers=headers, state=State.QUARANTINED, reason=reason, detail=sentence(reason)
                )
            )
    except (NotKept, Error) as error:
        # The cause may be a setting of ours: the carrier shall try again when there is a database.
        logger.error("A wrongly signed delivery for connection %d was not kept: %s", known.id, error)
        return _later()
    bad_signatures.say(known.id)
    return _plain(403, "The signature doesn't fit.")


def _body(request: HttpRequest) -> bytes | HttpResponse:
    """The whole body, or the answer to one that is too long or came in part."""
    length = request.META.get("CONTENT_LENGTH") or ""
    announced = int(length) if length.isascii() and length.isdigit() else None
    # Django takes a body without a length for empty: one that comes in chunks is read to its end.
    comes_in_chunks = announced is None and request.META.get("wsgi.input_terminated")
    source = request.META["wsgi.input"] if comes_in_chunks else request
    try:
        if announced is not None and announced > MOST_BYTES:
            return _too_long(source.read)
        body = _read(source.read)
        if len(body) > MOST_BYTES:
            return _too_long(source.read)
    except (OSError, UnreadablePostError, RawPostDataException) as error:
        return _plain(400, f"The body could not be read: {type(error).__name__}.")
    if announced is not None and len(body) < announced:
        return _plain(400, "The body ended too soon.")
    return body


def _read(read: Callable[[int], bytes]) -> bytes:
    parts, size = [], 0
    while size <= MOST_BYTES and (part := read(MOST_BYTES + 1 - size)):
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def _headers(request: HttpRequest, known: Known) -> dict[str, str]:
    """Those to verify and read again, in lower case; each bounded, for anyone may send them."""
    names = (*known.carrier.kept_headers, *FORWARDED)
    given = {name: request.META.get(HttpHeaders.to_wsgi_name(name)) for name in names}
    return {name: value[:1000] for name, value in given.items() if value is not None}


def _own_address(request: HttpRequest) -> str:
    """Where no public address is set: the one that was called, whatever its name."""
    host = request.META.get("HTTP_HOST") or request.META.get("SERVER_NAME", "")
    prefix = str(request.META.get("SCRIPT_NAME", "")).rstrip("/")
    return f"{request.META.get('wsgi.url_scheme', 'http')}://{host}{prefix}"


def _answered(answer: Answer) -> HttpResponse:
    if not answer.content:
        return HttpResponse(status=204)
    return HttpResponse(answer.content, content_type=answer.content_type)


def _too_long(read: Callable[[int], bytes]) -> HttpResponse:
    """Takes in some of the rest and throws it away: who is still sending wouldn't read the answer."""
    left = MOST_THROWN_AWAY
    while left > 0 and (part := read(min(left, 1 << 16))):
        left -= len(part)
    return _plain(413, "A webhook has at most 1 MiB.")


def _say_so(request: HttpRequest) -> HttpResponse:
    """To a caller on a line that isn't known here: a sentence, in the words of the carrier whose headers the
    delivery bears. It tells a stranger nothing."""
    for carrier in CARRIERS.values():
        if any(name in request.headers for name in carrier.kept_headers):
            return _answered(carrier.answer("voice", None, {}))
    return _later()


def _later() -> HttpResponse:
    return _plain(503, "It could not be kept. Please send it again.", **{"Retry-After": "5"})


def _plain(status: int, text: str, **headers: str) -> HttpResponse:
    answer = HttpResponse(
        text + "\n", status=status, content_type="text/plain; charset=utf-8", headers=headers
    )
    # Django would log a line for each; strangers could fill the disk with them.
    answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer
