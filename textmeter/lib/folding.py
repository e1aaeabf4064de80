"""How search and sorting compare words: the same in Python on every database."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator


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


def words_in(text: str) -> Iterator[tuple[str, int, int]]:
    """Each word of `fold(text)` with where it stands in `text`: its first sign, and the one behind its last.
    Marks that folding drops belong to the word before them."""
    word, begin, end = "", 0, 0
    for place, sign in enumerate(text):
        folded = _FOLDS[ord(sign)]
        if word and not folded:
            end = place + 1
        for part in folded:
            if part == " ":
                if word:
                    yield word, begin, end
                word = ""
                continue
            begin = begin if word else place
            word, end = word + part, place + 1
    if word:
        yield word, begin, end
