"""Twilio's error codes of texts in plain words (https://www.twilio.com/docs/api/errors)."""

from __future__ import annotations

from textmeter.lib.sentences import Sentence

# The customer opted out, and Twilio refused the send: no message was made.
BLOCKED = "21610"

_REASONS = {
    "21211": Sentence("The customer’s number is not a valid phone number"),
    "21212": Sentence("The sending number is not a valid phone number"),
    "21408": Sentence("Texting to this country is not switched on in the Twilio account"),
    "21610": Sentence("The customer opted out, so Twilio blocked the text"),
    "21611": Sentence("Too many texts wait to be sent from this number"),
    "21612": Sentence("Twilio can’t send from this number to the customer’s number"),
    "21614": Sentence("The customer’s number can’t receive texts"),
    "21617": Sentence("The text is longer than 1,600 characters"),
    "21620": Sentence("The address of an attachment can’t be used"),
    "21623": Sentence("There are too many attachments, or they are too large"),
    "30001": Sentence("Too many texts waited in the queue"),
    "30002": Sentence("The Twilio account was suspended"),
    "30003": Sentence("The customer’s phone is off, out of reach, or can’t receive texts"),
    "30004": Sentence("The customer’s phone or carrier blocks texts from this number"),
    "30005": Sentence("The customer’s number is unknown or no longer in service"),
    "30006": Sentence("The customer’s number is a landline, or its carrier can’t be reached"),
    "30007": Sentence("Twilio or a carrier took the text for spam and filtered it"),
    "30008": Sentence("The carrier gave no reason"),
    "30010": Sentence("The text would have cost more than the limit that was set"),
    "30011": Sentence("The customer’s number can’t receive pictures in this region"),
    "30017": Sentence("The carrier’s network was overloaded"),
    "30018": Sentence("The customer’s carrier wants senders to be registered before they text"),
    "30019": Sentence("The text or its attachment is too large for the customer’s carrier"),
    "30022": Sentence("More texts per second were sent than the registered campaign may (A2P 10DLC)"),
    "30023": Sentence("The registered brand’s daily limit of texts was reached (A2P 10DLC)"),
    "30027": Sentence("The daily limit of texts to T-Mobile was reached (A2P 10DLC)"),
    "30032": Sentence("The sending toll-free number is not verified"),
    "30033": Sentence("The registered campaign was suspended (A2P 10DLC)"),
    "30034": Sentence("The sending number is not registered for texting to the U.S. (A2P 10DLC)"),
}


def reason(code: str) -> Sentence | None:
    """Why a text failed, without a full stop; None for a code that this table doesn't hold."""
    return _REASONS.get(code.strip())
