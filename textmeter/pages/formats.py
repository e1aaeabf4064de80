"""Figures, durations, days and times as people read them: in English words, but times and numbers as is
usual where the reader is (see reader.py)."""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from textmeter.carriers.seen import Media
from textmeter.lib.days import as_iso, local
from textmeter.pages.reader import reader

# What people call a zone, by the abbreviation that it uses on a winter's day, for zones of North America.
_NORTH_AMERICA = {
    "EST": "Eastern",
    "CST": "Central",
    "MST": "Mountain",
    "PST": "Pacific",
    "AKST": "Alaska",
    "HST": "Hawaii",
    "AST": "Atlantic",
    "NST": "Newfoundland",
}
# No daylight saving time there: "Mountain" would be wrong for half the year. Cuba's CST is its own.
_OWN_NAMES = {"America/Phoenix": "Arizona", "America/Havana": "Cuba", "UTC": "UTC"}
_MEDIA_KINDS = {"image": "Photo", "video": "Video", "audio": "Audio"}
_MEDIA_TYPES = {"text/vcard": "Contact", "text/x-vcard": "Contact", "application/pdf": "Document"}
# The s of MARTHA'S belongs to its word; what follows another apostrophe is a word of its own: O'FALLON.
_CITY_WORDS = re.compile(r"[^\W\d_]+(?:['’]S\b)?")
_MESSAGE_KINDS = {"success": "good", "error": "bad", "warning": "warn"}


def number(count: int) -> str:
    """`1,048`"""
    return reader().number(count)


def decimal(value: float, digits: int) -> str:
    """`1,048.5`"""
    return reader().number(value, digits)


def plural(count: int, one: str, many: str = "") -> str:
    """`1 text`, `1,048 texts`"""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def duration(ms: int) -> str:
    """The two largest parts of a span: `40s`, `3m 40s`, `2h 05m`, `3d 4h`."""
    seconds = ms // 1000
    if seconds < 60:
        return f"{seconds}s"
    minutes, seconds = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes}m {seconds:02d}s"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours}h {minutes:02d}m"
    return f"{number(hours // 24)}d {hours % 24}h"


def size(count: int) -> str:
    """Bytes as people say them, by thousands: `512 B`, `3.4 MB`, `120 GB`."""
    value, unit = float(count), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 999.5:
            break
        value, unit = value / 1000, larger
    return f"{decimal(value, 1 if value < 9.95 and unit != 'B' else 0)} {unit}"


def short_day(day: date) -> str:
    """`Mar 4`"""
    return f"{day:%b} {day.day}"


def full_day(day: date) -> str:
    """`Wed, Mar 4, 2026`"""
    return f"{day:%a}, {day:%b} {day.day}, {day.year}"


def long_day(day: date) -> str:
    """`Wednesday, March 4, 2026`"""
    return f"{day:%A}, {day:%B} {day.day}, {day.year}"


def hour(of_day: int) -> str:
    """`12 AM`, `9 AM`, `1 PM`; `0:00`, `13:00`"""
    if reader().has_24_hours:
        return reader().clock(of_day, 0)
    return f"{(of_day - 1) % 12 + 1} {'AM' if of_day < 12 else 'PM'}"


def hour_span(of_day: int) -> str:
    """`9–10 AM`, `11 AM–12 PM`, `9:00–10:00`: the hour that begins then."""
    start, end = hour(of_day), hour((of_day + 1) % 24)
    if start[-2:] == end[-2:] and not reader().has_24_hours:
        start = start[:-3]
    return f"{start}–{end}"


def clock(at: int, zone: ZoneInfo) -> str:
    """The instant `at` (ms) as `9:42 AM` or `9:42` in `zone`."""
    return _clock(local(at, zone))


def latest(at: int, zone: ZoneInfo, today: date) -> str:
    """The time when it is today; else with its day, and with its year when that is another."""
    there = local(at, zone)
    if there.date() == today:
        return _clock(there)
    year = "" if there.year == today.year else f", {there.year}"
    return f"{short_day(there.date())}{year}, {_clock(there)}"


def day_and_clock(at: int, zone: ZoneInfo, today: date) -> str:
    """`Mon, Nov 23, 2:14 PM`, with its year when that is another than today's."""
    there = local(at, zone)
    year = "" if there.year == today.year else f", {there.year}"
    return f"{there:%a}, {short_day(there.date())}{year}, {_clock(there)}"


def moment(at: int, zone: ZoneInfo) -> str:
    """`Wed, Mar 4, 2026, 9:42 AM`"""
    there = local(at, zone)
    return f"{full_day(there.date())}, {_clock(there)}"


def iso(at: int, zone: ZoneInfo) -> str:
    return as_iso(at, zone)


def zone_short(zone: ZoneInfo) -> str:
    """`Eastern`, `Arizona`; elsewhere the city of the zone: `Berlin`."""
    if zone.key in _OWN_NAMES:
        return _OWN_NAMES[zone.key]
    winter = datetime(2026, 1, 15, 12, tzinfo=zone).tzname() or ""
    if zone.key.startswith(("America/", "Canada/", "US/")) or zone.key == "Pacific/Honolulu":
        return _NORTH_AMERICA.get(winter, _city(zone.key))
    return _city(zone.key)


def zone_label(zone: ZoneInfo) -> str:
    """`Eastern (America/New_York)`: what people say, and the exact name."""
    short = zone_short(zone)
    return short if short == zone.key else f"{short} ({zone.key})"


def media_label(media: Media) -> str:
    """`Photo, image/jpeg`; an attachment of no known type is a file."""
    kind = media.content_type.lower().partition(";")[0].strip()
    name = _MEDIA_TYPES.get(kind) or _MEDIA_KINDS.get(kind.partition("/")[0], "File")
    return f"{name}, {kind}" if kind else name


def city(raw: str) -> str:
    """`Atlanta` of a carrier's `ATLANTA`; what isn't all capitals stays as it is."""
    if not raw.isupper():
        return raw
    return _CITY_WORDS.sub(lambda word: word.group().capitalize(), raw)


def city_and_state(raw_city: str, state: str) -> str:
    """`Atlanta, GA`; of either alone that one."""
    return ", ".join(filter(None, (city(raw_city), state)))


def places(first: int, count: int) -> str:
    """`51–100`: the rows of a list that are shown, by the place of the first one; empty without any."""
    return f"{number(first)}–{number(first + count - 1)}" if count else ""


def message_kind(level_tag: str) -> str:
    """The look of a line that Django's messages carry over: good, bad, warn or plain."""
    return _MESSAGE_KINDS.get(level_tag, "")


def _clock(there: datetime) -> str:
    return reader().clock(there.hour, there.minute)


def _city(key: str) -> str:
    return key.rpartition("/")[2].replace("_", " ")
