"""Twilio's auth token: 32 hexadecimal digits, as its console shows it."""

from __future__ import annotations

import re

from textmeter.lib.sentences import Sentence

LENGTH = 32
_UNSEEN = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"


def bare(pasted: str) -> str:
    """Without what a copy takes along at both ends: spaces, line ends, signs that nobody sees."""
    return re.sub(f"^[\\s{_UNSEEN}]+|[\\s{_UNSEEN}]+$", "", pasted)


def no_token(given: str) -> Sentence | None:
    """Says of what certainly is no token what it is instead; None of what may be one."""
    if re.fullmatch("AC[0-9a-fA-F]{32}", given):
        return Sentence(
            "This is an account SID. The auth token stands beside it in Twilio’s console, behind “Show”."
        )
    if re.fullmatch("SK[0-9a-fA-F]{32}", given):
        return Sentence(
            "This is the SID of an API key. The account’s auth token is needed: it signs what Twilio sends. "
            "It stands in Twilio’s console under “Account Info”, behind “Show”."
        )
    return None


def odd_token(given: str) -> Sentence | None:
    """What differs from every token that Twilio makes; None where nothing does."""
    if re.fullmatch(f"[0-9a-fA-F]{{{LENGTH}}}", given):
        return None
    if len(given.split()) > 1:
        return Sentence("There is a space or a line end within it; an auth token has none. Copy it again.")
    if len(given) != LENGTH:
        return Sentence(
            "An auth token has %(length)s characters, digits 0–9 and letters a–f; this has %(count)s. Copy "
            "it again, whole.",
            length=LENGTH,
            count=len(given),
        )
    return Sentence(
        "An auth token has only digits 0–9 and letters a–f; this has others, as the secret of an API key "
        "does. The account’s auth token stands in Twilio’s console under “Account Info”, behind “Show”."
    )
