"""The fields of Twilio's webhooks about texts
(https://www.twilio.com/docs/messaging/guides/webhook-request)."""

from __future__ import annotations

from collections.abc import Sequence

from textmeter.sample.people import Person
from textmeter.sample.words import segments

VERSION = "2010-04-01"


def received(
    account_sid: str, ref: str, who: Person, ours: str, *, body: str, pictures: Sequence[str] = ()
) -> list[tuple[str, str]]:
    """What `message` is told of a customer's text; `pictures`: ids of what is attached."""
    folder = f"https://api.twilio.com/{VERSION}/Accounts/{account_sid}/Messages/{ref}/Media"
    fields = {
        "ToCountry": "US",
        "ToState": "GA",
        "SmsMessageSid": ref,
        "NumMedia": str(len(pictures)),
        "ToCity": "ATLANTA",
        "FromZip": who.place.zip,
        "SmsSid": ref,
        "FromState": who.place.state,
        "SmsStatus": "received",
        "FromCity": who.place.city,
        "Body": body,
        "FromCountry": who.place.country,
        "To": ours,
        "ToZip": "30309",
        "NumSegments": str(segments(body)),
        "MessageSid": ref,
        "AccountSid": account_sid,
        "From": who.number,
        "ApiVersion": VERSION,
    }
    for place, picture in enumerate(pictures):
        fields[f"MediaContentType{place}"] = "image/jpeg"
        fields[f"MediaUrl{place}"] = f"{folder}/{picture}"
    return list(fields.items())


def status(
    account_sid: str, ref: str, *, ours: str, theirs: str, status: str, error: str | None
) -> list[tuple[str, str]]:
    """What `status` is told of a text that was sent; it has no words."""
    fields = {
        "SmsSid": ref,
        "SmsStatus": status,
        "MessageStatus": status,
        "To": theirs,
        "MessageSid": ref,
        "AccountSid": account_sid,
        "From": ours,
        "ApiVersion": VERSION,
    }
    if error:
        fields["ErrorCode"] = error
    return list(fields.items())
