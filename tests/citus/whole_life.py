"""All that can happen to a company, beside another one: every kind of delivery, corrections, hand-overs, a
change of zone, rebuild and check, imports, pages and files under all filters and sorts, its removal."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from tests.files.reading import export, file_of, imported
from tests.people import person, signed_in
from tests.reports.asking import chosen
from tests.scene import answers, at_ms, calls, company, put, says, text, tracker
from textmeter.accounts.models import Company, Role
from textmeter.carriers.seen import CallSeen, Source, Status, TextSeen
from textmeter.ledger import rebuild
from textmeter.ledger.check import check
from textmeter.ledger.coming_over import to_be_asked
from textmeter.ledger.corrected import between, correct, end_undone, hand_over_of
from textmeter.ledger.customers import name_customer
from textmeter.ledger.erase import begin_erasure, erase_texts
from textmeter.ledger.planned import planned_of, take_back
from textmeter.ledger.ref_check import marks_are_right
from textmeter.ledger.remove import remove_ledger
from textmeter.ledger.search_check import repair_search, words_are_right
from textmeter.ledger.statements import fetch, run
from textmeter.ledger.tracker_acts import is_soon_done
from textmeter.ledger.trackers import Tracker, change_tracker
from textmeter.ledger.zone_preview import conversations_that_move
from textmeter.reports import log_keys
from textmeter.reports.conversations import log_page
from textmeter.reports.customers import CUSTOMER_SORTS, CustomerQuery, customer_page
from textmeter.reports.figures import figures
from textmeter.reports.filter import SORTS
from textmeter.reports.holdings import holdings
from textmeter.reports.number_health import numbers_health

ANN, BEN, CAT = "+14045550112", "+14045550113", "+14045550114"
FILTERS = (
    "",
    "range=all_time",
    "range=all_time&direction=inbound",
    "range=all_time&numbers={0}",
    "range=all_time&numbers={0}&numbers={1}&direction=outbound",
    "start=2026-03-04&end=2026-03-04&hour=9",
    "start=2026-03-04&end=2026-03-05&numbers={0}&hour=",
    "range=all_time&q=hello",
    "range=all_time&q=404-555&numbers={0}",
    "range=last_year&interval=week",
)


def whole_life() -> None:
    shop, other = company(), company("Stranger & Sons")
    ads, site = tracker(shop, name="Google Ads"), tracker(shop, "+14045550181", "Site")
    says(other, tracker(other, "+14045550190", "Theirs"), ANN, "Hello", "2026-03-04 09:00")
    _texts_and_calls(shop, ads, site)
    _corrections(shop, ads)
    imported(
        shop, file_of({"body": "From a file"}, {"customer_number": CAT, "sent_at": "2026-03-03T09:00:00Z"})
    )
    _reading(shop, ads, site)
    _erasure(shop, ads)
    _hand_over(shop, other, ads, site)
    _made_again(shop)
    check(progress=lambda done, total: None)
    for one in (shop, other):
        remove_ledger(one.id, lambda done, total: None)


def _texts_and_calls(shop: Company, ads: Tracker, site: Tracker) -> None:
    for place in range(60):
        says(shop, ads, f"+17705550{100 + place}", "Hello there", f"2026-03-04 09:{place:02d}")
    answers(shop, site, ANN, "Hello", "2026-03-04 09:30", agent="Ann")
    for place in (1, 2, 3):
        answers(shop, ads if place < 3 else site, f"+17705550{100 + place}", "Hi!", f"2026-03-04 10:0{place}")
    says(shop, ads, ANN, "STOP", "2026-03-04 10:00")
    answers(shop, ads, ANN, "Sorry", "2026-03-05 09:30")
    calls(shop, ads, ANN, "2026-03-04 10:30", seconds=20)
    calls(shop, ads, "anonymous", "2026-03-04 10:31")
    calls(shop, site, BEN, "2026-03-04 10:32")
    says(shop, ads, BEN, "STOP", "2026-03-04 10:00")
    says(shop, ads, BEN, "START", "2026-03-04 10:00")  # of the same instant
    put(shop, *(text(shop, ads, ANN, f"Together {n}", "2026-03-04 11:00") for n in range(9)))


def _corrections(shop: Company, ads: Tracker) -> None:
    """Statuses before their message and after it, another text, other parties and time, a blocked send."""
    at = at_ms(shop, "2026-03-04 12:00")
    early = TextSeen(
        carrier="twilio", carrier_ref="SM1", source=Source.STATUS, arrived_at=at, status=Status.SENT
    )
    put(shop, early, early._replace(status=Status.DELIVERED, arrived_at=at + 5))
    put(shop, early._replace(arrived_at=at - 5))
    for body, customer in (("Hello", ANN), ("Hello again", ANN), ("Hello again", BEN)):
        put(shop, text(shop, ads, customer, body, at, carrier_ref="SM1"))
    put(shop, text(shop, ads, ANN, "Hello again", at - 90_000_000, carrier_ref="SM1"))
    wordless = {"carrier_ref": "SM2", "from_number": ads.number, "to_number": BEN}
    put(shop, early._replace(**wordless))
    put(shop, early._replace(**wordless, status=Status.FAILED, is_blocked=True))
    call = CallSeen(carrier="twilio", carrier_ref="CA1", source=Source.STATUS, arrived_at=at)
    put(shop, call)
    put(shop, replace(call, source=Source.WEBHOOK, from_number=ANN, to_number=ads.number))
    put(shop, replace(call, source=Source.HISTORY, carrier_time=at - 60_000))


def _erasure(shop: Company, ads: Tracker) -> None:
    """Carried on by a rebuild; late and early words of before."""
    ((id,),) = fetch("SELECT id FROM ledger_customer WHERE company_id = %s AND number = %s", [shop.id, ANN])
    begin_erasure(shop, id, at_ms(shop, "2026-03-06 09:00"))
    assert fetch("SELECT erasing FROM ledger_customer WHERE company_id = %s AND id = %s", [shop.id, id]) == [
        (1,)
    ]
    erase_texts(shop.id, id)
    says(shop, ads, ANN, "Late", "2026-03-04 09:17")
    rebuild.rebuild(shop)
    assert marks_are_right(shop.id)
    assert words_are_right(shop.id)


def _reading(shop: Company, ads: Tracker, site: Tracker) -> None:
    client = signed_in(person("maria@example.com", Role.ADMIN))
    for query in FILTERS:
        asked = query.format(ads.id, site.id)
        for sort in SORTS:
            page = _page(client, "text_conversations", shop, query=f"{asked}&sort={sort}")
            export(client, shop, "conversations_csv", **_pairs(f"{asked}&sort={sort}"))
            if "after=" in page:
                after = page.split("after=", 1)[1].split('"', 1)[0].split("&", 1)[0]
                _page(client, "text_conversations", shop, query=f"{asked}&sort={sort}&after={after}")
        export(client, shop, "messages_csv", **_pairs(asked))
        _page(client, "print_conversations", shop, query=asked)
        log_page(chosen(shop, asked))
    for query in ("q=hello", "q=dana", "q=770-555", "q=hello&range=today&interval=hour"):
        _page(client, "text_figures", shop, query=query)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(log_keys, "TEXTS_LOOKED_AT", 0)  # so that all comes from the index
            log_page(chosen(shop, query))
    figures(chosen(shop, ""))
    for sort in CUSTOMER_SORTS:
        for query in (f"sort={sort}", f"sort={sort}&q=770-555", f"sort={sort}&q=dana"):
            _page(client, "customers", shop, query=query)
            _page(client, "customer_changes", shop, query=f"{query}&since=0")
            export(client, shop, "customers_csv", **_pairs(query))
        after = customer_page(CustomerQuery(shop.id, sort=sort), 1).next_cursor
        _page(client, "customers", shop, query=f"sort={sort}&after={after}")
    for query in (*FILTERS, "range=all_time&sort=latest", "range=all_time&q=dana"):
        asked = query.format(ads.id, site.id)
        for name in ("all_calls", "missed_calls"):
            _page(client, name, shop, query=asked)
        _page(client, "missed_calls", shop, query=f"{asked}&answer=none_yet")
        export(client, shop, "missed_calls_csv", **_pairs(f"{asked}&answer=none_yet"))
        _page(client, "missed_call_changes", shop, query=f"{asked}&answer=none_yet&since=0")
        for name in ("calls_csv", "missed_calls_csv"):
            export(client, shop, name, **_pairs(asked))
    for query in (*FILTERS, "q=dana"):
        since = f"{query.format(ads.id, site.id)}&since=0"
        for name in ("text_changes", "call_changes", "missed_call_changes"):
            _page(client, name, shop, query=since)
    _page(client, "numbers", shop)
    _page(client, "settings", shop)
    numbers_health(shop, at_ms(shop, "2026-03-20 12:00"))
    holdings(shop.id)
    for (customer,) in fetch("SELECT id FROM ledger_customer WHERE company_id = %s LIMIT 5", [shop.id]):
        name_customer(shop.id, customer, "Dana", by="maria@example.com", now=1)
        name_customer(shop.id, customer, "", by="maria@example.com", now=2)
        for query in (
            "",
            "day=2026-03-04",
            "frequency=all_time",
            "show=calls",
            "show=texts&q=hello&range=all_time",
        ):
            _page(client, "timeline", shop, customer, query=query)
        _page(client, "timeline_changes", shop, customer, query="since=0")
    _page(client, "text_conversations", company("Empty"))


def _page(client: Client, name: str, shop: Company, *more: int, query: str = "") -> str:
    answer = client.get(f"{reverse(name, args=[shop.id, *more])}?{query}")
    assert answer.status_code == 200, (name, query, answer.content)
    return answer.content.decode()


def _pairs(query: str) -> dict[str, list[str]]:
    pairs: dict[str, list[str]] = {}
    for pair in filter(None, query.split("&")):
        name, value = pair.split("=", 1)
        pairs.setdefault(name, []).append(value)
    return pairs


def _hand_over(shop: Company, other: Company, ads: Tracker, site: Tracker) -> None:
    at = at_ms(shop, "2026-03-04 09:30")
    to_be_asked(shop, ads, at, now=at - 1)
    newer = tracker(shop, ads.number, "Ads again", owns_from=at)
    change_tracker(shop.id, newer.id, name="Ads, again")
    is_soon_done(shop.id)
    _plan_and_take_back(shop, other, newer)
    _correct(shop, ads, at)
    tracker(other, site.number, "Bought", owns_from=at_ms(shop, "2026-03-20 09:00"))
    says(shop, newer, ANN, "After it", "2026-03-06 09:00")


def _correct(shop: Company, giver: Tracker, at: int) -> None:
    for moment in (at - 3_600_000, at):
        found = hand_over_of(giver)
        assert found is not None
        between(shop, found, moment)
        correct(shop, giver.id, found, moment)
        rebuild.go_on(shop.id)
    end_undone(shop.id)


def _plan_and_take_back(shop: Company, other: Company, giver: Tracker) -> None:
    tracker(other, giver.number, "Planned", owns_from=at_ms(shop, "2090-03-04 09:00"))
    planned = planned_of(giver, 1)
    assert planned is not None
    take_back(shop.id, giver.id, planned)


def _made_again(shop: Company) -> None:
    conversations_that_move(shop, "Pacific/Auckland")
    rebuild.change_zone(shop, "Pacific/Auckland")  # where texts are on other days
    run(
        "INSERT INTO ledger_rebuild (company_id, zone, done_to, moved) VALUES (%s, %s, 0, 0)",
        [shop.id, shop.time_zone],
    )
    put(shop, text(shop, _first_tracker(shop), ANN, "While it moves", "2026-03-06 10:00"))
    rebuild.unfinished()
    rebuild.rebuild(shop)
    run("DELETE FROM ledger_message_words WHERE company_id = %s", [shop.id])
    run("INSERT INTO ledger_message_words (company_id, spot, words) VALUES (%s, 7, 'no')", [shop.id])
    run("DELETE FROM ledger_customer_part WHERE company_id = %s", [shop.id])
    repair_search(shop.id)
    says(shop, _first_tracker(shop), ANN, "I am", "2026-03-06 11:00", customer_name="Anna")
    says(shop, _first_tracker(shop), ANN, "When clocks change", "2026-04-05 11:00")
    conversations_that_move(shop, "America/Phoenix")


def _first_tracker(shop: Company) -> Tracker:
    from textmeter.ledger.trackers import trackers_of

    return trackers_of(shop.id)[0]
