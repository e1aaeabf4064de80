"""CONTRACT.md, "Pages", Query: what each parameter takes, and what stands in for a wrong value."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reports.asking import chosen, read
from tests.scene import at_ms, company, says, tracker
from textmeter.accounts.models import Company
from textmeter.lib.keyset import encode
from textmeter.pages.filter_words import in_words
from textmeter.reports.addresses import selection_words
from textmeter.reports.conversations import log_page
from textmeter.reports.query import as_query, first_and_last, read_filter
from textmeter.reports.trackers import trackers

pytestmark = pytest.mark.django_db
DEFAULT = (date(2026, 2, 19), date(2026, 3, 20))


@pytest.fixture
def shop() -> Company:
    return company()


def span(shop: Company, query: str, now: str = "2026-03-20 12:00") -> tuple[str, date, date]:
    flt = chosen(shop, query, now)
    return flt.range, flt.start, flt.end


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("today", "2026-03-20", "2026-03-20"),
        ("yesterday", "2026-03-19", "2026-03-19"),
        ("last_7_days", "2026-03-14", "2026-03-20"),
        ("last_30_days", "2026-02-19", "2026-03-20"),
        ("this_month", "2026-03-01", "2026-03-20"),
        ("last_month", "2026-02-01", "2026-02-28"),
        ("this_year", "2026-01-01", "2026-03-20"),
        ("last_year", "2025-01-01", "2025-12-31"),
    ],
)
def test_ranges_are_local_days_and_end_today(shop, name, start, end):
    assert span(shop, f"range={name}") == (name, date.fromisoformat(start), date.fromisoformat(end))


def test_today_is_the_companys_day(shop):
    """11:30 PM in New York is tomorrow in UTC; the company's today is what counts."""
    assert span(shop, "range=today", "2026-03-20 23:30")[1] == date(2026, 3, 20)
    assert span(shop, "range=today", "2026-03-21 00:00")[1] == date(2026, 3, 21)


def test_without_a_range_the_last_30_days(shop):
    assert span(shop, "") == ("last_30_days", *DEFAULT)
    assert span(shop, "range=&start=&end=+&hour=&numbers=&direction=&q=&interval=&compare=&sort=&after=") == (
        "last_30_days",
        *DEFAULT,
    )
    assert read(shop, "", default_range="all_time")[0].range == "all_time"


def test_start_or_end_alone_means_custom(shop):
    main = tracker(shop)
    says(shop, main, "+14045550112", "Hi", at="2026-01-05 09:00")
    assert span(shop, "start=2026-03-01&end=2026-03-02") == ("custom", date(2026, 3, 1), date(2026, 3, 2))
    assert span(shop, "start=2026-03-01") == ("custom", date(2026, 3, 1), date(2026, 3, 20))
    assert span(shop, "end=2026-03-02") == ("custom", date(2026, 1, 5), date(2026, 3, 2))
    assert span(shop, "end=2026-01-02") == ("custom", date(2026, 1, 2), date(2026, 1, 2))
    assert span(shop, "range=last_7_days&start=2026-03-01")[0] == "custom"
    assert span(company("Empty"), "end=2026-03-02")[1] == date(2026, 3, 2)


def test_all_time_spans_the_companys_messages_and_no_strangers(shop):
    stranger = company("Other Dental")
    says(stranger, tracker(stranger, "+14045550990"), "+14045550112", "Hi", at="2020-01-01 09:00")
    assert span(shop, "range=all_time") == ("all_time", date(2026, 3, 20), date(2026, 3, 20))
    assert first_and_last(shop.id) is None
    main = tracker(shop)
    says(shop, main, "+14045550112", "Hi", at="2025-01-05 09:00")
    says(shop, main, "+14045550112", "Hi", at="2026-02-07 09:00")
    assert span(shop, "range=all_time") == ("all_time", date(2025, 1, 5), date(2026, 2, 7))
    assert first_and_last(shop.id) == (date(2025, 1, 5), date(2026, 2, 7))


