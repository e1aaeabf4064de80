"""Finds the words of a page that stand outside of the pseudo language's brackets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser

SPOKEN = ("aria-label", "title", "placeholder", "alt", "data-label", "data-copied")
# Commands, examples of them, what is there for the machine, and what somebody typed.
_PASSED_OVER = frozenset({"script", "style", "code", "pre", "textarea"})
_NOTHING = re.compile(r"(?!)")
_WORD = re.compile(r"[^\W\d_][^\W\d_’'-]+")
# What is no word of ours wherever it stands.
_DATA = re.compile(
    r"""\S+@\S+\.\w+              # addresses of mail
    | https?://\S+ | /\S*/\S*     # and of pages
    | TEXTMETER_\w+ | Textmeter | Twilio
    | \b[A-Z]\w+/[A-Z]\w+(/\w+)?  # zones
    | \b(AC|SM|CA)[0-9a-f…]{4,}
    | \b(Sun|Mon|Tue|Wed|Thu|Fri|Sat)[a-z]*,?\s
    | \b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b\.?\s?\d*
    | \b(kB|MB|GB|TB)\b
    | \b[a-z]+_[a-z_]+\b        # tables of the database
    """,
    re.X,
)


def bare_words(html: str, data: Sequence[str] = ()) -> list[str]:
    """The texts and attributes with words in no brackets, `data` aside."""
    page = _Page(data)
    page.feed(html)
    page.close()
    return page.found + [f"a bracket stays open: {page.depth}"] * bool(page.depth)


class _Page(HTMLParser):
    def __init__(self, data: Sequence[str]) -> None:
        super().__init__(convert_charrefs=True)
        longest_first = sorted(map(re.escape, data), key=len, reverse=True)
        self._data = re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)") if data else _NOTHING
        self._hidden = 0
        self.depth = 0  # a sentence goes on over the tags within it
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _PASSED_OVER:
            self._hidden += 1
        for name, value in attrs:
            if name in SPOKEN and value:
                self._judge(value, _outside(value), f"{name} of <{tag}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in _PASSED_OVER:
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            outside, self.depth = _cut(data, self.depth)
            self._judge(data, outside, "text")

    def _judge(self, whole: str, outside: str, where: str) -> None:
        if words := _WORD.findall(_DATA.sub(" ", self._data.sub(" ", outside))):
            self.found.append(f"{where}: {' '.join(words)} (in {' '.join(whole.split())[:80]!r})")


def _outside(text: str) -> str:
    return _cut(text, 0)[0]


def _cut(text: str, depth: int) -> tuple[str, int]:
    """What stands in no bracket, and how many are open behind it."""
    kept = []
    for sign in text:
        depth += sign == "⟦"
        kept.append(" " if depth or sign == "⟧" else sign)
        depth -= sign == "⟧"
    return "".join(kept), depth
