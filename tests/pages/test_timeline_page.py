"""The timeline as readers open it: from the ledger to the page."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import scene
from tests.people import person, signed_in
from textmeter.accounts.models import Company, Role
from textmeter.carriers.seen import Media, Status
from textmeter.intake.models import Connection
from textmeter.ledger.trackers import Tracker

DANA, LEO = "+14045550112", "+14045550113"


@pytest.fixture
def ads(shop: Company) -> Tracker:
    return scene.tracker(shop, "+14045550180", "Google Ads", source="Google")


@pytest.fixture
def ann(shop: Company) -> Client:
    return signed_in(person("ann@example.com", Role.ADMIN))


def customer_id(number: str = DANA) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM ledger_customer WHERE number = %s", [number])
        return int(cursor.fetchone()[0])


def path(shop: Company, query: str = "", number: str = DANA) -> str:
    return f"/c/{shop.id}/customers/{customer_id(number)}/timeline{query}"


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()[:500]
    return answer.content.decode()


def plain(page: str) -> str:
    """What a reader reads: no tags, single spaces."""
    main = page[page.index("<main") :]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_the_whole_page(shop: Company, ads: Tracker, ann: Client) -> None:
    scene.says(shop, ads, DANA, "Is it really free?", "2026-02-09 17:41")
    scene.answers(shop, ads, DANA, "Yes, the first one.", "2026-02-09 17:58", agent="Leo Grant")
    scene.calls(shop, ads, DANA, "2026-03-04 10:00", seconds=252)
    scene.says(shop, ads, DANA, "See you at 2", "2026-03-04 09:42")
    page = read(ann, path(shop))
    words = plain(page)
    assert f"<h1><bdi>{'(404) 555-0112'}</bdi></h1>" in page
    assert "Text Message Frequency" in words
    assert "by hour of day, all time, Eastern time" in words
    assert "View as table" in words
    assert words.index("Wednesday, March 4, 2026") < words.index("Monday, February 9, 2026")
    assert words.index("See you at 2") < words.index("Answered · 4m 12s"), "oldest first inside a day"
    assert words.index("Is it really free?") < words.index("Yes, the first one.")
    assert "Leo Grant · 5:58 PM · Delivered" in words
    assert "Google Ads · 1 text · 1 call" in words
    assert "First contact, through Google Ads (source: Google)" in words
    assert "3 · 2 in, 1 out" in words or "3 2 in, 1 out" in words


def test_texts_and_calls_alone(shop: Company, ads: Tracker, ann: Client) -> None:
    scene.says(shop, ads, DANA, "Only a text", "2026-03-04 09:42")
    scene.calls(shop, ads, DANA, "2026-03-04 10:00")
    for show, text, call in [("all", True, True), ("texts", True, False), ("calls", False, True)]:
        words = plain(read(ann, path(shop, f"?show={show}")))
        assert ("Only a text" in words, "Nobody answered" in words) == (text, call), show


def test_no_calls_says_so(shop: Company, ads: Tracker, ann: Client) -> None:
    scene.says(shop, ads, DANA, "Only a text", "2026-03-04 09:42")
    assert "No calls with this customer" in plain(read(ann, path(shop, "?show=calls")))


def test_a_day_opens_the_page_that_holds_it_and_has_its_anchor(
    shop: Company, ads: Tracker, ann: Client
) -> None:
    for day in range(1, 29):
        for minute in range(10):
            scene.says(shop, ads, DANA, f"text of day {day}", f"2026-02-{day:02d} 09:{minute:02d}")
    newest = read(ann, path(shop))
    assert 'id="2026-02-28"' in newest
    assert 'id="2026-02-02"' not in newest
    assert plain(newest).count("Earlier") == 2, "at both ends of the stream"
    older = read(ann, path(shop, "?day=2026-02-02"))
    assert 'id="2026-02-02"' in older
    assert "Later" in plain(older)
    later = re.search(r'class="turn later" href="([^"]+)"', older)
    assert later
    target = later[1].partition("#")[2]
    assert f'id="{target}"' in read(ann, path(shop, later[1].replace("&amp;", "&")))
    assert "by hour of day, Feb 2, 2026" in plain(older), "the day's own frequency"


def test_a_day_without_anything_says_so(shop: Company, ads: Tracker, ann: Client) -> None:
    scene.says(shop, ads, DANA, "x", "2026-03-04 09:42")
    assert "There is nothing on Thu, Mar 5, 2026." in plain(read(ann, path(shop, "?day=2026-03-05")))


def test_the_frequency_counts_the_day_the_range_or_all_time(shop: Company, ads: Tracker, ann: Client) -> None:
    """DOMAIN "Graph and frequency": of one day, of the range, or of all time; no other filter touches it."""
    scene.says(shop, ads, DANA, "crown", "2026-03-04 09:42")
    scene.says(shop, ads, DANA, "other", "2026-03-01 09:10")
    scene.answers(shop, ads, DANA, "other", "2025-12-01 09:10")
    spans = {
        "?day=2026-03-04": (1, 0),
        "?day=2026-03-04&frequency=all_time": (2, 1),
        "?start=2026-03-01&end=2026-03-31&q=crown&direction=outbound": (2, 0),
        "?start=2026-03-01&end=2026-03-31&frequency=all_time": (2, 1),
        "": (2, 1),
    }
    for query, (customer, agents) in spans.items():
        page = read(ann, path(shop, query))
        nine = re.search(r"<tr><th scope=\"row\">9–10 AM</th><td>(\d+)</td><td>(\d+)</td>", page)
        assert nine, query
        assert (int(nine[1]), int(nine[2])) == (customer, agents), query
        assert len(re.findall(r'class="column"', page)) == 24


def test_without_texts_there_is_a_line_instead_of_an_empty_graph(
    shop: Company, ads: Tracker, ann: Client
) -> None:
    scene.calls(shop, ads, DANA, "2026-03-04 10:00")
    page = read(ann, path(shop, "?day=2026-03-04"))
    assert "Text Message Frequency The graph counts texts, not calls, and there are no texts yet." in plain(
        page
    )
    assert 'class="plot' not in page
    assert "View as table" not in page
    assert "This day" not in page
    scene.says(shop, ads, DANA, "Hello", "2026-03-05 10:00")
    page = read(ann, path(shop, "?day=2026-03-04"))
    assert "All time No texts in this time, so there is no graph." in plain(page)
    assert 'class="plot' not in page
    assert 'class="plot' in read(ann, path(shop, "?day=2026-03-05"))


def test_the_head_calls_and_texts_the_customer(shop: Company, ads: Tracker, ann: Client) -> None:
    scene.says(shop, ads, DANA, "Hello", "2026-03-04 09:42")
    page = read(ann, path(shop))
    assert f'href="tel:{DANA}" aria-label="Call (404) 555-0112"' in page
    assert f'href="sms:{DANA}" aria-label="Text (404) 555-0112"' in page
    assert "From your own phone; not recorded here." in plain(page)
    scene.says(shop, ads, DANA, "STOP", "2026-03-04 09:43")
    page = read(ann, path(shop))
    assert f'href="tel:{DANA}"' in page
    assert "sms:" not in page, "who opted out isn't texted"


@pytest.mark.parametrize("sender", ["24273", "ACME"])
def test_who_has_no_whole_number_is_not_called(shop: Company, ads: Tracker, ann: Client, sender: str) -> None:
    scene.says(shop, ads, sender, "Your code is 1234", "2026-03-04 09:42")
    page = read(ann, path(shop, number=sender))
    assert "tel:" not in page
    assert "sms:" not in page


def test_the_logs_query_is_kept_for_the_way_back(shop: Company, ads: Tracker, ann: Client) -> None:
    scene.says(shop, ads, DANA, "x", "2026-03-04 09:42")
    page = read(ann, path(shop, f"?day=2026-03-04&range=all_time&numbers={ads.id}&q=x%26y"))
    back = f"/c/{shop.id}/analytics/activity/text-conversations?"
    found = re.search(rf'<nav class="crumbs"[^>]*><a href="({re.escape(back)}[^"]*)"', page)
    assert found
    for part in ("range=all_time", f"numbers={ads.id}", "q=x%26y"):
        assert part in found[1]
    assert "day=" not in found[1]


def test_wrong_values_are_named_and_the_default_is_shown(shop: Company, ads: Tracker, ann: Client) -> None:
    scene.says(shop, ads, DANA, "hello", "2026-03-04 09:42")
    words = plain(
        read(ann, path(shop, "?day=<b>&frequency=week&show=photos&range=ever&numbers=99999999999999999999"))
    )
    for label in ("Day", "Days counted in the graph", "Show", "Date range", "Numbers"):
        assert f"{label} can’t be" in words
    assert "hello" in words


def test_words_of_strangers_are_only_words(shop: Company, ads: Tracker, ann: Client) -> None:
    scene.says(shop, ads, DANA, "<script>alert(1)</script>\nsecond line", "2026-03-04 09:42")
    page = read(ann, path(shop))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\nsecond line" in page


AWAY = "Twilio refused the credentials"


def awaits(shop: Company, carrier_ref: str) -> None:
    with connection.cursor() as cursor:
        made = Connection.objects.create(company=shop, carrier="twilio", account_sid="AC1", added_at=0)
        cursor.execute(
            "INSERT INTO intake_fetch (connection_id, company_id, carrier_ref, attempts, next_at, error)"
            " VALUES (%s, %s, %s, 1, 0, %s)",
            [made.id, shop.id, carrier_ref, AWAY],
        )


@pytest.mark.parametrize(
    ("role", "is_told"), [(Role.ADMIN, True), (Role.MANAGER, True), (Role.REPORTING, False)]
)
def test_why_a_text_is_awaited_stands_under_it(
    shop: Company, ads: Tracker, role: Role, is_told: bool
) -> None:
    scene.answers(shop, ads, DANA, None, "2026-03-04 09:02")
    with connection.cursor() as cursor:
        cursor.execute("SELECT carrier_ref FROM ledger_message")
        awaits(shop, cursor.fetchone()[0])
    words = plain(read(signed_in(person("leo@example.com", role, shop)), path(shop)))
    assert "Text not received yet" in words
    assert (f"It couldn’t be fetched: {AWAY}" in words) == is_told


def test_another_companys_trouble_is_its_own(shop: Company, ads: Tracker, ann: Client) -> None:
    scene.answers(shop, ads, DANA, None, "2026-03-04 09:02")
    with connection.cursor() as cursor:
        cursor.execute("SELECT carrier_ref FROM ledger_message")
        awaits(scene.company("Other"), cursor.fetchone()[0])
    assert AWAY not in plain(read(ann, path(shop)))


def test_media_failures_and_missing_words(shop: Company, ads: Tracker, ann: Client) -> None:
    scene.says(shop, ads, DANA, "", "2026-03-04 09:00", media=(Media("https://x/1", "image/jpeg"),))
    scene.answers(shop, ads, DANA, "a", "2026-03-04 09:01", status=Status.UNDELIVERED, error_code="30006")
    scene.answers(shop, ads, DANA, None, "2026-03-04 09:02")
    scene.answers(shop, ads, DANA, "b", "2026-03-04 09:03", is_automatic=True)
    words = plain(read(ann, path(shop)))
    assert "Photo, image/jpeg" in words
    assert "Not delivered The customer’s number is a landline" in words
    assert "(error 30006)" in words
    assert "Text not received yet" in words
    assert "Piedmont Dental · Automatic" in words


def test_opt_outs_and_breaches(shop: Company, ads: Tracker, ann: Client) -> None:
    """DOMAIN "Opt-outs": an outbound message after an opt-out is shown as a breach."""
    scene.says(shop, ads, DANA, "STOP", "2026-03-04 09:00")
    scene.answers(shop, ads, DANA, "Still here?", "2026-03-04 09:05")
    page = read(ann, path(shop))
    words = plain(page)
    assert "Opted out: don’t text Said so on Wed, Mar 4, 9:00 AM" in words
    assert "Opted out with this text" in words
    assert words.count("Breach: sent after the customer opted out") == 1
    proof = re.search(r'href="\?day=2026-03-04#(m\d+)"', page)
    assert proof
    assert f'id="{proof[1]}"' in page


def test_the_times_are_the_companys(shop: Company, ann: Client) -> None:
    """DOMAIN "Time": a page that shows time names its zone; 11 PM in Honolulu is that day there."""
    island = scene.company("Island", "Pacific/Honolulu")
    line = scene.tracker(island, "+14045550190", "Main")
    scene.says(island, line, DANA, "late", "2026-03-03 23:59")
    words = plain(read(ann, path(island)))
    assert "Tuesday, March 3, 2026" in words
    assert "11:59 PM" in words
    assert "Hawaii time" in words


def test_strangers_get_nothing(shop: Company, ads: Tracker) -> None:
    """DOMAIN "Who may what": no right to read: 404."""
    scene.says(shop, ads, DANA, "secret", "2026-03-04 09:00")
    other = scene.company("Other")
    scene.says(other, scene.tracker(other, "+14045550181"), LEO, "theirs", "2026-03-04 09:00")
    mine, theirs = path(shop), path(other, number=LEO)
    stranger = signed_in(person("eve@example.com", Role.MANAGER, other))
    assert stranger.get(mine).status_code == 404
    assert stranger.get(theirs).status_code == 200
    mixed = f"/c/{other.id}/customers/{customer_id(DANA)}/timeline"
    assert stranger.get(mixed).status_code == 404, "another company's customer under one's own"
    assert "secret" not in stranger.get(mixed).content.decode()
    assert Client().get(mine)["Location"].startswith("/sign-in/?next=")


@pytest.mark.parametrize("customer", ["0", "999", str(2**63), "9" * 40])
def test_customers_that_do_not_exist(shop: Company, ann: Client, customer: str) -> None:
    assert ann.get(f"/c/{shop.id}/customers/{customer}/timeline").status_code == 404
    assert ann.post(f"/c/{shop.id}/customers/{customer}/name", {"name": "x"}).status_code == 404


def test_companies_that_do_not_exist(ann: Client) -> None:
    for company in ("0", "9" * 30):
        assert ann.get(f"/c/{company}/customers/1/timeline").status_code == 404


def test_reading_needs_few_queries_however_many_days(shop: Company, ads: Tracker, ann: Client) -> None:
    counts = []
    for day in (1, 15):
        for minute in range(3):
            scene.says(shop, ads, DANA, "x", f"2026-02-{day:02d} 09:{minute:02d}")
        scene.calls(shop, ads, DANA, f"2026-02-{day:02d} 11:00")
        with CaptureQueriesContext(connection) as queries:
            read(ann, path(shop))
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 26, counts


def test_only_get_reads(shop: Company, ads: Tracker, ann: Client) -> None:
    scene.says(shop, ads, DANA, "x", "2026-03-04 09:00")
    assert ann.post(path(shop)).status_code == 405


def test_what_the_logs_search_found_is_marked_and_named(shop: Company, ads: Tracker, ann: Client) -> None:
    scene.says(shop, ads, DANA, "My crown hurts", "2026-03-02 09:00")
    scene.says(shop, ads, DANA, "<i>Crowns</i> are dear", "2026-03-04 09:00")
    scene.answers(shop, ads, DANA, "They are", "2026-03-04 09:01")
    page = read(ann, path(shop, "?q=crown"))
    assert re.findall(r"<mark>(.*?)</mark>", page) == ["Crowns", "crown"]
    assert "<i>" not in page
    assert "2 texts with “ crown ”: Mar 4, 9:00 AM Mar 2, 9:00 AM" in plain(page)
    hrefs = re.findall(r'class="link" href="#(m\d+)">Mar', page)
    assert len(hrefs) == 2
    assert all(f'id="{href}"' in page for href in hrefs)
    assert "No text has “ tooth ”" in plain(read(ann, path(shop, "?q=tooth")))
    assert "<mark>" not in read(ann, path(shop))
    assert "What the search found" not in read(ann, path(shop))


def test_the_way_back_leads_to_the_list_that_one_came_from(shop: Company, ads: Tracker, ann: Client) -> None:
    """With its filters; other customers then stand in another order, so no way leads to them from here."""
    scene.says(shop, ads, DANA, "Hello", "2026-03-04 09:00")
    scene.says(shop, ads, "+14045550149", "Hello", "2026-03-04 09:30")
    scene.calls(shop, ads, DANA, "2026-03-04 10:00", seconds=20)
    activity = f"/c/{shop.id}/analytics/activity"
    for name, address in (
        ("All calls", f"{activity}/calls?range=all_time&direction=inbound"),
        ("All customers", f"/c/{shop.id}/customers?q=404&sort=customer"),
    ):
        listed = read(ann, address)
        opens = [unescape(href) for href in re.findall(r'data-opens href="([^"]+)"', listed)]
        page = read(ann, next(href for href in opens if f"/{customer_id()}/" in href))
        crumbs = page[page.index('class="crumbs"') :].partition("</nav>")[0]
        assert unescape(re.findall(r'href="([^"]+)"', crumbs)[0]) == address
        assert name in crumbs
        assert 'rel="prev"' not in page
        assert f'aria-current="page">{name}' in page
        kept = [unescape(href) for href in re.findall(r'href="(\?[^"]+)"', page)]
        assert kept, "links of the page itself keep it"
        assert all("list=" in href for href in kept)
    assert 'rel="prev"' in read(ann, path(shop, "?range=all_time"))


def test_a_way_back_leads_nowhere_else(shop: Company, ads: Tracker, ann: Client) -> None:
    scene.says(shop, ads, DANA, "Hello", "2026-03-04 09:00")
    page = read(ann, path(shop, "?list=https://evil.example"))
    assert f'class="crumbs" aria-label="Breadcrumb"><a href="/c/{shop.id}/analytics' in page
    assert "all_calls, missed_calls, customers" in page
    page = read(ann, path(shop, "?list=customers&list_query=%22%3E%3Cscript%3E&list_query=x"))
    assert "<script>" not in page.partition("<main")[2].partition("</main>")[0]