@pytest.mark.parametrize(
    ("query", "parameter", "value"),
    [
        ("range=fortnight", "range", "fortnight"),
        ("range=custom", "range", "custom"),
        ("range=TODAY", "range", "TODAY"),
        ("start=2026-02-30", "start", "2026-02-30"),
        ("start=99999-01-01", "start", "99999-01-01"),
        ("start=20260301", "start", "20260301"),
        ("start=2026-W10-1", "start", "2026-W10-1"),
        ("end=0001-01-01", "end", "0001-01-01"),
        ("end=9999-12-31", "end", "9999-12-31"),
        ("start=2026-03-02&end=2026-03-01", "start", "2026-03-02"),
        ("start=2026-03-21", "start", "2026-03-21"),
        ("start=1970-01-01&end=2099-12-31", "start", "1970-01-01"),
        ("range=today&hour=24", "hour", "24"),
        ("range=today&hour=-1", "hour", "-1"),
        ("range=today&hour=9.5", "hour", "9.5"),
        ("range=today&hour=٣", "hour", "٣"),
        ("hour=9", "hour", "9"),
        ("numbers=1", "numbers", "1"),
        ("numbers=99999999999999999999999999", "numbers", "99999999999999999999999999"),
        ("numbers=-5", "numbers", "-5"),
        ("direction=incoming", "direction", "incoming"),
        ("interval=year", "interval", "year"),
        ("interval=hour&range=last_year", "interval", "hour"),
        ("compare=next", "compare", "next"),
        ("sort=name", "sort", "name"),
        ("after=bm9uc2Vuc2U", "after", "bm9uc2Vuc2U"),
        ("after=é", "after", "é"),
        ("q=" + "x" * 201, "q", "x" * 100 + "…"),
    ],
)
def test_a_wrong_value_is_named_and_the_default_stands_in(shop, query, parameter, value):
    flt, wrong = read(shop, query)
    assert [(each.parameter, each.value) for each in wrong] == [(parameter, value)]
    assert wrong[0].allowed
    plain = "&".join(
        part for part in query.split("&") if part.split("=")[0] in ("range",) and parameter != "range"
    )
    assert flt == chosen(shop, plain)


def test_a_wrong_day_leaves_the_named_range(shop):
    flt, wrong = read(shop, "range=last_7_days&start=2026-02-30")
    assert (flt.range, [each.parameter for each in wrong]) == ("last_7_days", ["start"])


def test_several_wrong_values_are_all_named(shop):
    _, wrong = read(shop, "range=x&hour=9&numbers=a&numbers=b&sort=z")
    assert [each.parameter for each in wrong] == ["range", "hour", "numbers", "numbers", "sort"]


def test_hours_are_of_a_single_day(shop):
    assert chosen(shop, "range=today&hour=0").hour == 0
    assert chosen(shop, "range=yesterday&hour=23").hour == 23
    assert chosen(shop, "start=2026-03-01&end=2026-03-01&hour=09").hour == 9


def test_numbers_repeat_and_a_strangers_tracker_is_a_wrong_value(shop):
    """CONTRACT.md: a tracker of another company is a wrong value like any other."""
    ads, main = tracker(shop, "+14045550180", "Ads"), tracker(shop, "+14045550181", "Main")
    stranger = tracker(company("Other"), "+14045550990", "Ads")
    both = chosen(shop, f"numbers={main.id}&numbers={ads.id}&numbers={main.id}&numbers=")
    assert both.numbers == tuple(sorted((ads.id, main.id)))
    flt, wrong = read(shop, f"numbers={ads.id}&numbers={stranger.id}")
    nonsense = read(shop, f"numbers={ads.id}&numbers=77")[1]
    assert flt.numbers == (ads.id,)
    assert [(each.parameter, each.value) for each in wrong] == [("numbers", str(stranger.id))]
    assert wrong[0].allowed == nonsense[0].allowed


@pytest.mark.parametrize(
    ("start", "end", "interval"),
    [
        ("2026-03-19", "2026-03-20", "hour"),
        ("2026-03-18", "2026-03-20", "day"),
        ("2025-12-19", "2026-03-20", "day"),  # 92 days
        ("2025-12-18", "2026-03-20", "week"),
        ("2024-03-20", "2026-03-20", "week"),  # 731 days
        ("2024-03-19", "2026-03-20", "month"),
    ],
)
def test_the_interval_follows_the_range(shop, start, end, interval):
    """CONTRACT.md: to 2 days hour, to 92 day, to 731 week, else month."""
    flt = chosen(shop, f"start={start}&end={end}")
    assert (flt.interval, flt.interval_chosen) == (interval, False)


def test_a_chosen_interval_makes_at_most_750_bars(shop):
    assert chosen(shop, "start=2026-02-18&interval=hour").interval == "hour"  # 31 days, 744 bars
    assert read(shop, "start=2026-02-17&interval=hour")[1][0].allowed.startswith(
        "day, week, month for this range"
    )
    assert chosen(shop, "start=2024-03-01&interval=day").interval == "day"  # 750 days
    assert [each.parameter for each in read(shop, "start=2024-02-29&interval=day")[1]] == ["interval"]


def test_a_cursor_is_bound_to_its_filter_and_sort(shop):
    """CONTRACT.md: `after` is an opaque cursor, bound to filter and sort."""
    main, stranger = tracker(shop), company("Other")
    for day in range(1, 5):
        says(shop, main, "+14045550112", "Hi", at=f"2026-03-0{day} 09:00")
    cursor = log_page(chosen(shop, ""), size=2).next_cursor
    assert chosen(shop, f"after={cursor}").after == cursor
    assert chosen(shop, f"after={cursor}&compare=none&interval=week").after == cursor
    for other in ("q=hi", "sort=latest", "direction=inbound", "range=last_7_days", f"numbers={main.id}"):
        flt, wrong = read(shop, f"{other}&after={cursor}")
        assert ([each.parameter for each in wrong], flt.after) == (["after"], "")
    assert [each.parameter for each in read(stranger, f"after={cursor}")[1]] == ["after"]


