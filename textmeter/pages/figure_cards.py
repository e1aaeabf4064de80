"""The figures of a period as the page says them: value, change, and the rule where it needs one. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils.translation import ngettext

from textmeter.pages import formats
from textmeter.pages.language import gettext as _
from textmeter.pages.language import gettext_lazy
from textmeter.reports.rows import Figures, FiguresCompared

MINUS = "−"


@dataclass(frozen=True, slots=True)
class Delta:
    """How a figure moved. `kind` is good, bad, or empty where neither can be said."""

    text: str
    icon: str  # up, down, or empty
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    key: str
    label: str
    short_label: str
    value: str  # empty: unknown
    delta: Delta | None = None
    was: str = ""  # the previous period's value, or what the figure counts
    rule: str = ""
    is_awaited: bool = False  # it comes in a second answer
    href: str = ""  # the list of what the figure counts


MEDIAN_RULE = gettext_lazy(
    "Half of the listed conversations that got an answer got it this fast or faster. It is the time from the "
    "first inbound text of a conversation to the first answer after it that same day. An answer is written "
    "by a person and is not canceled, failed or undelivered; automatic replies don’t count."
)
UNANSWERED_RULE = gettext_lazy(
    "Listed conversations whose latest message is from the customer. An automatic reply after it counts "
    "here as a text of yours. STOP, START and the like need none."
)
NEW_RULE = gettext_lazy("Customers with a message listed here whose first text ever lies in this date range.")
WAITING_RULE = gettext_lazy(
    "Customers who wrote last and have had no answered call since. A text of yours ends it, an automatic "
    "or failed one, too. It is as of now, whatever the filters."
)


def cards(figures: FiguresCompared, customers: str = "", is_narrowed: bool = False) -> tuple[Card, ...]:
    """`customers`: the address of their list. `is_narrowed`: by a filter, which "Waiting now" ignores."""
    now, before = figures.now, figures.previous
    return (
        _count("messages_in", _("Messages in"), now, before),
        _count("messages_out", _("Messages out"), now, before),
        _count("conversations", _("Conversations"), now, before),
        _count("new_customers", _("New customers"), now, before, rule=str(NEW_RULE)),
        _median(now, before),
        _unanswered(now, before),
        Card(
            key="waiting_now",
            label=_("Waiting now"),
            short_label=_("Waiting now"),
            value=formats.number(figures.waiting_now),
            was=_who_wait(figures.waiting_now, is_narrowed),
            rule=str(WAITING_RULE),
            href=customers,
        ),
    )


def awaited_cards() -> tuple[Card, ...]:
    """The same places, to be filled."""
    nothing = Figures(0, 0, 0, 0, None, 0)
    known = cards(FiguresCompared(nothing, None, 0))
    return tuple(replace(card, value="", was="", is_awaited=True) for card in known)


def _who_wait(count: int, is_narrowed: bool) -> str:
    if is_narrowed:
        return ngettext("customer, unfiltered", "customers, unfiltered", count)
    return ngettext("customer", "customers", count)


def count_card(key: str, label: str, value: int, previous: int | None, rule: str = "") -> Card:
    """A count beside the previous period's; None: nothing is compared."""
    if previous is None:
        return Card(key, label, label, formats.number(value), rule=rule)
    return Card(
        key,
        label,
        label,
        formats.number(value),
        _in_percent(value, previous),
        came_from(formats.number(previous)),
        rule,
    )


def _count(key: str, label: str, now: Figures, before: Figures | None, rule: str = "") -> Card:
    return count_card(key, label, getattr(now, key), getattr(before, key) if before else None, rule)


def _median(now: Figures, before: Figures | None) -> Card:
    value, previous = now.median_first_response_ms, before.median_first_response_ms if before else None
    delta = None
    if value is not None and previous is not None:
        delta = _difference(value // 1000 * 1000, previous // 1000 * 1000, formats.duration, good="down")
    return Card(
        key="median_first_response",
        label=_("Median first response"),
        short_label=_("First response"),
        value="" if value is None else formats.duration(value),
        delta=delta,
        was="" if previous is None else came_from(formats.duration(previous)),
        rule=str(MEDIAN_RULE),
    )


def _unanswered(now: Figures, before: Figures | None) -> Card:
    label, value, rule = _("Unanswered"), formats.number(now.unanswered), str(UNANSWERED_RULE)
    if before is None:
        return Card("unanswered", label, label, value, rule=rule)
    delta = _difference(now.unanswered, before.unanswered, formats.number, good="down")
    was = came_from(formats.number(before.unanswered))
    return Card("unanswered", label, label, value, delta, was, rule)


def came_from(previous: str) -> str:
    """What stands beneath a figure: the previous period's."""
    return _("from %(previous)s") % {"previous": previous}


def _in_percent(now: int, before: int) -> Delta:
    """Of nothing there is no percentage: then the difference itself."""
    if before == 0:
        return _difference(now, before, formats.number)
    percent = 100 * (now - before) / before
    is_whole = abs(percent) >= 1000 or round(abs(percent), 1).is_integer()
    text = formats.decimal(abs(percent), 0 if is_whole else 1) + "%"
    return Delta("0%", "") if now == before else Delta(_sign(now - before) + text, _icon(now - before))


def _difference(now: int, before: int, say: Callable[[int], str], good: str = "") -> Delta:
    """`good` is the way in which the figure should go: up, down, or empty where no way is better."""
    if now == before:
        return Delta(_("no change"), "")
    way = _icon(now - before)
    kind = "" if not good else "good" if way == good else "bad"
    return Delta(_sign(now - before) + say(abs(now - before)), way, kind)


def _sign(change: int) -> str:
    return "+" if change > 0 else MINUS


def _icon(change: int) -> str:
    return "up" if change > 0 else "down"
