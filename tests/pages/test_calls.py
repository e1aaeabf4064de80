"""All calls and Missed calls as a reader gets them, for readers and for strangers; and their files."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from tests.files.reading import export, reader_of, taken_apart
from tests.pages.reading import figures, links, rows, words
from tests.scene import answers, calls, company, says, tracker
from textmeter.accounts.models import Company
from textmeter.carriers.seen import LegStatus, Place, Recording
from textmeter.exports import views
from textmeter.exports.call_columns import CALLS
from textmeter.ledger.public_ids import call_public_id
from textmeter.ledger.trackers import Tracker
from textmeter.lib.days import to_ms, zone
from textmeter.pages import calls as page_of_calls
from textmeter.pages import customers as page_of_customers

pytestmark = pytest.mark.django_db
ANN, BEN = "+14045550112", "+17705550101"
PAGES = ("all_calls", "missed_calls")
FILES = ("calls_csv", "missed_calls_csv")


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    now = to_ms(datetime(2026, 3, 20, 12, tzinfo=zone("America/New_York")))
    for module in (page_of_calls, page_of_customers, views):
        monkeypatch.setattr(module, "now_ms", lambda: now)


@pytest.fixture
def ads(shop: Company) -> Tracker:
    return tracker(shop, name="Ads", source="Google")


@pytest.fixture
def reader(shop: Company) -> Client:
    return reader_of(shop)


def page(client: Client, shop: Company, name: str = "all_calls", query: str = "", status: int = 200) -> str:
    answer = client.get(f"{reverse(name, args=[shop.id])}?{query}")
    assert answer.status_code == status
    return answer.content.decode()


def a_few_calls(shop: Company, ads: Tracker) -> None:
    place = Place("ATLANTA", "GA", "30303", "US")
    calls(shop, ads, ANN, "2026-03-18 09:00", seconds=252, customer_name="Ann <b>", place=place)
    calls(shop, ads, BEN, "2026-03-19 09:00")
    answers(shop, ads, BEN, "Sorry we missed you", "2026-03-19 09:12")
    calls(shop, ads, BEN, "2026-03-20 08:00")
    calls(shop, ads, "anonymous", "2026-03-20 09:00", recording=Recording("RE1", "", 27, True))


def test_the_list_says_each_call(reader: Client, shop: Company, ads: Tracker) -> None:
    a_few_calls(shop, ads)
    html = page(reader, shop)
    assert rows(html) == [
        "Number withheld The caller withheld the number Ads Missed call · Left a voicemail, 0:27 "
        "Can’t be answered 9:00 AM – None",
        "(770) 555-0101 No name yet Ads Missed call · Nobody answered Nothing since 8:00 AM – None Timeline",
        "(770) 555-0101 No name yet Ads Missed call · Nobody answered Answered by text after 12m 00s "
        "Mar 19, 9:00 AM – None Timeline",
        "Ann <b> (404) 555-0112 · Atlanta, GA Ads Inbound call · Answered Mar 18, 9:00 AM 4m 12s Timeline",
    ]
    said = figures(html)
    assert (said["calls"], said["answered"], said["missed"], said["voicemails"], said["median_length"]) == (
        "4 +4 from 0",
        "1 +1 from 0",
        "3 +3 from 0",
        "1 +1 from 0",
        "4m 12s",
    )


@pytest.mark.parametrize("name", [*PAGES, "customers"])
def test_paper_says_of_when_it_is(reader: Client, shop: Company, ads: Tracker, name: str) -> None:
    calls(shop, ads, BEN, "2026-03-20 08:00")
    says(shop, ads, ANN, "Are you open?", "2026-03-20 09:00")
    html = page(reader, shop, name)
    assert "As of Fri, Mar 20, 2026, 12:00 PM EDT" in words(html)
    assert '<span class="not-on-paper">8:00 AM</span><span class="on-paper">Mar 20, 8:00 AM</span>' in html
    waits = '<span class="on-paper">Waiting since Mar 20, 9:00 AM</span>'
    assert (waits in html) is (name == "customers")


def test_missed_calls_have_a_page_of_their_own(reader: Client, shop: Company, ads: Tracker) -> None:
    a_few_calls(shop, ads)
    html = page(reader, shop, "missed_calls")
    assert [row.split(" Ads ")[0] for row in rows(html)] == [
        "Number withheld The caller withheld the number",
        "(770) 555-0101 No name yet",
        "(770) 555-0101 No name yet",
    ]
    assert "Outbound only" not in html
    assert 'name="direction"' not in html
    assert set(figures(html)) == {"missed", "voicemails", "unanswered"}
    assert "2 without a voicemail and 1 with a voicemail" in html


def test_the_menu_leads_to_both_and_back(reader: Client, shop: Company, ads: Tracker) -> None:
    html = page(reader, shop)
    assert links(html, "Missed calls")[0] == reverse("missed_calls", args=[shop.id])
    assert links(html, "Text Conversations")[0] == reverse("text_conversations", args=[shop.id])
    assert f'href="{reverse("all_calls", args=[shop.id])}" aria-current="page"' in html
    of_texts = page(reader, shop, "text_conversations")
    assert f'href="{reverse("all_calls", args=[shop.id])}">' in of_texts


def test_a_row_leads_to_the_day_of_its_call(reader: Client, shop: Company, ads: Tracker) -> None:
    calls(shop, ads, BEN, "2026-03-19 23:59:59")
    (link,) = links(page(reader, shop), "Timeline")
    assert link.endswith("/timeline?day=2026-03-19&list=all_calls#2026-03-19")
    assert reader.get(link).status_code == 200


def test_a_tap_on_a_number_calls_it(reader: Client, shop: Company, ads: Tracker) -> None:
    """But not one that was withheld, and not on paper."""
    a_few_calls(shop, ads)
    html = page(reader, shop)
    assert links(html, "(404) 555-0112") == [f"tel:{ANN}"], "beneath the name"
    assert links(html, "(770) 555-0101") == [f"tel:{BEN}"] * 2, "in the name's place"
    assert html.count('aria-label="Call (770) 555-0101"') == 2
    assert html.count("tel:") == 3
    assert words(html).count("called from your own phone; such a call isn’t recorded here.") == 1
    assert links(page(reader, shop, "missed_calls"), "(770) 555-0101") == [f"tel:{BEN}"] * 2
    for name in ("print_calls", "print_missed_calls", "print_customers"):
        assert "tel:" not in page(reader, shop, name)
        assert "own phone" not in page(reader, shop, name)


def test_where_no_number_can_be_called_nothing_is_said_of_it(
    reader: Client, shop: Company, ads: Tracker
) -> None:
    assert "own phone" not in page(reader, shop)
    calls(shop, ads, "", "2026-03-19 12:00")
    html = page(reader, shop)
    assert len(rows(html)) == 1
    assert "own phone" not in html


def test_pages_go_on_where_the_one_before_ended(reader: Client, shop: Company, ads: Tracker) -> None:
    for minute in range(53):
        calls(shop, ads, ANN, f"2026-03-19 09:{minute:02d}")
    first = page(reader, shop)
    (following,) = links(first, "Next")
    second = page(reader, shop, query=following.split("?", 1)[1])
    assert (len(rows(first)), len(rows(second))) == (50, 3)
    assert "51–53 of 53" in words(second)
    assert not links(second, "Next")
    on_paper = "The whole list is under Export › Print."
    assert f"1–50 of 53. {on_paper}" in words(first)
    assert f"51–53 of 53. {on_paper}" in words(second)
    assert on_paper not in words(page(reader, shop, query="hour=9&start=2026-03-18&end=2026-03-18"))


def test_a_wrong_value_is_named(reader: Client, shop: Company, ads: Tracker) -> None:
    html = page(reader, shop, query="sort=-total&numbers=12")
    assert "-latest, latest" in words(html)
    answer = reader.get(f"{reverse('calls_csv', args=[shop.id])}?sort=-total")
    assert (answer.status_code, b"allowed: -latest, latest" in answer.content) == (400, True)


@pytest.mark.parametrize("name", [*PAGES, *FILES])
def test_a_stranger_gets_nothing(shop: Company, ads: Tracker, name: str) -> None:
    a_few_calls(shop, ads)
    stranger = reader_of(company("Stranger & Sons"))
    assert stranger.get(reverse(name, args=[shop.id])).status_code == 404
    assert Client().get(reverse(name, args=[shop.id])).status_code == 302


@pytest.mark.parametrize("name", PAGES)
def test_nothing_of_another_company_shows(shop: Company, ads: Tracker, name: str) -> None:
    a_few_calls(shop, ads)
    other = company("Stranger & Sons")
    calls(other, tracker(other, "+14045550190", "Theirs"), "+14045559999", "2026-03-20 10:00")
    html = page(reader_of(other), other, name)
    assert [row.split(" Theirs")[0] for row in rows(html)] == ["(404) 555-9999 No name yet"]


@pytest.mark.parametrize("name", PAGES)
def test_without_calls_the_page_says_what_to_do(reader: Client, shop: Company, name: str) -> None:
    assert "No numbers yet" in words(page(reader, shop, name))
    tracker(shop)
    assert "No calls match" in words(page(reader, shop, name))


def test_the_file_holds_what_the_page_lists(reader: Client, shop: Company, ads: Tracker) -> None:
    a_few_calls(shop, ads)
    seen = calls(shop, ads, BEN, "2026-03-20 10:00", customer_name="=cmd", seconds=0)
    lines = taken_apart(export(reader, shop, "calls_csv"))
    assert list(lines[0]) == list(CALLS)
    assert lines[0] == {
        "call_id": call_public_id("twilio", seen.carrier_ref),
        "started_at": "2026-03-20T10:00:00.000-04:00",
        "local_time": "2026-03-20 10:00:00",
        "time_zone": "America/New_York",
        "direction": "inbound",
        "outcome": "answered",
        "customer_name": "'=cmd",
        "customer_number": BEN,
        "customer_city": "",
        "customer_state": "",
        "number_name": "Ads",
        "tracking_number": "+14045550180",
        "source": "Google",
        "duration_seconds": "0",
        "recording_seconds": "",
        "answered_by_text_at": "",
        "spoken_with_at": "",
        "carrier": "twilio",
        "carrier_ref": seen.carrier_ref,
    }
    assert [line["outcome"] for line in lines] == ["answered", "voicemail", "missed", "missed", "answered"]
    assert lines[3]["answered_by_text_at"] == "2026-03-19T09:12:00.000-04:00"
    assert lines[2]["spoken_with_at"] == "2026-03-20T10:00:00.000-04:00"
    missed = taken_apart(export(reader, shop, "missed_calls_csv"))
    assert missed == lines[1:4]


def test_the_file_is_named_after_its_days(reader: Client, shop: Company, ads: Tracker) -> None:
    answer = reader.get(reverse("missed_calls_csv", args=[shop.id]), {"range": "today"})
    name = f"missed-calls_{shop.id}_2026-03-20_2026-03-20.csv"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'


def test_a_file_of_those_not_answered_yet_says_so(reader: Client, shop: Company, ads: Tracker) -> None:
    asked = {"range": "today", "answer": "none_yet"}
    answer = reader.get(reverse("missed_calls_csv", args=[shop.id]), asked)
    name = f"missed-calls-not-answered-yet_{shop.id}_2026-03-20_2026-03-20.csv"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'


def test_calls_not_answered_yet_are_not_compared(reader: Client, shop: Company, ads: Tracker) -> None:
    calls(shop, ads, ANN, "2026-03-19 08:00")
    a_few_calls(shop, ads)
    query = "range=today&answer=none_yet"
    assert figures(page(reader, shop, "missed_calls", query)) == {
        "unanswered": "1 1 caller",
        "voicemails": "0",
    }
    assert "from 2" in figures(page(reader, shop, "missed_calls", "range=today"))["missed"]


def test_who_still_waits_is_one_click_away(reader: Client, shop: Company, ads: Tracker) -> None:
    a_few_calls(shop, ads)
    html = page(reader, shop, "missed_calls")
    assert figures(html)["unanswered"] == "1 1 caller"
    (link,) = links(html, "1 caller")
    assert link == f"{reverse('missed_calls', args=[shop.id])}?answer=none_yet"
    narrowed = page(reader, shop, "missed_calls", "answer=none_yet")
    assert rows(narrowed) == [
        "(770) 555-0101 No name yet Ads Missed call · Nobody answered Nothing since 8:00 AM Timeline"
    ]
    assert "Mar 20, 2026) · not answered yet" in words(narrowed)
    assert 'value="none_yet" checked' in narrowed
    assert '<bdi class="text">Not answered yet</bdi>' in narrowed
    file = taken_apart(export(reader, shop, "missed_calls_csv", answer="none_yet"))
    assert [line["customer_number"] for line in file] == [BEN]
    calls(shop, ads, BEN, "2026-03-20 10:00", seconds=30)
    assert "No calls match" in words(page(reader, shop, "missed_calls", "answer=none_yet"))
    assert figures(page(reader, shop, "missed_calls"))["unanswered"] == "0 0 callers"


def test_the_timeline_marks_what_nothing_came_of(reader: Client, shop: Company, ads: Tracker) -> None:
    a_few_calls(shop, ads)
    link = links(page(reader, shop, "missed_calls", "answer=none_yet"), "Timeline")[0]
    assert words(reader.get(link).content.decode()).count("Nothing since") == 1
    answers(shop, ads, BEN, "Sorry we missed you", "2026-03-20 10:00")
    assert "Nothing since" not in words(reader.get(link).content.decode())


def test_a_later_answer_is_no_nothing(reader: Client, shop: Company, ads: Tracker) -> None:
    calls(shop, ads, BEN, "2026-03-03 09:00")
    answers(shop, ads, BEN, "Sorry we missed you", "2026-03-12 09:00")
    (row,) = rows(page(reader, shop, "missed_calls"))
    assert "Answered after more than 7 days" in row


def test_a_call_that_is_going_on_is_said_apart(reader: Client, shop: Company, ads: Tracker) -> None:
    ringing = {"parent_status": LegStatus.RINGING, "dial_status": LegStatus.UNKNOWN}
    calls(shop, ads, BEN, "2026-03-20 11:59", **ringing)
    html = page(reader, shop)
    assert "1 call · 1 going on" in words(html)
    assert "0 answered and 0 not answered" in html
    assert "Inbound call · Going on" in rows(html)[0]


def test_customers_say_where_missed_callers_are(reader: Client, shop: Company, ads: Tracker) -> None:
    a_few_calls(shop, ads)
    html = page(reader, shop, "customers")
    assert "nobody answered yet: 1 caller" in words(html)
    (link,) = links(html, "Show these calls")
    assert link == f"{reverse('missed_calls', args=[shop.id])}?answer=none_yet"
    for query in ("sort=-latest", "q=770"):
        assert not links(page(reader, shop, "customers", query), "Show these calls")
    calls(shop, ads, BEN, "2026-03-20 10:00", seconds=30)
    assert not links(page(reader, shop, "customers"), "Show these calls")
