"""Figures, durations, days and times as people read them: words in the language of the page, times and
numbers as is usual where the reader is (see reader.py)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import reduce
from itertools import zip_longest
from zoneinfo import ZoneInfo

from django.utils.translation import ngettext
from markupsafe import Markup, escape

from textmeter.carriers.seen import Media
from textmeter.lib.days import as_iso, local
from textmeter.lib.phone import national
from textmeter.pages.dates import day_of_year, full_day, short_day, short_day_of
from textmeter.pages.language import gettext as _
from textmeter.pages.language import gettext_lazy
from textmeter.pages.reader import half_of_day, reader

_MAIL_HOST = re.compile(r"@[\w.-]+")
_STAMP = re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}\b")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}\b")
# What people call a zone, by the abbreviation that it uses on a winter's day, for zones of North America.
_NORTH_AMERICA = {
    "EST": gettext_lazy("Eastern"),
    "CST": gettext_lazy("Central"),
    "MST": gettext_lazy("Mountain"),
    "PST": gettext_lazy("Pacific"),
    "AKST": gettext_lazy("Alaska"),
    "HST": gettext_lazy("Hawaii"),
    "AST": gettext_lazy("Atlantic"),
    "NST": gettext_lazy("Newfoundland"),
}
# No daylight saving time there: "Mountain" would be wrong for half the year. Cuba's CST is its own.
_OWN_NAMES = {
    "America/Phoenix": gettext_lazy("Arizona"),
    "America/Havana": gettext_lazy("Cuba"),
    "UTC": "UTC",
}
_MEDIA_KINDS = {
    "image": gettext_lazy("Photo"),
    "video": gettext_lazy("Video"),
    "audio": gettext_lazy("Audio"),
}
_MEDIA_TYPES = {
    "text/vcard": gettext_lazy("Contact"),
    "text/x-vcard": gettext_lazy("Contact"),
    "application/pdf": gettext_lazy("Document"),
}
# The s of MARTHA'S belongs to its word; what follows another apostrophe is a word of its own: O'FALLON.
_CITY_WORDS = re.compile(r"[^\W\d_]+(?:['’]S\b)?")
_MESSAGE_KINDS = {"success": "good", "error": "bad", "warning": "warn"}


def number(count: int) -> str:
    """`1,048`"""
    return reader().number(count)


def decimal(value: float, digits: int) -> str:
    """`1,048.5`"""
    return reader().number(value, digits)


def plural(count: int, one: str, many: str, **more: str) -> str:
    """`plural(1048, "%(count)s text", "%(count)s texts")`: `1,048 texts`; `more`: what else stands in it."""
    return ngettext(one, many, count) % {"count": number(count), **more}


def texts_and_calls(texts: int, calls: int) -> list[str]:
    """`2 texts` and `1 call`; what there is none of has no words."""
    counts = [plural(texts, "%(count)s text", "%(count)s texts")] * bool(texts)
    return counts + [plural(calls, "%(count)s call", "%(count)s calls")] * bool(calls)


def either(names: Iterable[str]) -> str:
    """`Google Ads or Main line or Website`"""
    return reduce(lambda one, other: _("%(one)s or %(other)s") % {"one": one, "other": other}, names)


def duration(ms: int) -> str:
    """The two largest parts of a span: `40s`, `3m 40s`, `2h 05m`, `3d 4h`."""
    seconds = ms // 1000
    if seconds < 60:
        return _("%(seconds)ss") % {"seconds": seconds}
    minutes, seconds = divmod(seconds, 60)
    if minutes < 60:
        return _("%(minutes)sm %(seconds)ss") % {"minutes": minutes, "seconds": f"{seconds:02d}"}
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return _("%(hours)sh %(minutes)sm") % {"hours": hours, "minutes": f"{minutes:02d}"}
    return _("%(days)sd %(hours)sh") % {"days": number(hours // 24), "hours": hours % 24}


def size(count: int) -> str:
    """Bytes as people say them, by thousands: `512 B`, `3.4 MB`, `120 GB`."""
    value, unit = float(count), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 999.5:
            break
        value, unit = value / 1000, larger
    return f"{decimal(value, 1 if value < 9.95 and unit != 'B' else 0)} {unit}"


def hour(of_day: int) -> str:
    """`12 AM`, `9 AM`, `1 PM`; `0:00`, `13:00`"""
    if reader().has_24_hours:
        return reader().clock(of_day, 0)
    return half_of_day(_of_twelve(of_day), of_day)


def hour_span(of_day: int) -> str:
    """`9–10 AM`, `11 AM–12 PM`, `9:00–10:00`: the hour that begins then."""
    next_one = (of_day + 1) % 24
    if reader().has_24_hours or (of_day < 12) != (next_one < 12):
        return f"{hour(of_day)}–{hour(next_one)}"
    return half_of_day(f"{_of_twelve(of_day)}–{_of_twelve(next_one)}", of_day)


def clock(at: int, zone: ZoneInfo) -> str:
    """The instant `at` (ms) as `9:42 AM` or `9:42` in `zone`."""
    return _clock(local(at, zone))


def latest(at: int, zone: ZoneInfo, today: date) -> str:
    """The time when it is today; else with its day, and with its year when that is another."""
    there = local(at, zone)
    return _clock(there) if there.date() == today else dated(at, zone, today)


def dated(at: int, zone: ZoneInfo, today: date) -> str:
    """`Nov 26, 8:51 AM`: with its day, be it today, and with its year when that is another."""
    there = local(at, zone)
    is_this_year = there.year == today.year
    return _at(short_day(there.date()) if is_this_year else day_of_year(there.date()), there)


def day_and_clock(at: int, zone: ZoneInfo, today: date) -> str:
    """`Mon, Nov 23, 2:14 PM`, with its year when that is another than today's."""
    there = local(at, zone)
    is_this_year = there.year == today.year
    return _at(short_day_of(there.date()) if is_this_year else full_day(there.date()), there)


