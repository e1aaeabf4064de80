"""Why a receipt is in quarantine, in words that say what would mend it."""

from __future__ import annotations

from enum import StrEnum

from textmeter.lib.phone import e164_or_raw, why_it_cannot_text
from textmeter.lib.sentences import Sentence


class Reason(StrEnum):
    BAD_SIGNATURE = "bad_signature"
    UNKNOWN_NUMBER = "unknown_number"
    CANNOT_TEXT = "cannot_text"
    UNREADABLE = "unreadable"
    COULD_NOT_APPLY = "could_not_apply"


# For the command line; pages say it by quarantine_words.
_SENTENCES = {
    Reason.BAD_SIGNATURE: (
        "The signature doesn’t fit. Either someone else sent this, or the secret is not the carrier’s, or "
        "TEXTMETER_PUBLIC_URL is not the address that the carrier was given. Mend that, then "
        "`textmeter replay --reason bad_signature`."
    ),
    Reason.UNKNOWN_NUMBER: (
        "The number is not a tracking number of this company. Add it with `textmeter tracker add`, then "
        "`textmeter replay`."
    ),
    Reason.CANNOT_TEXT: (
        "The tracking number can’t text: only local U.S. and Canadian numbers can. The delivery is kept."
    ),
    Reason.UNREADABLE: "The delivery can’t be read. It is kept as it came.",
    Reason.COULD_NOT_APPLY: (
        "Applying it failed. That is a fault of Textmeter: please report it. After an update: "
        "`textmeter replay`."
    ),
}


def sentence(reason: Reason) -> str:
    """What the command line says of a reason, where nothing more exact is known."""
    return _SENTENCES[reason]


def particulars(reason: Reason, detail: str) -> str:
    """What a delivery's detail says beyond its reason, without commands; empty where that is all."""
    if reason in (Reason.BAD_SIGNATURE, Reason.UNKNOWN_NUMBER) or detail == sentence(reason):
        return ""
    if reason == Reason.COULD_NOT_APPLY:
        return detail.removeprefix(sentence(reason)).strip().removeprefix("(").removesuffix(")")
    return detail


def unknown_number(numbers: list[str]) -> str:
    """What `not_ours` says, and the commands that mend it."""
    if not numbers:
        return sentence(Reason.UNKNOWN_NUMBER)
    which = "it" if len(numbers) == 1 else "the right one"
    return f"{not_ours(numbers)} Add {which} with `textmeter tracker add`, then `textmeter replay`."


def not_ours(numbers: list[str]) -> Sentence:
    """The same words whether nobody or another company has the number: a company never learns that
    another one exists. `numbers`: those that could have been ours, two at most."""
    shown = [e164_or_raw(number) or Sentence("(withheld)") for number in numbers]
    if not shown:
        return Sentence("The number is not a tracking number of this company.")
    if len(shown) == 1:
        return Sentence("%(number)s is not a tracking number of this company.", number=shown[0])
    return Sentence(
        "Neither %(one)s nor %(other)s is a tracking number of this company.", one=shown[0], other=shown[1]
    )


def cannot_text(numbers: list[str]) -> str:
    """Why the one that is to blame can't text, and that nothing is lost."""
    for number in map(e164_or_raw, numbers):
        if why := why_it_cannot_text(number):
            return Sentence(
                "%(number)s got or sent a text. %(why)s The delivery is kept.",
                number=number,
                why=why.sentence,
            )
    return sentence(Reason.CANNOT_TEXT)


def unreadable(why: Sentence) -> Sentence:
    return Sentence("The delivery can’t be read. %(why)s", why=why)


def could_not_apply(error: BaseException) -> str:
    """With the error for whoever mends it; bounded, for some carry whole statements."""
    said = f"{type(error).__name__}: {error}".replace("\0", "\ufffd")[:500]
    return f"{sentence(Reason.COULD_NOT_APPLY)} ({said})"
