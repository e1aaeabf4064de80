"""DOMAIN.md, "Filters and figures": one filter object feeds graph, figures, log, print and CSV. For every
filter: sum of the bars = the figure "messages" = sum of Matching over the log = rows of the message
export. Held here on random data and random filters, each number also against a naive recount, and with a
second company that has the same customers, words and times."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.http import QueryDict
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.reports.oracle import Oracle, previous_days
from tests.scene import at_ms, company, put, text, tracker
from textmeter.accounts.models import Company
from textmeter.carriers.seen import Direction, Status, TextSeen
from textmeter.reports import log_keys, messages, search, search_texts, selection
from textmeter.reports.conversations import each_conversation, log_page
from textmeter.reports.figures import figures, graph_and_figures
from textmeter.reports.filter import INTERVALS, RANGES, SORTS, Filter
from textmeter.reports.messages import each_message
from textmeter.reports.neighbours import Neighbour, Neighbours, neighbours
from textmeter.reports.query import as_query, read_filter
from textmeter.reports.rows import ConversationRow
from textmeter.reports.selection import matched, matched_by_messages
from textmeter.reports.statements import fetch
from textmeter.reports.volume import volume

pytestmark = pytest.mark.django_db

ZONES = ("America/New_York", "America/St_Johns", "Asia/Kolkata", "Pacific/Honolulu")
CUSTOMERS = ("+17705550101", "+17705550102", "+14045550112", "SHOPCODE", "72345")
NAMES = {CUSTOMERS[0]: "Zoé Ångström", CUSTOMERS[1]: "Ann Refund", CUSTOMERS[3]: "Zoe Other"}
BODIES = (
    "Is my refund ready?",
    "refunds later",
    "Zoé, the crown is in",
    "STOP",
    "yes",
    "Ünïcode straße 770",
    "",
    "crown refund",
)
QUERIES = (
    "refund",
    "REFUNDS",
    "zoe",
    "crown ref",
    "ref crown",
    "770-555",
    "101",
    "(404) 555",
    "72",
    "!!!",
    "strasse",
    "§1",
)
OUTBOUND_STATUSES = (Status.DELIVERED, Status.FAILED, Status.CANCELED, Status.SENT, Status.UNDELIVERED)
FIRST = date(2025, 12, 20)
NOW = "2026-03-20 12:00"


def many_texts(seed: int) -> list[tuple]:
    """Busy days: a few days of a few customers hold most texts, so that answers, several trackers of one
    conversation and equal instants are common."""
    dice = Random(seed)
    spring = range(75, 92)  # days after FIRST around the change of the clocks, up to today
    days = [dice.choice(spring) for _ in range(3)] + [dice.randrange(91) for _ in range(3)]
    return [
        (
            dice.choice(CUSTOMERS),
            dice.choice((0, 0, 1, 2)),  # tracker
            dice.random() < 0.55,  # inbound
            dice.choice(days) if dice.random() < 0.8 else dice.randrange(91),
            dice.choice((0, 30, 90, 119, 180, 360, 540, 541, 900, 901, 905, 1439)),  # minute of the UTC day
            dice.choice(BODIES),
            dice.choice(OUTBOUND_STATUSES),
            dice.random() < 0.2,  # automatic
        )
        for _ in range(dice.choice((0, 3, 20, 60, 60)))
    ]


one_query = st.fixed_dictionaries(
    {},
    optional={
        "range": st.sampled_from([each for each in RANGES if each != "custom"]),
        "days": st.tuples(st.integers(0, 90), st.integers(0, 40)),
        "hour": st.integers(0, 23),
        "numbers": st.lists(st.integers(0, 2), min_size=1, max_size=3, unique=True),
        "direction": st.sampled_from(("inbound", "outbound")),
        "q": st.sampled_from(QUERIES),
        "interval": st.sampled_from(INTERVALS),
        "compare": st.sampled_from(("previous", "none")),
        "sort": st.sampled_from(SORTS),
    },
)


# The scene hangs on a seed, which has nothing to shrink towards.
@settings(max_examples=40, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(
    zone=st.sampled_from(ZONES),
    seed=st.integers(0, 10**6),
    queries=st.lists(one_query, min_size=5, max_size=8),
    size=st.integers(1, 4),
    care=st.sampled_from(((0, 28, 3000, 0), (0, 2, 1, 1), (9, 1, 3, 2000), (2000, 28, 3000, 2000))),
)
def test_every_number_of_a_filter_is_the_same_everywhere(zone, seed, queries, size, care):
    texts = many_texts(seed)
    with transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        _lead_a_search_by(patch, *care)
        patch.setattr(messages, "PART", size)
        patch.setattr(messages, "PART_OF_A_SEARCH", size)
        shop, lines = _scene(zone, texts, "404555")
        _scene(zone, texts[::-1], "404556")
        oracle = Oracle(shop.id)
        for query in queries:
            flt = _read(shop, lines, query)
            _check(flt, oracle, shop, size)
        transaction.set_rollback(True)


def _lead_a_search_by(
    patch: pytest.MonkeyPatch, looked_at: int, days: int, few_texts: int, few_customers: int
) -> None:
    """A page of a search comes from the list without it, and then from the index, days by days: with any
    bounds of these the same rows."""
    patch.setattr(log_keys, "_AT_ONCE", 3)
    patch.setattr(log_keys, "TEXTS_LOOKED_AT", looked_at)
    patch.setattr(log_keys, "FIRST_DAYS", days)
    patch.setattr(log_keys, "LEAST_DAYS", 1)
    patch.setattr(log_keys, "FEW_TEXTS", few_texts)
    patch.setattr(search, "FEW_CUSTOMERS", few_customers)
    patch.setattr(selection, "FEW_SPOTS", few_texts)
    patch.setattr(search_texts, "_MOST_WORDS", few_customers)


def _scene(zone: str, texts: list[tuple], area: str) -> tuple[Company, list[int]]:
    shop = company(f"Shop {area}", zone)
    lines = [tracker(shop, f"+1{area}018{n}", f"Line {n}") for n in range(3)]
    put(shop, *[_seen(shop, lines, place, one) for place, one in enumerate(texts)])
    return shop, [line.id for line in lines]


def _seen(shop: Company, lines: list, place: int, one: tuple) -> TextSeen:
    customer, line, inbound, days, minute, body, status, automatic = one
    at = at_ms(replaced_zone(shop), f"{FIRST + timedelta(days=days)} {minute // 60:02d}:{minute % 60:02d}")
    more = {} if inbound else {"direction": Direction.OUTBOUND, "status": status, "is_automatic": automatic}
    return text(
        shop,
        lines[line],
        customer,
        body,
        at,
        carrier_ref=f"SM{place}",
        customer_name=NAMES.get(customer),
        **more,
    )


def replaced_zone(shop: Company) -> Company:
    """The same times in every zone: UTC's."""
    return Company(id=shop.id, name=shop.name, time_zone="UTC")


