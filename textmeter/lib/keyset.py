"""Opaque cursors: where the last page ended, bound to the list it belongs to."""

from __future__ import annotations

import base64
import binascii
import json
from hashlib import blake2b


class BadCursor(ValueError):
    """Not a cursor, or one of another list."""


def encode(bound_to: str, keys: list[str | int]) -> str:
    """A cursor for the row with `keys`, only good for the list that `bound_to` names."""
    raw = json.dumps([_mark(bound_to), *keys], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def decode(bound_to: str, cursor: str) -> list[str | int]:
    """The keys inside; raises BadCursor."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        parts = json.loads(raw)
    except (binascii.Error, ValueError) as error:
        raise BadCursor(cursor) from error
    if not isinstance(parts, list) or not parts or parts[0] != _mark(bound_to):
        raise BadCursor(cursor)
    keys = parts[1:]
    if not all(isinstance(key, str | int) for key in keys):
        raise BadCursor(cursor)
    return keys


def _mark(bound_to: str) -> str:
    return blake2b(bound_to.encode(), digest_size=6).hexdigest()
