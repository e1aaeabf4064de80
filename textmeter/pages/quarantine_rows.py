"""Deliveries in quarantine as they are drawn: when, between whom, what was said, every field. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from textmeter.carriers.forms import FORM, content_type, first_values, form_pairs
from textmeter.intake.address_trouble import CALLED, AddressTrouble
from textmeter.intake.kept import Kept
from textmeter.intake.models import Connection
from textmeter.intake.reasons import particulars
from textmeter.intake.set_aside import Aside
from textmeter.lib.days import local
from textmeter.lib.hosts import host_of
from textmeter.lib.phone import national
from textmeter.pages.formats import iso, latest
from textmeter.pages.language import gettext as _
from textmeter.pages.language import gettext_lazy
from textmeter.pages.said import said

MOST_FIELDS = 60
LONGEST_VALUE = 500
LONGEST_WORDS = 160
_WHATS = {
    "message": gettext_lazy("Text"),
    "status": gettext_lazy("Status of a text"),
    "voice": gettext_lazy("Call"),
    "voice-status": gettext_lazy("Status of a call"),
    "dial-status": gettext_lazy("End of a call"),
    "recording": gettext_lazy("Recording"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """`words`: the text itself, cut; empty where there is none. `detail`: what is known of this one alone.
    `more_fields`: how many aren't shown."""

    id: int
    what: str
    at: str
    at_iso: str
    sender: str
    receiver: str
    words: str
    detail: str
    connection: str
    fields: tuple[tuple[str, str], ...]
    more_fields: int


def row(aside: Aside, connections: Mapping[int, Connection], zone: ZoneInfo, now: int) -> Row:
    """`connections`: the company's, by id; `now`: ms."""
    receipt = aside.receipt
    fields = _fields(receipt)
    return Row(
        id=receipt.id,
        what=str(_WHATS.get(receipt.what, receipt.what)),
        at=latest(receipt.received_at, zone, local(now, zone).date()),
        at_iso=iso(receipt.received_at, zone),
        sender=_party(fields.get("From", "")),
        receiver=_party(fields.get("To", "")),
        words=cut(fields.get("Body", ""), LONGEST_WORDS),
        detail=cut(said(particulars(aside.reason, aside.detail)), LONGEST_VALUE),
        connection=connection_name(connections.get(receipt.connection_id)),
        fields=tuple(
            (cut(name, 60), cut(value, LONGEST_VALUE))
            for name, value in (*list(fields.items())[:MOST_FIELDS], *_about(receipt))
        ),
        more_fields=max(0, len(fields) - MOST_FIELDS),
    )


def connection_name(found: Connection | None) -> str:
    return f"{found.carrier.title()} {found.account_sid}" if found else _("A connection that was removed")


def cut(text: str, most: int) -> str:
    """At most so many characters, with three dots for what is missing."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def base_of(url: str, expected: str) -> str:
    """What a public address would have to be for `url`: empty where not only that differs from `expected`."""
    scheme, _sign, rest = url.partition("://")
    netloc, _slash, path = rest.partition("/")
    prefix, hooks, end = f"/{path}".partition("/hooks/")
    is_ours = hooks and expected.partition("/hooks/")[2] == end
    return f"{scheme}://{netloc}{prefix}" if is_ours else ""


def address_words(trouble: AddressTrouble, public_url: str) -> str:
    """What the signature says, and what to do about it."""
    if not trouble.is_openable:
        return _(
            "The connection’s secret can’t be opened with this installation’s key, so nothing can be "
            "verified. Enter the auth token anew, or bring back the key."
        )
    if trouble.fits_now:
        return _("The signature fits what is set now. Try it again.")
    if trouble.fits:
        return _fitting_words(trouble, public_url)
    if trouble.is_secret_to_blame:
        return _(
            "The address is right, so the auth token is not the carrier’s: replace it with the one that the "
            "carrier shows now. If it is the same, a stranger sent this, and it can be discarded."
        )
    if not trouble.differs:
        return _(
            "Nothing differs, but only this machine or its network reaches %(host)s, so the carrier called "
            "another address, which a proxy didn’t pass on. Set TEXTMETER_PUBLIC_URL to the address that the "
            "carrier calls, start again, and try again here. If it still doesn’t fit, the auth token is not "
            "the carrier’s, or a stranger sent it."
        ) % {"host": host_of(urlsplit(trouble.expected).netloc)}
    return _(
        "The signature fits no address that was tried, and what differs is marked. Mend that first; if "
        "it still doesn’t fit, the auth token is not the carrier’s."
    )


def _fitting_words(trouble: AddressTrouble, public_url: str) -> str:
    base = base_of(trouble.fits, trouble.expected)
    if base and public_url == base.replace("http://", "https://", 1):
        words = _(
            "The carrier signed for %(base)s, but TEXTMETER_PUBLIC_URL is %(public_url)s. Most likely the "
            "address in the carrier’s console begins with http://. Let it begin with https:// there, so that "
            "what comes from then on fits. What waits here fits only while TEXTMETER_PUBLIC_URL is %(base)s; "
            "texts travel unencrypted then, so set it back once these were tried again."
        )
    elif base and public_url:
        words = _(
            "The carrier signed for %(base)s, not to %(public_url)s. Set TEXTMETER_PUBLIC_URL to %(base)s, "
            "start again, and try again here."
        )
    elif base:
        words = _(
            "The carrier signed for %(base)s. Set TEXTMETER_PUBLIC_URL to %(base)s, start again, and "
            "try again here."
        )
    else:
        words = _(
            "The carrier signed for %(address)s. Enter the expected address at the carrier, or let the proxy "
            "leave the path as it is."
        )
    return words % {"base": base, "public_url": public_url, "address": trouble.fits}


def _fields(receipt: Kept) -> dict[str, str]:
    if content_type(receipt.headers) == FORM and (pairs := form_pairs(receipt.body)):
        return first_values(pairs)
    text = receipt.body[: 8 * LONGEST_VALUE].decode("utf-8", "replace").replace("\0", "\ufffd")
    return {_("(content)"): text} if text else {}


def _about(receipt: Kept) -> list[tuple[str, str]]:
    """What of the delivery is no field of the carrier's."""
    said = [(_("Address"), receipt.headers.get(CALLED) or receipt.url)]
    return said + [
        (name, receipt.headers[name]) for name in ("user-agent", "x-forwarded-for") if name in receipt.headers
    ]


def _party(number: str) -> str:
    return cut(national(number.strip()), 40)
