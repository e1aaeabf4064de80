"""Who reads: in which language the words stand, and how times and numbers are written where the browser's
language is spoken.

Words come in the first language of the browser's that there is a catalogue of (docs/translating.md), else in
English. Times and numbers follow the browser also where nobody has translated the words. A request without a
language that is known reads as in the United States.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request
from django.utils.translation.trans_real import parse_accept_lang_header

from textmeter.pages.language import gettext as _
from textmeter.pages.language import speaking

_LONGEST = 200
_THOUSANDS = (3, 3)
_WITH_WORDS = ("text/html", "application/json")  # files and metrics are the same for everyone


@dataclass(frozen=True, slots=True)
class Reader:
    """`group` and `decimal` are the signs in a number; `odd` is a locale that groups otherwise than by
    thousands, such as India's."""

    has_24_hours: bool = False
    pads_hours: bool = False  # `09:42`
    group: str = ","
    decimal: str = "."
    odd: Locale | None = None

    def clock(self, hour: int, minute: int) -> str:
        """`9:42 AM`, `9:42`, `09:42`"""
        if self.has_24_hours:
            return f"{hour:02d}:{minute:02d}" if self.pads_hours else f"{hour}:{minute:02d}"
        return half_of_day(f"{(hour - 1) % 12 + 1}:{minute:02d}", hour)

    def number(self, value: float, digits: int = 0) -> str:
        """`1,048`, `1.048`, `1 048`; with so many digits behind the decimal sign."""
        if self.odd:
            whole = self.odd.decimal_formats[None].pattern.partition(".")[0]
            pattern = f"{whole}.{'0' * digits}" if digits else whole
            return str(format_decimal(value, format=pattern, locale=self.odd, numbering_system="latn"))
        text = f"{value:,.{digits}f}"
        if (self.group, self.decimal) == (",", "."):
            return text
        whole, _point, behind = text.partition(".")
        whole = whole.replace(",", self.group)
        return f"{whole}{self.decimal}{behind}" if behind else whole


def half_of_day(time: str, hour: int) -> str:
    """`9:42 AM` of `9:42`"""
    return (_("%(time)s AM") if hour < 12 else _("%(time)s PM")) % {"time": time}


AMERICAN = Reader()
_reader: ContextVar[Reader] = ContextVar("reader", default=AMERICAN)


def reader() -> Reader:
    """Of the request that is being answered."""
    return _reader.get()


class ReaderMiddleware:
    """Takes the reader and the language from the request's Accept-Language. Not Django's LocaleMiddleware:
    that leaves its language to whatever the thread does next, such as a webhook."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = _reader.set(read_reader(request.headers.get("Accept-Language", "")))
        try:
            with speaking(get_language_from_request(request)):
                response = self.get_response(request)
        finally:
            _reader.reset(token)
        if response.get("Content-Type", "").startswith(_WITH_WORDS):
            patch_vary_headers(response, ["Accept-Language"])
        return response


@lru_cache(maxsize=256)
def read_reader(accept_language: str) -> Reader:
    """Of the first language of an Accept-Language header that is known."""
    for tag, _quality in parse_accept_lang_header(accept_language[:_LONGEST]):
        try:
            return _reader_of(Locale.parse(tag, sep="-"))
        except (UnknownLocaleError, ValueError, TypeError):
            continue
    return AMERICAN


def _reader_of(locale: Locale) -> Reader:
    if locale.language == "en" and locale.territory is None:
        return AMERICAN
    signs = locale.number_symbols.get("latn", {})
    time = _without_words(locale.time_formats["short"].pattern)
    return Reader(
        has_24_hours="a" not in time,
        pads_hours="HH" in time,
        group=signs.get("group", ","),
        decimal=signs.get("decimal", "."),
        odd=locale if tuple(locale.decimal_formats[None].grouping) != _THOUSANDS else None,
    )


def _without_words(pattern: str) -> str:
    """A time's pattern without what stands in quotes, lower-case letters for the parts of the day."""
    return "".join(pattern.split("'")[::2]).replace("b", "a").replace("B", "a")
