"""Values of a query as they were typed. Pure."""

from __future__ import annotations

_LONGEST_ECHO = 100  # how much of a wrong value is shown back


def clean_value(value: object) -> str:
    """What was typed, without NUL and lone surrogates, which neither a page nor a database can hold; of None
    nothing."""
    typed = "" if value is None else str(value)
    return typed.encode("utf-8", "ignore").decode().replace("\x00", " ").strip()


def shown_value(value: str) -> str:
    """A wrong value as it is said back."""
    return value if len(value) <= _LONGEST_ECHO else value[:_LONGEST_ECHO] + "…"
