"""Text Conversations as a reader gets it: whole pages of small scenes, for readers and for strangers."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import resolve

from tests import scene
from tests.pages.conftest import MARCH_4_NOON
from tests.pages.reading import figures, links, rows, words
from textmeter.accounts.models import Company, Role, User
from textmeter.carriers.seen import Media, Status
from textmeter.ledger.customers import name_customer
from textmeter.ledger.trackers import Tracker
from textmeter.pages import printing
from textmeter.reports.conversations import log_page
from textmeter.reports.query import read_filter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

DANA, MARCUS, PRIYA = "+14045550112", "+14045550149", "+14045550186"


def test_the_log_says_each_conversation(get: Any, company: Company, main_line: Tracker) -> None:
    """A conversation: one customer, one local day. Waiting marks the latest one; failed ones are marked."""
    dana = scene.says(company, main_line, DANA, "Is it ready?", "2026-03-04 09:00")
    assert dana
    scene.answers(company, main_line, DANA, "Thursday at 2", "2026-03-04 09:42")
    scene.says(company, main_line, MARCUS, "Still open tomorrow?", "2026-03-03 16:47")
    scene.answers(company, main_line, PRIYA, "Hello", "2026-03-02 08:05", status=Status.UNDELIVERED)
    scene.says(company, main_line, PRIYA, "STOP", "2026-03-02 08:06")
    assert rows(get()) == [
        "(404) 555-0112 No name yet Main line Outbound: Thursday at 2 9:42 AM 2 messages Timeline",
        "(404) 555-0149 No name yet Main line Inbound: Still open tomorrow? "
        "Waiting since Mar 3, 4:47 PM Mar 3, 4:47 PM 1 message Timeline",
        "(404) 555-0186 No name yet Main line Inbound: STOP Failed Opted out "
        "Mar 2, 8:06 AM 2 messages Timeline",
    ]


def test_the_figures_stand_beside_the_previous_period(get: Any, company: Company, main_line: Tracker) -> None:
    """Previous period: as many days just before."""
    scene.says(company, main_line, DANA, "one", "2026-03-04 09:00")
    scene.answers(company, main_line, DANA, "two", "2026-03-04 09:03:40")
    scene.says(company, main_line, MARCUS, "three", "2026-03-04 10:00")
    scene.says(company, main_line, DANA, "before", "2026-01-15 09:00")
    scene.answers(company, main_line, DANA, "before", "2026-01-15 09:05")
    assert figures(get()) == {
        "messages_in": "2 +100% from 1",
        "messages_out": "1 0% from 1",
        "conversations": "2 +100% from 1",
        "new_customers": "1 0% from 1",
        "median_first_response": "3m 40s −1m 20s from 5m 00s",
        "unanswered": "1 +1 from 0",
        "waiting_now": "1 customer",
    }
    assert figures(get("?compare=none"))["messages_in"] == "2"
    assert "Previous period</li>" not in get("?compare=none")


def test_the_heading_names_the_zone(get: Any, company: Company, main_line: Tracker) -> None:
    """A page that shows time names its zone."""
    scene.says(company, main_line, DANA, "hi", "2026-03-04 09:00")
    assert "Text Conversations All times Eastern (America/New_York)" in words(get())
    assert links(get(), "Learn more about texting") == ["/help/texting"]


def test_photos_and_texts_that_are_not_here_yet(get: Any, company: Company, main_line: Tracker) -> None:
    photo = (Media("https://api.twilio.com/x", "image/jpeg"),)
    scene.says(company, main_line, DANA, "", "2026-03-04 09:00", media=photo)
    scene.says(company, main_line, MARCUS, "the left one", "2026-03-04 08:00", media=photo)
    scene.answers(company, main_line, PRIYA, None, "2026-03-04 07:00")
    first, second, third = rows(get())
    assert "Inbound: Photo, image/jpeg" in first
    assert "Inbound: the left one · Photo, image/jpeg" in second
    assert "Outbound: Text not received yet" in third


HOSTILE = '<script>alert("x")</script>'


def test_what_strangers_write_stays_text(get: Any, company: Company, main_line: Tracker) -> None:
    scene.says(company, main_line, DANA, f"{HOSTILE} 😀 هل الموعد غدا؟ " + "long" * 300, "2026-03-04 09:00")
    flt, _ = read_filter(QueryDict(), company, scene.at_ms(company, MARCH_4_NOON))
    customer = log_page(flt).rows[0].customer_id
    name_customer(company.id, customer, f"{HOSTILE}مريم", "maria@example.com", 1)
    for below in ("", "/print"):
        html = get(f"?q={HOSTILE}&range=all_time", below=below) + get(below=below)
        assert HOSTILE not in html
        assert "&lt;script&gt;" in html
    assert "😀 هل الموعد غدا؟" in get()
    assert "…" in rows(get())[0], "a row shows the beginning of a long text"


def test_the_matching_column_shows_when_a_filter_can_make_it_differ(
    get: Any, company: Company, main_line: Tracker
) -> None:
    """Total messages ignores every filter; Matching are those that the filter selects."""
    scene.says(company, main_line, DANA, "crown ready?", "2026-03-04 09:00")
    scene.answers(company, main_line, DANA, "yes", "2026-03-04 09:42")
    assert "Matching" not in words(get())
    html = get("?q=crown&figures=at_once")
    assert rows(html)[0].endswith("2 messages 1 matching Timeline")
    assert figures(html)["messages_in"].startswith("1")


def test_chips_say_what_is_on_and_each_clears_itself(get: Any, company: Company, main_line: Tracker) -> None:
    scene.says(company, main_line, DANA, "hi", "2026-03-04 09:00")
    query = f"?start=2026-03-04&end=2026-03-04&hour=9&numbers={main_line.id}&direction=inbound&q=hi"
    html = get(query)
    here = f"/c/{company.id}/analytics/activity/text-conversations"
    on = re.search(r'<div class="chips".*?</div>', html, flags=re.S)
    assert on
    assert words(on[0]) == (
        "Mar 4, 2026 , clear 9–10 AM , clear Main line , clear Inbound only , clear “hi” , clear Clear all"
    )
    assert links(html, "9–10 AM , clear") == [
        f"{here}?start=2026-03-04&end=2026-03-04&numbers={main_line.id}&direction=inbound&q=hi"
    ]
    assert links(html, "Mar 4, 2026 , clear") == [f"{here}?numbers={main_line.id}&direction=inbound&q=hi"]
    assert links(html, "Clear all") == [here]
    assert 'class="chips"' not in get()


def test_bars_narrow_the_page_to_their_day_and_hour(get: Any, company: Company, main_line: Tracker) -> None:
    scene.says(company, main_line, DANA, "hi", "2026-03-04 09:00")
    scene.says(company, main_line, DANA, "hi", "2026-03-03 09:00")
    day = get("?direction=inbound")
    here = f"/c/{company.id}/analytics/activity/text-conversations"
    assert f"{here}?start=2026-03-03&end=2026-03-03&direction=inbound" in links(day, "Tue, Mar 3, 2026")
    hour = get("?start=2026-03-03&end=2026-03-03&direction=inbound")
    (narrowed,) = set(links(hour, "Tue, Mar 3, 2026, 9–10 AM"))
    assert narrowed == f"{here}?start=2026-03-03&end=2026-03-03&hour=9&direction=inbound"
    assert len(rows(get(narrowed.removeprefix(here)))) == 1
    month = get("?range=all_time&interval=month")
    assert links(month, "Mar 3 – Mar 4, 2026") == [f"{here}?start=2026-03-03&end=2026-03-04"]


def test_the_table_has_the_figures_of_the_graph(get: Any, company: Company, main_line: Tracker) -> None:
    scene.says(company, main_line, DANA, "hi", "2026-03-04 09:00")
    scene.answers(company, main_line, DANA, "hi", "2026-03-04 09:30")
    html = get("?range=last_7_days")
    bars = [unescape(each) for each in re.findall(r"<title>(\w{3}, \w{3} \d+, \d+: .*?)</title>", html)]
    table = [words(row) for row in re.findall(r"<tr><th scope=\"row\">.*?</tr>", html)]
    assert bars[-1] == "Wed, Mar 4, 2026: 1 inbound, 1 outbound, 2 in total, previous period 0"
    assert table[-1] == "Wed, Mar 4, 2026 1 1 2 0"
    assert len(bars) == len(table) == 7


def test_timeline_links_carry_the_logs_query(get: Any, company: Company, main_line: Tracker) -> None:
    scene.says(company, main_line, DANA, "hi", "2026-03-03 23:59:59.999")
    (link,) = links(get("?range=all_time&q=hi&sort=latest"), "Timeline")
    customer = re.search(r"/customers/(\d+)/", link)
    assert customer
    assert link == (
        f"/c/{company.id}/customers/{customer[1]}/timeline"
        "?range=all_time&q=hi&sort=latest&day=2026-03-03#2026-03-03"
    )
    assert resolve(link.partition("?")[0]).url_name == "timeline"
    (plain,) = links(get(), "Timeline")
    assert plain.endswith("/timeline?day=2026-03-03#2026-03-03")


def test_headings_sort(get: Any, company: Company, main_line: Tracker) -> None:
    scene.says(company, main_line, DANA, "one", "2026-03-04 09:00")
    scene.says(company, main_line, MARCUS, "two", "2026-03-03 09:00")
    scene.says(company, main_line, MARCUS, "three", "2026-03-03 10:00")
    html = get()
    assert re.findall(r'aria-sort="(\w+)"><a href="[^"]*">(\w+)', html) == [("descending", "Latest")]
    here = f"/c/{company.id}/analytics/activity/text-conversations"
    assert links(html, "Latest") == [f"{here}?sort=latest"]
    assert links(html, "Total messages") == [f"{here}?sort=-total"]
    assert links(html, "Customer") == [f"{here}?sort=customer"]
    by_total = get("?sort=-total")
    assert rows(by_total)[0].startswith("(404) 555-0149")
    assert 'aria-sort="descending"><a href="' + here + '?sort=total">Total messages' in by_total


def test_pages_of_fifty(get: Any, company: Company, main_line: Tracker) -> None:
    scene.put(
        company,
        *(
            scene.text(
                company, main_line, f"+1404555{2000 + n}", "hi", f"2026-03-04 {8 + n // 30:02d}:{n % 30:02d}"
            )
            for n in range(60)
        ),
    )
    first = get("?direction=inbound")
    assert "1–50 of 60" in words(first)
    assert not links(first, "First page")
    (following,) = links(first, "Next")
    second = get("?" + following.partition("?")[2])
    assert "51–60 of 60" in words(second)
    assert len(rows(second)) == 10
    assert not set(rows(first)) & set(rows(second))
    assert links(second, "First page") == [
        f"/c/{company.id}/analytics/activity/text-conversations?direction=inbound"
    ]
    assert not links(second, "Next")


@pytest.mark.parametrize(
    ("query", "label"),
    [
        ("?range=yesteryear", "Date range"),
        ("?sort=up", "Sort"),
        ("?start=2026-13-01", "From"),
        ("?after=zz", "Page of the log"),
    ],
)
def test_a_wrong_value_is_said_and_the_default_shown(
    get: Any, company: Company, main_line: Tracker, query: str, label: str
) -> None:
    scene.says(company, main_line, DANA, "hi", "2026-03-04 09:00")
    html = get(query)
    assert f"{label} can’t be “{query.partition('=')[2]}”" in words(html).replace("“ ", "“").replace(
        " ”", "”"
    )
    assert "Last 30 days" in words(html)
    assert len(rows(html)) == 1


def test_a_strangers_number_is_a_wrong_value_like_any_other(
    get: Any, company: Company, main_line: Tracker
) -> None:
    """A tracker of another company is a wrong value like any other; nothing says that it exists."""
    other = scene.company("Zed Orthodontics")
    theirs = scene.tracker(other, "+14045550190", "Their line")
    scene.says(other, theirs, DANA, "their secret", "2026-03-04 09:00")
    scene.says(company, main_line, MARCUS, "ours", "2026-03-04 09:00")
    html, made_up = get(f"?numbers={theirs.id}"), get("?numbers=123456")
    assert "Numbers can’t be" in words(html)
    assert "Their line" not in html
    assert "their secret" not in html
    assert words(html).replace(str(theirs.id), "N") == words(made_up).replace("123456", "N")


def test_a_stranger_finds_nothing(get: Any, company: Company, client: Client) -> None:
    other = scene.company("Zed Orthodontics")
    for below in ("", "/print", "/changes"):
        get(below=below, owner=other, status=404)
        get(below=below, owner=Company(id=4), status=404)
    assert "Zed" not in get()
    client.logout()
    answer = client.get(f"/c/{company.id}/analytics/activity/text-conversations?q=hi")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/?next=/c/")


def test_a_company_without_numbers_is_told_what_to_do(get: Any, company: Company, reader: User) -> None:
    assert "Add a number" in words(get())
    assert "ask them to do it for Piedmont Dental" in words(get())
    reader.role = Role.ADMIN
    reader.save()
    html = words(get())
    assert links(get(), "Add the number") == [f"/c/{company.id}/numbers/new"]
    assert f"textmeter connection add --company {company.id} --carrier twilio" in html


def test_a_company_without_texts_is_led_to_its_webhook_addresses(
    get: Any, company: Company, reader: User, main_line: Tracker
) -> None:
    from textmeter.intake.connections import add_connection

    connection = add_connection(company, account_sid="AC" + "0" * 32, secret="s" * 32)
    page = f"/c/{company.id}/settings/connections/{connection.id}#addresses"
    assert page not in get(), "only admins see them"
    reader.role = Role.ADMIN
    reader.save()
    html = get("?q=hi")
    assert "No texts yet" in words(html)
    assert links(html, "Twilio, account AC" + "0" * 32) == [page]


def test_an_empty_result_says_what_to_do(get: Any, company: Company, main_line: Tracker) -> None:
    scene.says(company, main_line, DANA, "hi", "2026-03-04 09:00")
    html = get("?q=nothing&range=today")
    here = f"/c/{company.id}/analytics/activity/text-conversations"
    assert "No conversations match" in words(html)
    assert links(html, "Clear filters") == [here]
    assert links(html, "Show all time") == [f"{here}?range=all_time&q=nothing"]


def test_export_links_carry_the_filter(get: Any, company: Company, main_line: Tracker) -> None:
    scene.says(company, main_line, DANA, "hi", "2026-03-04 09:00")
    html = get("?q=hi&sort=latest&figures=at_once")
    here = f"/c/{company.id}/analytics/activity/text-conversations"
    assert links(html, "CSV – conversations 1 conversation, current filters") == [
        f"{here}/export.csv?q=hi&sort=latest"
    ]
    assert links(html, "CSV – messages 1 message, current filters") == [
        f"{here}/messages.csv?q=hi&sort=latest"
    ]
    assert links(html, "Print Graph, figures and conversation log") == [f"{here}/print?q=hi&sort=latest"]


def test_the_print_layout_holds_everything(get: Any, company: Company, main_line: Tracker) -> None:
    """One filter object feeds graph, figures, log and print."""
    scene.says(company, main_line, DANA, "hi", "2026-03-04 09:00")
    scene.says(company, main_line, MARCUS, "ho", "2026-03-03 09:00")
    html = get("?direction=inbound", below="/print")
    said = words(html)
    assert "Piedmont Dental Last 30 days (Feb 3 – Mar 4, 2026) · inbound" in said
    assert "All times Eastern (America/New_York) · As of Wed, Mar 4, 2026, 12:00 PM EST" in said
    assert figures(html)["messages_in"].startswith("2")
    assert "(404) 555-0112 No name yet Main line In: hi Waiting since 9:00 AM 9:00 AM 1 1" in said
    assert "data-print" in html
    assert "These are the first" not in said
    assert html.count("<tr>") == 3


def test_a_long_print_says_that_there_is_more(
    get: Any, company: Company, main_line: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "MOST_ROWS", 2)
    for number in (DANA, MARCUS, PRIYA):
        scene.says(company, main_line, number, "hi", "2026-03-04 09:00")
    html = get(below="/print")
    assert "These are the first 2 of 3 conversations." in words(html)
    assert html.count("<tr>") == 3


@pytest.mark.parametrize("query", ["", "?q=hi&direction=inbound&range=all_time"])
def test_the_page_asks_the_database_a_fixed_number_of_times(
    get: Any, company: Company, main_line: Tracker, django_assert_max_num_queries: Any, query: str
) -> None:
    for n in range(30):
        scene.says(company, main_line, f"+1404555{3000 + n}", "hi", "2026-03-04 09:00")
    for below, most in (("", 22), ("/print", 23)):  # a printed search asks for what it found
        with django_assert_max_num_queries(most):
            get(query, below=below)
