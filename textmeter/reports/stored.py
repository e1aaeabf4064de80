"""Values as the ledger stores them, as reports show them."""

from __future__ import annotations

import json

from textmeter.carriers.seen import Direction, Media

OUTCOMES = ("going_on", "answered", "missed", "voicemail")


def direction(stored: int) -> Direction:
    return Direction.OUTBOUND if stored else Direction.INBOUND


def media(stored: str | None) -> tuple[Media, ...]:
    """From JSON [[url, type], ...]."""
    return tuple(Media(*each) for each in json.loads(stored)) if stored else ()


def agents(stored: str | None) -> tuple[str, ...]:
    """From JSON [name, ...]."""
    return tuple(json.loads(stored)) if stored else ()
