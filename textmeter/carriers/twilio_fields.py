"""Twilio's fields one by one: what makes no sense is None, but for the id that says what it is about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime

from textmeter.carriers.seen import Direction, Place
from textmeter.carriers.trouble import Unreadable
from textmeter.lib.days import to_ms
from textmeter.lib.sentences import Sentence

_REF = re.compile(r"[!-~]{1,64}")


def ref_in(fields: Mapping[str, str], *names: str) -> str:
    """The first of these fields that holds an id. Raises Unreadable where none does."""
    for name in names:
        ref = fields.get(name, "").strip()
        if ref:
            if is_ref(ref):
                return ref
            raise Unreadable(Sentence("Its %(name)s is not an id of Twilio.", name=name))
    raise Unreadable(Sentence("It has no %(name)s, so it doesn’t say what it is about.", name=names[0]))


def is_ref(text: str) -> bool:
    return bool(_REF.fullmatch(text))


def place_of(fields: Mapping[str, str], direction: Direction | None) -> Place | None:
    """The customer's: whoever wrote or called us, or whom we wrote or called."""
    if direction is None:
        return None
    side = "From" if direction == Direction.INBOUND else "To"
    place = Place(*(fields.get(side + part, "").strip() for part in ("City", "State", "Zip", "Country")))
    return place if place != Place() else None


def when(text: str | None) -> int | None:
    """An RFC 2822 time as ms; None where it isn't one. Without a zone it is UTC."""
    try:
        moment = parsedate_to_datetime(text or "")
        return to_ms(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def count(value: object) -> int | None:
    """A number that a form or JSON gives as text."""
    word = str(value if value is not None else "").strip()
    return int(word) if word.isascii() and word.isdigit() and len(word) < 10 else None


def error_in(fields: Mapping[str, str]) -> str | None:
    """The text's own error. Beside ErrorUrl, which Twilio sends to fallback addresses, ErrorCode says why
    another webhook failed."""
    word = fields.get("ErrorCode", "").strip()
    return word[:32] if word.strip("0") and "ErrorUrl" not in fields else None
