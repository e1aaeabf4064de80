"""Twilio's error codes of texts in plain words (https://www.twilio.com/docs/api/errors)."""

from __future__ import annotations

# The customer opted out, and Twilio refused the send: no message was made.
BLOCKED = "21610"

_REASONS = {
    "21211": "The customer’s number is not a valid phone number",
    "21212": "The sending number is not a valid phone number",
    "21408": "Texting to this country is not switched on in the Twilio account",
    "21610": "The customer opted out, so Twilio blocked the text",
    "21611": "Too many texts wait to be sent from this number",
    "21612": "Twilio can’t send from this number to the customer’s number",
    "21614": "The customer’s number can’t receive texts",
    "21617": "The text is longer than 1,600 characters",
    "21620": "The address of an attachment can’t be used",
    "21623": "There are too many attachments, or they are too large",
    "30001": "Too many texts waited in the queue",
    "30002": "The Twilio account was suspended",
    "30003": "The customer’s phone is off, out of reach, or can’t receive texts",
    "30004": "The customer’s phone or carrier blocks texts from this number",
    "30005": "The customer’s number is unknown or no longer in service",
    "30006": "The customer’s number is a landline, or its carrier can’t be reached",
    "30007": "Twilio or a carrier took the text for spam and filtered it",
    "30008": "The carrier gave no reason",
    "30010": "The text would have cost more than the limit that was set",
    "30011": "The customer’s number can’t receive pictures in this region",
    "30017": "The carrier’s network was overloaded",
    "30018": "The customer’s carrier wants senders to be registered before they text",
    "30019": "The text or its attachment is too large for the customer’s carrier",
    "30022": "More texts per second were sent than the registered campaign may (A2P 10DLC)",
    "30023": "The registered brand’s daily limit of texts was reached (A2P 10DLC)",
    "30027": "The daily limit of texts to T-Mobile was reached (A2P 10DLC)",
    "30032": "The sending toll-free number is not verified",
    "30033": "The registered campaign was suspended (A2P 10DLC)",
    "30034": "The sending number is not registered for texting to the U.S. (A2P 10DLC)",
}


def reason(code: str) -> str | None:
    """Why a text failed, without a full stop; None for a code that this table doesn't hold."""
    return _REASONS.get(code.strip())
