"""How search and sorting compare words: the same in Python on every database."""

from __future__ import annotations

import unicodedata

_ASCII = str.maketrans({chr(n): chr(n).lower() if chr(n).isalnum() else " " for n in range(128)})


def fold(text: str) -> str:
    """NFKD, marks dropped, casefold, everything but letters and digits to single spaces."""
    if text.isascii():
        return " ".join(text.translate(_ASCII).split())
    bare = "".join(
        sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.category(sign).startswith("M")
    )
    return " ".join("".join(sign if sign.isalnum() else " " for sign in bare.casefold()).split())
