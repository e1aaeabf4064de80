"""Marks of 32 bits by which messages are found by their carrier's name for them: an index of the names
themselves would hold each of their some 34 signs a second time. Different names may have the same mark, so
whoever looks for one compares the name after."""

from __future__ import annotations

from hashlib import sha256

# The same in SQL, for a migration and the bench, which make marks of many rows. On SQLite it is `ref_mark`,
# by this name.
MARK_ON_SQLITE = "textmeter_ref_mark({})"
MARK_ON_POSTGRESQL = "('x' || left(encode(sha256(convert_to({}, 'UTF8')), 'hex'), 8))::bit(32)::integer"


def ref_mark(carrier_ref: str) -> int:
    """A signed integer of 32 bits: the beginning of the name's SHA-256."""
    return int.from_bytes(sha256(carrier_ref.encode()).digest()[:4], "big", signed=True)
