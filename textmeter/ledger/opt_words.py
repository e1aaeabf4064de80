"""Words that opt a customer out of texts or in again (DOMAIN.md: Opt-outs)."""

from __future__ import annotations

import string
import unicodedata
from enum import IntEnum


class OptWord(IntEnum):
    OUT = 0
    IN = 1


_WORDS = dict.fromkeys(
    ("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "opt out"), OptWord.OUT
) | dict.fromkeys(("start", "yes", "unstop"), OptWord.IN)
_LONGEST = max(map(len, _WORDS))
_AROUND = string.punctuation + string.whitespace


def opt_word(body: str | None) -> OptWord | None:
    """What an inbound text's words ask for, when they are exactly one of the words; case, surrounding
    spaces and punctuation aside. An agent's "Yes" is an ordinary text: ask only for inbound ones."""
    if not body:
        return None
    core = body.strip(_AROUND)
    if core and not (core[0].isascii() and core[-1].isascii()):
        core = _stripped(core)
    return _WORDS.get(core.lower()) if len(core) <= _LONGEST else None


def _stripped(text: str) -> str:
    first, last = 0, len(text)
    while first < last and _is_around(text[first]):
        first += 1
    while last > first and _is_around(text[last - 1]):
        last -= 1
    return text[first:last]


def _is_around(sign: str) -> bool:
    return sign in _AROUND or sign.isspace() or unicodedata.category(sign)[0] in "PZ"
