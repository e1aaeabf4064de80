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


_SENTENCES = {
    Reason.BAD_SIGNATURE: Sentence(
        "The signature doesn't fit. Either someone else sent this, or the secret is not the carrier's, or "
        "TEXTMETER_PUBLIC_URL is not the address that the carrier was given. Mend that, then "
        "`textmeter replay --reason bad_signature`."
    ),
    Reason.UNKNOWN_NUMBER: Sentence(
        "The number is not a tracking number of this company. Add it with `textmeter tracker add`, then "
        "`textmeter replay`."
    ),
    Reason.CANNOT_TEXT: Sentence(
        "The tracking number can't text: only local U.S. and Canadian numbers can. The delivery is kept."
    ),
    Reason.UNREADABLE: Sentence("The delivery can't be read. It is kept as it came."),
    Reason.COULD_NOT_APPLY: Sentence(
        "Applying it failed. That is a fault of Textmeter: please report it. After an update: "
        "`textmeter replay`."
    ),
}


def sentence(reason: Reason) -> Sentence:
    """What people read of a reason, where nothing more exact is known."""
    return _SENTENCES[reason]


def particulars(reason: Reason, detail: str) -> str:
    """What a delivery's detail says beyond its reason, without commands; empty where that is all."""
    if reason in (Reason.BAD_SIGNATURE, Reason.UNKNOWN_NUMBER) or detail == sentence(reason):
        return ""
    if reason == Reason.COULD_NOT_APPLY:
        return detail.removeprefix(sentence(reason)).strip().removeprefix("(").removesuffix(")")
    return detail


def unknown_number(numbers: list[str]) -> str:
    """The same words whether nobody or another company has the number: a company never learns that
    another one exists. `numbers`: those that could have been ours."""
    shown = [e164_or_raw(number) or "(withheld)" for number in numbers]
    if not shown:
        return sentence(Reason.UNKNOWN_NUMBER)
    one = len(shown) == 1
    who = f"{shown[0]} is not" if one else f"Neither {' nor '.join(shown)} is"
    which = "it" if one else "the right one"
    return (
        f"{who} a tracking number of this company. Add {which} with `textmeter tracker add`, then "
        "`textmeter replay`."
    )


def cannot_text(numbers: list[str]) -> str:
    """Why the one that is to blame can't text, and that nothing is lost."""
    for number in map(e164_or_raw, numbers):
        if why := why_it_cannot_text(number):
            return f"{number} got or sent a text. {why.value} The delivery is kept."
    return sentence(Reason.CANNOT_TEXT)


def unreadable(why: str) -> str:
    return f"The delivery can't be read. {why}"


def could_not_apply(error: BaseException) -> str:
    """With the error for whoever mends it; bounded, for some carry whole statements."""
    said = f"{type(error).__name__}: {error}".replace("\0", "\ufffd")[:500]
    return f"{sentence(Reason.COULD_NOT_APPLY)} ({said})"