def _read(shop: Company, lines: list[int], query: dict) -> Filter:
    pairs = [(key, value) for key, value in query.items() if key not in ("days", "numbers", "hour")]
    pairs += [("numbers", lines[n]) for n in query.get("numbers", ())]
    if "days" in query:
        start = FIRST + timedelta(days=query["days"][0])
        pairs += [("start", start), ("end", start + timedelta(days=query["days"][1]))]
    flt, wrong = read_filter(QueryDict(urlencode(pairs)), shop, at_ms(shop, NOW))
    assert {each.parameter for each in wrong} <= {"interval"}
    if "hour" in query and flt.start == flt.end:
        flt = replace(flt, hour=query["hour"])
    return flt


def _check(flt: Filter, oracle: Oracle, shop: Company, size: int) -> None:
    rows, file = list(each_conversation(flt)), list(each_message(flt))
    compared, graph = figures(flt), volume(flt)
    assert graph_and_figures(flt) == (graph, compared)
    assert (
        sum(bar.total for bar in graph.bars)
        == graph.total
        == compared.now.messages
        == sum(row.matching for row in rows)
        == len(file)
    )
    assert [row.id for row in file] == [each.id for each in oracle.selected(flt)]
    for sort in SORTS:
        by_sort = replace(flt, sort=sort)
        listed = list(each_conversation(by_sort))
        assert [_short(row) for row in listed] == [
            tuple(vars(each).values()) for each in oracle.listed(by_sort)
        ]
        assert _paged(by_sort, size) == listed
        _check_neighbours(by_sort, listed)
    _check_figures(flt, oracle)
    _check_bars(flt, oracle)
    assert sorted(fetch(matched(flt))) == sorted(fetch(matched_by_messages(flt)))
    assert read_filter(QueryDict(as_query(flt)), shop, at_ms(shop, NOW)) == (flt, [])


def _check_neighbours(flt: Filter, rows: list[ConversationRow]) -> None:
    """Before and after a row: the nearest rows of other customers."""
    for place in {0, len(rows) // 2, len(rows) - 1} if rows else ():
        here = rows[place]
        others = [(row.customer_id != here.customer_id, Neighbour(row.customer_id, row.date)) for row in rows]
        before = [each for is_other, each in others[:place] if is_other]
        after = [each for is_other, each in others[place:] if is_other]
        assert neighbours(flt, here.customer_id, here.date) == Neighbours(
            before[-1] if before else None, after[0] if after else None
        )


def _check_figures(flt: Filter, oracle: Oracle) -> None:
    compared, previous = figures(flt), _previous(flt)
    waiting = oracle.waiting()
    assert compared.now == oracle.figures(flt)
    assert compared.previous == (oracle.figures(previous) if previous else None)
    assert compared.waiting_now == len(waiting)
    for row in each_conversation(flt):
        latest = max(each.day for each in oracle.texts if each.customer_id == row.customer_id)
        assert row.waiting_since == (waiting.get(row.customer_id) if row.date == latest else None)


def _check_bars(flt: Filter, oracle: Oracle) -> None:
    bars = volume(flt).bars
    assert [(bar.start, bar.hour, bar.inbound, bar.outbound) for bar in bars] == oracle.bars(
        flt, flt.interval
    )
    previous = _previous(flt)
    before = [bar[2] + bar[3] for bar in oracle.bars(previous, flt.interval)] if previous else []
    assert [bar.previous for bar in bars] == [
        before[place] if place < len(before) else None for place in range(len(bars))
    ]


def _previous(flt: Filter) -> Filter | None:
    days = previous_days(flt.range, flt.start, flt.end) if flt.compare == "previous" else None
    return replace(flt, start=days[0], end=days[1]) if days else None


def _paged(flt: Filter, size: int) -> list[ConversationRow]:
    """All rows through the log's pages."""
    page = log_page(flt, size)
    rows, listed = list(page.rows), page.conversations
    assert page.first == (1 if rows else 0)
    while page.next_cursor and len(rows) <= listed:
        page = log_page(replace(flt, after=page.next_cursor), size)
        assert (page.first, page.conversations) == (len(rows) + 1, listed)
        rows += page.rows
    assert len(rows) == listed
    return rows


def _short(row: ConversationRow) -> tuple:
    return (
        row.customer_id,
        row.date,
        row.total,
        row.matching,
        row.tracker.id,
        row.last_at,
        row.first_response_ms,
        row.unanswered,
    )
