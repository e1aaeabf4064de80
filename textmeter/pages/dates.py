"""Days as people write them, in the language of the words around them. Pure but for that.

In English as the patterns below say; in other languages as Unicode's CLDR does, which knows each one's order
and names of months.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_interval, format_skeleton
from django.utils.translation import to_locale

from textmeter.pages.language import spoken

ENGLISH = Locale("en", "US")


def short_day(day: date) -> str:
    """`Mar 4`"""
    locale = locale_of_words()
    return f"{day:%b} {day.day}" if locale is ENGLISH else _written("MMMd", day, locale)


def short_day_of(day: date) -> str:
    """`Mon, Nov 23`"""
    locale = locale_of_words()
    return f"{day:%a}, {day:%b} {day.day}" if locale is ENGLISH else _written("MMMEd", day, locale)


def day_of_year(day: date) -> str:
    """`Mar 4, 2026`"""
    locale = locale_of_words()
    return f"{day:%b} {day.day}, {day.year}" if locale is ENGLISH else _written("yMMMd", day, locale)


def full_day(day: date) -> str:
    """`Wed, Mar 4, 2026`"""
    locale = locale_of_words()
    if locale is ENGLISH:
        return f"{day:%a}, {day:%b} {day.day}, {day.year}"
    return _written("yMMMEd", day, locale)


def long_day(day: date) -> str:
    """`Wednesday, March 4, 2026`"""
    locale = locale_of_words()
    if locale is ENGLISH:
        return f"{day:%A}, {day:%B} {day.day}, {day.year}"
    return str(format_date(day, "full", locale=locale))


def month(day: date) -> str:
    """`March 2026`"""
    locale = locale_of_words()
    return f"{day:%B} {day.year}" if locale is ENGLISH else _written("yMMMM", day, locale)


def short_month(day: date, *, with_year: bool) -> str:
    """`Mar`, `Mar 2026`"""
    locale = locale_of_words()
    if locale is ENGLISH:
        return f"{day:%b} {day.year}" if with_year else f"{day:%b}"
    return _written("yMMM" if with_year else "MMM", day, locale)


def span_of_days(first: date, last: date) -> str:
    """`Mar 4, 2026`, `Feb 3 – Mar 4, 2026`, `Dec 30, 2025 – Jan 2, 2026`."""
    if first == last:
        return day_of_year(first)
    locale = locale_of_words()
    if locale is not ENGLISH:
        return str(format_interval(first, last, "yMMMd", locale=locale))
    start = short_day(first) if first.year == last.year else day_of_year(first)
    return f"{start} – {day_of_year(last)}"


def _written(skeleton: str, day: date, locale: Locale) -> str:
    return str(format_skeleton(skeleton, day, locale=locale))


def locale_of_words() -> Locale:
    """Of the words, whatever the reader's numbers and clocks are like."""
    return _locale_of(spoken())


@lru_cache(maxsize=64)
def _locale_of(language: str) -> Locale:
    """English also for what CLDR doesn't know."""
    try:
        locale = Locale.parse(to_locale(language))
    except (UnknownLocaleError, ValueError):
        return ENGLISH
    return ENGLISH if locale.language == "en" else locale
