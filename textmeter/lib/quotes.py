"""What somebody typed, as it stands in a sentence that is said back to them."""

from __future__ import annotations


def quoted(given: str) -> str:
    """`“Main line”`, on one line: signs that nobody sees, or that steer a terminal, as Python writes them."""
    return f"“{''.join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in given)}”"