def moment(at: int, zone: ZoneInfo) -> str:
    """`Wed, Mar 4, 2026, 9:42 AM`"""
    there = local(at, zone)
    return _at(full_day(there.date()), there)


def as_of(at: int, zone: ZoneInfo) -> str:
    """`As of Thu, Nov 26, 2026, 4:31 PM EST`: what a list on paper is true of."""
    return _("As of %(time)s") % {"time": moment_in_zone(at, zone)}


def moment_in_zone(at: int, zone: ZoneInfo) -> str:
    """`Wed, Mar 4, 2026, 9:42 AM EST`"""
    return _("%(time)s %(zone)s") % {"time": moment(at, zone), "zone": local(at, zone).tzname()}


def iso(at: int, zone: ZoneInfo) -> str:
    return as_iso(at, zone)


def zone_short(zone: ZoneInfo) -> str:
    """`Eastern`, `Arizona`; elsewhere the city of the zone: `Berlin`."""
    if zone.key in _OWN_NAMES:
        return str(_OWN_NAMES[zone.key])
    winter = datetime(2026, 1, 15, 12, tzinfo=zone).tzname() or ""
    if zone.key.startswith(("America/", "Canada/", "US/")) or zone.key == "Pacific/Honolulu":
        return str(_NORTH_AMERICA.get(winter, _city(zone.key)))
    return _city(zone.key)


def zone_label(zone: ZoneInfo) -> str:
    """`Eastern (America/New_York)`: what people say, and the exact name."""
    short = zone_short(zone)
    return short if short == zone.key else f"{short} ({zone.key})"


def media_label(media: Media) -> str:
    """`Photo, image/jpeg`; an attachment of no known type is a file."""
    kind = media.content_type.lower().partition(";")[0].strip()
    name = str(_MEDIA_TYPES.get(kind) or _MEDIA_KINDS.get(kind.partition("/")[0]) or _("File"))
    return f"{name}, {kind}" if kind else name


def city(raw: str) -> str:
    """`Atlanta` of a carrier's `ATLANTA`; what isn't all capitals stays as it is."""
    if not raw.isupper():
        return raw
    return _CITY_WORDS.sub(lambda word: word.group().capitalize(), raw)


def city_and_state(raw_city: str, state: str) -> str:
    """`Atlanta, GA`, whose state never stands on a line of its own; of either alone that one."""
    return ",\N{NO-BREAK SPACE}".join(filter(None, (city(raw_city), state)))


def with_breaks(text: str) -> Markup:
    """Mail addresses break behind the @ and the dots that follow, before they are torn anywhere else."""
    return Markup(_MAIL_HOST.sub(lambda host: re.sub("[@.]", r"\g<0><wbr>", host.group()), escape(text)))  # noqa: S704


def with_national(text: str) -> str:
    """A sentence with the phone numbers in it as people read them."""
    return _E164.sub(lambda found: national(found.group()), text)


def with_moments(text: str) -> str:
    """A sentence with the times in it as people read them: `2026-03-04 09:30 EST` is
    `Wed, Mar 4, 2026, 9:30 AM EST`."""
    return _STAMP.sub(lambda found: _moment_of(found.group()), text)


def told(line: str) -> Markup:
    """A line of Changes, with the times and phone numbers in it as people read them; but what stands in “ ”
    is a name, which stays as it is, whichever way it is written."""
    parts = re.split("“([^”]*)”", line)
    said = [with_breaks(with_national(with_moments(part))) for part in parts[::2]]
    names = [Markup("“<bdi>%s</bdi>”") % with_breaks(part) for part in parts[1::2]]
    return Markup().join(piece for pair in zip_longest(said, names, fillvalue="") for piece in pair)


def places(first: int, count: int) -> str:
    """`51–100`: the rows of a list that are shown, by the place of the first one; empty without any."""
    return f"{number(first)}–{number(first + count - 1)}" if count else ""


def message_kind(level_tag: str) -> str:
    """The look of a line that Django's messages carry over: good, bad, warn or plain."""
    return _MESSAGE_KINDS.get(level_tag, "")


def waiting_since(at: int, zone: ZoneInfo, today: date, say: Callable[..., str] = latest) -> str:
    return _("Waiting since %(time)s") % {"time": say(at, zone, today)}


def ago(ms: int) -> str:
    """`3m 40s ago`; what lies ahead is now."""
    return _("%(duration)s ago") % {"duration": duration(max(0, ms))}


def _of_twelve(hour: int) -> str:
    return str((hour - 1) % 12 + 1)


def _at(day: str, there: datetime) -> str:
    return _("%(day)s, %(time)s") % {"day": day, "time": _clock(there)}


def _clock(there: datetime) -> str:
    return reader().clock(there.hour, there.minute)


def _moment_of(stamp: str) -> str:
    """The stamp itself where it is no time that there is."""
    try:
        there = datetime.fromisoformat(stamp)
    except ValueError:
        return stamp
    return _at(full_day(there.date()), there)


def _city(key: str) -> str:
    return key.rpartition("/")[2].replace("_", " ")
