"""What the columns of other people's files are called. Pure.

Each meaning has the names that stand for it, best first: of several columns with a fitting name the first
in this order is taken, and the others are passed over. Names are compared as `plain` leaves them.
"""

from __future__ import annotations

import re

# meaning: names. Those of our own files are the meaning itself, or stand first.
BOTH = {
    "at": (
        *(
            "sent at",
            "started at",
            "local time",
            "date sent",
            "sent",
            "sent on",
            "start time",
            "call start time",
        ),
        *(
            "call start",
            "started",
            "date time",
            "datetime",
            "timestamp",
            "time stamp",
            "received at",
            "received",
        ),
        *("created at", "date created", "created"),
    ),
    "date": ("date", "sent date", "message date", "call date", "start date", "received date", "day"),
    "time": ("time", "sent time", "message time", "call time", "received time", "time of day"),
    "time_zone": ("time zone", "timezone", "tz", "company time zone"),
    "direction": ("direction", "message direction", "call direction", "in out", "inbound outbound"),
    "from": (
        *("from", "from number", "from phone", "from phone number", "sender", "sender number", "sender id"),
        *("source number", "originator", "caller number", "calling number"),
    ),
    "to": (
        *("to", "to number", "to phone", "to phone number", "recipient", "recipient number", "receiver"),
        *("destination number", "destination", "called number", "dialed number"),
    ),
    "customer_number": (
        *("customer number", "customer phone number", "customer phone", "contact number", "contact phone"),
        *("contact phone number", "lead phone number", "lead phone", "caller id", "caller phone number"),
        *("caller phone", "patient phone", "client phone"),
        *("phone number", "phone", "mobile", "mobile number"),
    ),
    "tracking_number": (
        *("tracking number", "tracking phone number", "current tracking number", "our number"),
        *("company number", "tracker number", "did", "line number", "our line", "our phone number"),
        *("business number", "business phone", "business phone number", "office number", "office phone"),
    ),
    "customer_name": (
        *("customer name", "contact name", "lead name", "caller name", "name", "customer", "contact"),
        *("full name", "formatted customer name", "patient", "patient name", "client", "client name"),
    ),
    "number_name": ("number name", "tracking number name", "tracker name", "tracker", "line name"),
    "source": ("source", "source name", "marketing source", "tracking source", "lead source"),
    "ref": (
        *("carrier ref", "sid", "message sid", "sms message sid", "sms sid", "call sid", "message id"),
        *("call id", "sms id", "resource id", "id", "uuid", "guid", "unique id"),
    ),
}
TEXTS = BOTH | {
    "body": (
        *("body", "content", "message content", "message body", "message text", "text message", "sms body"),
        *("sms text", "sms content", "message", "text", "sms", "messages"),
    ),
    "agent": (
        *("agent", "agent name", "sent by", "user", "user name", "team member", "employee", "operator"),
    ),
    "status": ("status", "message status", "delivery status", "sms status", "state"),
    "error_code": ("error code", "error"),
    "segments": ("segments", "num segments", "message segments", "number of segments", "parts"),
    "media_count": ("media count", "num media", "media", "media urls", "media url", "attachments"),
}
CALLS = BOTH | {
    "seconds": (
        *("duration seconds", "duration", "call duration", "seconds", "talk time", "call length", "length"),
        *("billable duration",),
    ),
    "status": (
        *("outcome", "call status", "answer status", "call outcome", "call result", "result", "disposition"),
        *("status", "call type", "formatted call type"),
    ),
    "answered": ("answered", "was answered"),
    "voicemail": ("voicemail", "is voicemail", "has voicemail"),
    "recording_seconds": ("recording seconds", "recording duration", "recording length"),
    "customer_city": ("customer city", "caller city", "city"),
    "customer_state": ("customer state", "caller state", "state"),
    "parent": ("parent call sid", "parent sid"),
}
# What only a file of calls has.
OF_CALLS_ALONE = ("seconds", "answered", "voicemail", "recording_seconds")
NAMES = {"messages": TEXTS, "calls": CALLS}

# Holds the direction in some files ("Received", "Sent") and the kind in others ("SMS"): its words decide.
PERHAPS_DIRECTION = ("type", "message type", "kind", "call type")

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BRACKETS = re.compile(r"\(([^()]*)\)")


def plain(name: str) -> str:
    """`SentDate`, `sent_date` and `Sent Date (UTC)` as `sent date`."""
    apart = _BRACKETS.sub(" ", name).strip()
    if apart.isalnum():
        apart = _CAMEL.sub(" ", apart)
    return " ".join(re.sub(r"[\W_]+", " ", apart).casefold().split())


def in_brackets(name: str) -> str:
    """`UTC` of `Sent Date (UTC)`."""
    found = _BRACKETS.search(name)
    return found[1].strip() if found else ""
