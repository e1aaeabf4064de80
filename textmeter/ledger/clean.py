"""What carriers send may hold anything; what the ledger keeps, every database can."""

from __future__ import annotations

LAST_MOMENT = 253_370_764_800_000  # 9999-01-01: every instant before it has a day in every zone


def clean(text: str) -> str:
    """NUL and lone surrogates, which databases refuse, become U+FFFD."""
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            text = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return text.replace("\0", "\ufffd") if "\0" in text else text


def possible_time(at: int | None) -> int | None:
    """An instant (ms) before 1970 or beyond the calendar is no time at all."""
    return at if at is not None and 0 <= at < LAST_MOMENT else None


def possible_count(number: int | None) -> int | None:
    return number if number is not None and 0 <= number < 2**31 else None
