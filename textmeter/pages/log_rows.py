"""The conversation log as the page says it: one row a conversation, and the headings that sort it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from zoneinfo import ZoneInfo

from textmeter.carriers.seen import Direction
from textmeter.lib.days import as_key
from textmeter.lib.phone import national
from textmeter.pages import formats
from textmeter.pages.hits import Part, excerpt
from textmeter.pages.language import gettext as _
from textmeter.pages.language import gettext_lazy
from textmeter.reports.rows import ConversationRow, LastMessage, LogPage, MessageRow
from textmeter.reports.search import Search
from textmeter.reports.texts_of import Conversation, Hit

# A text may be 1,600 signs long, a row shows one line of it.
LONGEST_SNIPPET = 280

SORT_NAMES = {
    "-latest": gettext_lazy("Latest first"),
    "latest": gettext_lazy("Oldest first"),
    "-total": gettext_lazy("Most messages"),
    "total": gettext_lazy("Fewest messages"),
    "customer": gettext_lazy("Customer A–Z"),
    "-customer": gettext_lazy("Customer Z–A"),
}


@dataclass(frozen=True, slots=True)
class Badge:
    text: str
    icon: str
    kind: str = ""
    on_paper: str = ""  # where that is another text


@dataclass(frozen=True, slots=True)
class Found:
    """Another text of the conversation than its last, which a search found."""

    direction: Direction
    agent: str  # who wrote it, where that is known
    words: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Row:
    key: str  # unique on the page
    conversation: ConversationRow
    name: str  # the customer's, or the number in national form
    sub: str  # number, city and state
    words: tuple[Part, ...]  # what was written, cut
    note: str  # what we say in its place or beside it: the attachments, or that it isn't here yet
    latest: str
    latest_iso: str
    inbound_part: str  # of the total, in percent
    badges: tuple[Badge, ...]
    found: Found | None


@dataclass(frozen=True, slots=True)
class Heading:
    """A column that sorts: the state now, and the sort that a click asks for."""

    label: str
    aria_sort: str  # ascending, descending, or empty
    next_sort: str


def rows(
    conversations: Iterable[ConversationRow],
    zone: ZoneInfo,
    today: date,
    search: Search | None = None,
    hits: Mapping[Conversation, Hit] = MappingProxyType({}),
) -> Iterator[Row]:
    """`search`: whose words are marked; `hits`: the latest text of each conversation that it found."""
    for each in conversations:
        yield row(each, zone, today, search, hits.get((each.customer_id, as_key(each.date))))


def row(
    conversation: ConversationRow, zone: ZoneInfo, today: date, search: Search | None, hit: Hit | None
) -> Row:
    number = national(conversation.customer_number)
    place = formats.city_and_state(conversation.city, conversation.state)
    last = conversation.last_message
    shown, before = (hit, None) if hit and hit.message_id == last.id else (None, hit)
    words, note = message_words(last, search if shown else None)
    return Row(
        key=f"{conversation.customer_id}-{conversation.date:%Y%m%d}",
        conversation=conversation,
        name=conversation.customer_name or number,
        sub=" · ".join(filter(None, (number if conversation.customer_name else _("No name yet"), place))),
        words=words,
        note=note,
        latest=formats.latest(conversation.last_at, zone, today),
        latest_iso=formats.iso(conversation.last_at, zone),
        inbound_part=f"{round(100 * conversation.inbound / max(1, conversation.total))}%",
        badges=tuple(_badges(conversation, zone, today)),
        found=_found(before, search) if before else None,
    )


def _found(hit: Hit, search: Search | None) -> Found:
    return Found(hit.direction, hit.agent or "", excerpt(hit.body, search, LONGEST_SNIPPET))


def message_words(
    message: LastMessage | MessageRow, search: Search | None = None
) -> tuple[tuple[Part, ...], str]:
    """(what was written, what we say of the rest): the second also where the words are missing."""
    attached = "; ".join(formats.media_label(each) for each in message.media)
    if message.body is None:
        return (), attached or _("Text not received yet")
    words = excerpt(message.body, search, LONGEST_SNIPPET)
    if message.is_erased and not words:
        return (), _("Erased")
    return words, attached or ("" if words else _("Empty text"))


def headings(sort: str) -> dict[str, Heading]:
    """By column: customer, latest, total. The first click sorts each as one mostly wants it."""
    return {
        "customer": _heading(_("Customer"), sort, "customer", "-customer"),
        "latest": _heading(_("Latest"), sort, "-latest", "latest"),
        "total": _heading(_("Total messages"), sort, "-total", "total"),
    }


def _heading(label: str, sort: str, first: str, second: str) -> Heading:
    state = ""
    if sort in (first, second):
        state = "descending" if sort.startswith("-") else "ascending"
    return Heading(label, state, second if sort == first else first)


def _badges(conversation: ConversationRow, zone: ZoneInfo, today: date) -> Iterator[Badge]:
    if conversation.waiting_since is not None:
        yield Badge(formats.waiting_since(conversation.waiting_since, zone, today), "clock", "warn")
    elif conversation.unanswered:  # who waits wasn't answered
        yield Badge(_("Unanswered"), "reply", "warn")
    if conversation.failed:
        yield Badge(
            _("Failed")
            if conversation.failed == 1
            else _("Failed: %(count)s") % {"count": formats.number(conversation.failed)},
            "alert",
            "bad",
        )
    if conversation.opted_out:
        yield Badge(_("Opted out"), "ban")


def place(page: LogPage) -> str:
    """`1–50`, of how many the page says beside; without the first number where it isn't known."""
    if not page.rows:
        return ""
    if not page.first:
        return formats.number(len(page.rows))
    return formats.places(page.first, len(page.rows))
