"""What stays of a text and of a call's recordings when their customer is erased (docs/domain.md, "Erasing a
customer"). Pure.

A text is erased when anything of it was heard up to the erasure: its own time lies there, or one of its
statuses. A status keeps its earliest instant, so neither order nor repetition decides. Each register keeps
its place and loses its content: words that come once more meet the same emptiness, whichever came first.
"""

from __future__ import annotations

from textmeter.ledger.calls import Call
from textmeter.ledger.opt_words import opt_word
from textmeter.ledger.parties import INBOUND
from textmeter.ledger.registers import Register
from textmeter.ledger.texts import Text

# Of words that nobody has said yet: behind every source, so that what is said later takes its place.
_UNSAID: Register = (9, 0, "")
_ERASED: Register = (0, 0, 1)


def is_up_to(text: Text, erased_to: int) -> bool:
    """Whether it was heard of up to that instant (ms)."""
    return min([text.time[1], *text.statuses.values()]) <= erased_to


def erase_words(text: Text) -> bool:
    """Takes words and addresses of media from it, in place; says whether there was anything to take. An
    opt-out or opt-in word stays: it says nothing of a person, and the opt-out must hold on."""
    before, was_erased = dict(text.fields), text.is_erased
    source, at, body = text.fields.get("b", _UNSAID)
    is_kept = text.parties.direction == INBOUND and opt_word(body) is not None
    text.fields["b"] = (source, at, body if is_kept else "")
    if "m" in text.fields:
        source, at, media = text.fields["m"]
        text.fields["m"] = (source, at, tuple(("", kind) for _, kind in media))
    text.is_erased = True
    return not was_erased or text.fields != before


def erase_recordings(call: Call) -> bool:
    """Takes the addresses of its recordings, in place; says whether that is anything new. The call knows from
    then on that it is erased."""
    was_erased = is_erased(call)
    call.fields["e"] = _ERASED
    has = [parts for parts in call.recordings.values() if parts.get("u", (0, 0, ""))[2]]
    for parts in has:
        source, at, _ = parts["u"]
        parts["u"] = (source, at, "")
    return not was_erased or bool(has)


def is_erased(call: Call) -> bool:
    return "e" in call.fields
