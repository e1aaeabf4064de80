"""How search and sorting compare words: the same in Python on every database."""

from __future__ import annotations

import unicodedata


class _Folds(dict[int, str]):
    """What each sign (its code point) becomes, worked out when it is first met: no sign's folding depends
    on its neighbours, for the marks whose order could are dropped."""

    def __missing__(self, point: int) -> str:
        parts = unicodedata.normalize("NFKD", chr(point))
        bare = "".join(part for part in parts if not unicodedata.category(part).startswith("M"))
        self[point] = folded = "".join(part if part.isalnum() else " " for part in bare.casefold())
        return folded


_FOLDS = _Folds()
_ASCII = {n: _FOLDS[n] for n in range(128)}  # a plain dict is read faster


def fold(text: str) -> str:
    """NFKD, marks dropped, casefold, everything but letters and digits to single spaces."""
    return " ".join(text.translate(_ASCII if text.isascii() else _FOLDS).split())
