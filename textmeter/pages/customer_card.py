"""The customer's card as it is drawn: every word chosen, every link given. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from textmeter.lib.days import local
from textmeter.lib.phone import can_be_called, national
from textmeter.pages.dates import full_day
from textmeter.pages.formats import city_and_state, day_and_clock, number, texts_and_calls, waiting_since
from textmeter.pages.language import gettext as _
from textmeter.reports.rows import CustomerCard

_HOME_COUNTRIES = ("", "US", "CA")


@dataclass(frozen=True, slots=True)
class Fact:
    icon: str
    label: str
    value: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class OptState:
    """`href` leads to the message that proves it; empty when no word was ever said."""

    is_out: bool
    words: str
    detail: str
    href: str


@dataclass(frozen=True, slots=True)
class Used:
    name: str
    number: str
    is_latest: bool
    count: str


@dataclass(frozen=True, slots=True)
class CardView:
    title: str  # the heading: name, or number
    initials: str  # empty for a customer without a name
    number: str  # empty when it is the title
    tel: str  # E.164; empty where it can't be called
    waiting: str
    opt_state: OptState
    facts: tuple[Fact, ...]
    trackers: tuple[Used, ...]


def draw_card(
    card: CustomerCard, zone: ZoneInfo, today: date, link_to: Callable[[date, int], str]
) -> CardView:
    """`link_to(day, message id)` is the address of a message on its day."""
    shown = national(card.number)
    return CardView(
        title=card.name or shown,
        initials=_initials(card.name),
        number=shown if card.name else "",
        tel=card.number if can_be_called(card.number) else "",
        waiting=waiting_since(card.waiting_since, zone, today) if card.waiting_since else "",
        opt_state=_opt_state(card, zone, today, link_to),
        facts=_facts(card, zone),
        trackers=tuple(
            Used(
                use.tracker.name,
                national(use.tracker.number),
                use.is_latest,
                _counts(use.messages, use.calls),
            )
            for use in card.trackers
        ),
    )


def _facts(card: CustomerCard, zone: ZoneInfo) -> tuple[Fact, ...]:
    place = " ".join(part for part in (city_and_state(card.city, card.state), card.zip) if part)
    if card.country not in _HOME_COUNTRIES:
        place = _joined(place, card.country)
    first = full_day(local(card.first_seen_at, zone).date()) if card.first_seen_at is not None else ""
    erased = full_day(local(card.erased_to, zone).date()) if card.erased_to is not None else ""
    heard = card.heard_name if card.heard_name != card.name else ""
    facts = [
        Fact("user", _("Carrier’s name"), heard) if heard else None,
        Fact("pin", _("Place"), place or _("Not known")),
        Fact("clock", _("First seen"), first or _("Not yet")),
        Fact("megaphone", _("First source"), card.first_source or _("Not known")),
        Fact(
            "messages",
            _("Texts"),
            number(card.texts),
            _("%(inbound)s in, %(outbound)s out")
            % {"inbound": number(card.inbound), "outbound": number(card.outbound)},
        ),
        Fact("calendar", _("Conversations"), number(card.conversations)),
        Fact(
            "phone",
            _("Calls"),
            number(card.calls),
            _("%(count)s answered") % {"count": number(card.answered_calls)} if card.calls else "",
        ),
        Fact("x", _("Erased up to"), erased) if erased else None,
    ]
    return tuple(fact for fact in facts if fact)


def _opt_state(
    card: CustomerCard, zone: ZoneInfo, today: date, link_to: Callable[[date, int], str]
) -> OptState:
    if not card.opt_outs:
        return OptState(False, _("May be texted"), _("No opt-out on record"), "")
    line = card.opt_outs[-1]
    href = link_to(local(line.at, zone).date(), line.message_id)
    when = day_and_clock(line.at, zone, today)
    if line.opted_in:
        return OptState(False, _("May be texted"), _("Opted in again on %(time)s") % {"time": when}, href)
    return OptState(True, _("Opted out: don’t text"), _("Said so on %(time)s") % {"time": when}, href)


def _counts(texts: int, calls: int) -> str:
    return ", ".join(texts_and_calls(texts, calls))


def _initials(name: str) -> str:
    """Of the first and the last word that begin with a letter."""
    letters = [word[0] for word in name.split() if word[0].isalpha()]
    return "".join(letters[:1] + letters[1:][-1:]).upper()


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