@pytest.mark.parametrize("sort", ["-latest", "customer", "total"])
@pytest.mark.parametrize(
    "keys",
    [[], [1], [0, 2**70, 1, 1], ["x", 1, 1, 1], [0, "a", 1, 1], ["\ud800", 1, 1, 1], ["a\x00", 1, 1, 1]],
)
def test_a_forged_cursor_is_a_wrong_value(shop, sort, keys):
    bound_to = selection_words(chosen(shop, f"sort={sort}"))
    try:
        cursor = encode(bound_to, keys)
    except UnicodeEncodeError:
        return
    flt, wrong = read(shop, f"sort={sort}&after={cursor}")
    if sort == "customer" and keys == ["x", 1, 1, 1]:
        assert wrong == []
    else:
        assert ([each.parameter for each in wrong], flt.after) == (["after"], "")


ODD = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "\x00",
            "9" * 400,
            "-1",
            "2026-02-30",
            "[]",
            "💥",
            "2026-03-01\n",
            "%",
            "1e5",
            "\ud800",
            "½",
            "²",
            "W" * 5000,
        ]
    ),
)
NAMES = ("range", "start", "end", "hour", "numbers", "direction", "q", "interval", "compare", "sort", "after")


class Given:
    """A query with anything in it, also what no address can spell."""

    def __init__(self, values: dict[str, list[str]]) -> None:
        self.values = values

    def get(self, key: str) -> str | None:
        return self.values[key][-1] if key in self.values else None

    def getlist(self, key: str) -> list[str]:
        return self.values.get(key, [])

    def __contains__(self, key: str) -> bool:
        return key in self.values


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), st.lists(ODD, min_size=1, max_size=3)))
def test_no_query_raises(values):
    shop = Company(id=1, name="Nobody's", time_zone="America/St_Johns")
    flt, wrong = read_filter(Given(values), shop, at_ms(shop, "2026-03-20 12:00"))
    log_page(flt)
    for each in wrong:
        each.value.encode()
    assert read_filter(QueryDict(as_query(flt)), shop, at_ms(shop, "2026-03-20 12:00")) == (flt, [])


def test_an_address_says_only_what_differs_from_the_default(shop):
    main = tracker(shop)
    assert as_query(chosen(shop, "")) == ""
    assert as_query(chosen(shop, "range=last_30_days&sort=-latest&compare=previous&unknown=1")) == ""
    full = f"range=today&hour=9&numbers={main.id}&direction=inbound&q=caf%C3%A9+%26+co&interval=day"
    full += "&compare=none&sort=total"
    assert as_query(chosen(shop, full)) == full
    assert as_query(chosen(shop, "start=2026-03-01")) == "start=2026-03-01&end=2026-03-20"
    assert as_query(chosen(shop, "range=all_time"), default_range="all_time") == ""


def test_a_changed_address_starts_at_the_first_page(shop):
    flt = replace(chosen(shop, "q=hi"), after="CURSOR")
    assert as_query(flt) == "q=hi&after=CURSOR"
    assert as_query(flt, after="NEXT") == "q=hi&after=NEXT"
    assert as_query(flt, q="") == ""
    assert as_query(flt, sort="total") == "q=hi&sort=total"
    assert as_query(flt, interval="week") == "q=hi&interval=week"


def test_a_changed_range_drops_the_hour_and_the_chosen_interval(shop):
    flt = chosen(shop, "range=today&hour=9&interval=day")
    assert as_query(flt, range="last_7_days") == "range=last_7_days"
    assert (
        as_query(flt, start=date(2026, 3, 1), end=date(2026, 3, 1), hour=4)
        == "start=2026-03-01&end=2026-03-01&hour=4"
    )
    assert as_query(flt, range="last_7_days", interval="hour") == "range=last_7_days&interval=hour"


def test_the_filter_in_words(shop):
    main, ads = tracker(shop, "+14045550181", "Main"), tracker(shop, "+14045550180", "Google Ads")
    names = trackers(shop.id)
    assert in_words(chosen(shop, ""), names) == "Last 30 days (Feb 19 – Mar 20, 2026)"
    flt = chosen(
        shop, f"start=2025-12-31&end=2026-03-04&numbers={main.id}&numbers={ads.id}&direction=inbound&q=refund"
    )
    assert in_words(flt, names) == (
        "Dec 31, 2025 – Mar 4, 2026 · "
        + " or ".join(names[each].name for each in flt.numbers)
        + " · inbound · search “refund”"
    )
    assert (
        in_words(chosen(shop, "range=today&hour=23"), names) == "Today (Mar 20, 2026) · 11:00 PM – 12:00 AM"
    )
