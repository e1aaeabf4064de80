"""What became of a delivery."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    KNOWN = "known"
    KEPT_APART = "kept_apart"  # about something not known yet, and doesn't say whose
    UNKNOWN_NUMBER = "unknown_number"
    CANNOT_TEXT = "cannot_text"
    OTHER_COMPANY = "other_company"  # for the caller only: people read what they read of unknown numbers

    @property
    def is_refused(self) -> bool:
        return self in (Outcome.UNKNOWN_NUMBER, Outcome.CANNOT_TEXT, Outcome.OTHER_COMPANY)
