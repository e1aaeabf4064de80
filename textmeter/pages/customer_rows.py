"""The list of customers as the page says it: one row a customer. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from textmeter.pages import formats
from textmeter.pages.language import gettext as _
from textmeter.pages.language import gettext_lazy
from textmeter.pages.log_rows import Badge
from textmeter.pages.who import Who, who
from textmeter.reports.customers import CustomerLine, CustomerPage, CustomerQuery

SORT_NAMES = {
    "waiting": gettext_lazy("Waiting first"),
    "-latest": gettext_lazy("Latest contact"),
    "customer": gettext_lazy("Customer A–Z"),
}


@dataclass(frozen=True, slots=True)
class Row:
    line: CustomerLine
    who: Who
    icon: str  # of the last contact
    kind: str  # a text or a call
    when: str  # empty: there was no contact yet
    when_on_paper: str
    when_iso: str
    badges: tuple[Badge, ...]


def rows(lines: Iterable[CustomerLine], zone: ZoneInfo, today: date) -> Iterator[Row]:
    return (_row(each, zone, today) for each in lines)


def _row(line: CustomerLine, zone: ZoneInfo, today: date) -> Row:
    at = line.last_contact_at
    is_call = line.last_call_at is not None and line.last_call_at == at
    return Row(
        line=line,
        who=who(line.name, line.number, line.city, line.state),
        icon="phone" if is_call else "message",
        kind=_("Call") if is_call else _("Text"),
        when=formats.latest(at, zone, today) if at else "",
        when_on_paper=formats.dated(at, zone, today) if at else "",
        when_iso=formats.iso(at, zone) if at else "",
        badges=tuple(_badges(line, zone, today)),
    )


def _badges(line: CustomerLine, zone: ZoneInfo, today: date) -> Iterator[Badge]:
    if line.waiting_since is not None:
        waits = formats.waiting_since(line.waiting_since, zone, today)
        on_paper = formats.waiting_since(line.waiting_since, zone, today, formats.dated)
        yield Badge(waits, "clock", "warn", on_paper)
    if line.is_opted_out:
        yield Badge(_("Opted out"), "ban")


def in_words(asked: CustomerQuery) -> str:
    """`Waiting first · search “dana”`, for the head of a print."""
    search = [_("search “%(words)s”") % {"words": asked.q}] * bool(asked.q)
    return " · ".join([str(SORT_NAMES[asked.sort]), *search])


def place(page: CustomerPage) -> str:
    """`1–50 of 1,234`; without the count where it isn't known."""
    shown = formats.places(page.first, len(page.rows))
    if not shown or page.count is None:
        return shown
    return _("%(place)s of %(count)s") % {"place": shown, "count": formats.number(page.count)}
