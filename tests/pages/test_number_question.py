"""A hand-over that moves what is there already asks first, and does what was answered: that very moment."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.core import signing
from django.test import Client

from tests import scene
from tests.pages.reading import words
from tests.people import person, signed_in
from textmeter.accounts.models import AuditLine, Company, Role
from textmeter.ledger import rebuild, tracker_acts
from textmeter.ledger.check import check
from textmeter.ledger.statements import fetch
from textmeter.ledger.trackers import Tracker, owners_of, trackers_of
from textmeter.lib.days import local, now_ms
from textmeter.pages import number_question

NUMBER, DANA = "+14045550180", "+17705550112"
FROM_THEN = {"begins": "at", "day": "2026-03-04", "name": "Newer"}
MINUTE = 60_000


@pytest.fixture
def line(shop: Company) -> Tracker:
    return scene.tracker(shop, NUMBER, "Main line", destination="+14045550199")


@dataclass
class Asked:
    """The page that asks, the fields that its button sends, and the answer among them."""

    page: str
    sent: dict[str, str]

    @property
    def answer(self) -> str:
        return self.sent["answer"]


def path_of(line: Tracker) -> str:
    return f"/c/{line.company_id}/numbers/{line.id}/hand-over"


def asked(client: Client, line: Tracker, fields: dict[str, Any]) -> Asked:
    """Nothing has happened when it asks."""
    before = (owners_of([line.number]), AuditLine.objects.count())
    answer = client.post(path_of(line), fields)
    assert answer.status_code == 200, words(answer.content.decode())
    assert (owners_of([line.number]), AuditLine.objects.count()) == before
    html = answer.content.decode()
    question = html.partition('aria-labelledby="question"')[2].partition("</section>")[0]
    hidden = re.findall(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', question)
    return Asked(words(html), dict(hidden))


def send(client: Client, line: Tracker, fields: dict[str, Any]) -> str:
    answer = client.post(path_of(line), fields, follow=True)
    assert answer.redirect_chain, words(answer.content.decode())
    return words(answer.content.decode())


def trackers_with(text: str) -> list[int]:
    return [id for (id,) in fetch("SELECT tracker_id FROM ledger_message WHERE body = %s", [text])]


def test_it_says_what_would_move_and_the_second_press_moves_it(
    shop: Company, leo: Client, line: Tracker
) -> None:
    scene.says(shop, line, DANA, "Before", "2026-03-03 23:59")
    for at in ("2026-03-04 00:00", "2026-03-04 09:00", "2026-03-11 09:00"):
        scene.says(shop, line, DANA, "Since", at)
    scene.calls(shop, line, DANA, "2026-05-01 09:00")
    first = asked(leo, line, FROM_THEN | {"source": "Mailer <b>", "record_calls": "on"})
    assert "Nothing was handed over yet" in first.page
    assert (
        "They leave Main line They go to Newer From when on Wed, Mar 4, 2026, 12:00 AM Eastern "
        "Days Mar 4 – May 1, 2026 Texts 3 Conversations with them 2 Calls 1 "
    ) in first.page
    done = send(leo, line, first.sent | {"source": "Mailer <b>"})
    assert "(404) 555-0180 was handed over to Newer." in done
    newer = next(each for each in trackers_of(shop.id) if each.name == "Newer")
    assert (newer.source, newer.record_calls) == ("Mailer <b>", True)
    assert trackers_with("Since") == [newer.id] * 3
    assert trackers_with("Before") == [line.id]
    assert len(AuditLine.objects.all()) == 2


def test_what_was_moved_can_be_handed_on_in_its_turn(shop: Company, leo: Client, line: Tracker) -> None:
    for at in ("2025-03-04 00:00", "2025-03-04 00:01", "2026-03-03 12:00"):
        scene.says(shop, line, DANA, "Moved by mistake", at)
    mistake = FROM_THEN | {"day": "2025-03-04"}
    send(leo, line, asked(leo, line, mistake).sent)
    newer = next(each for each in trackers_of(shop.id) if each.name == "Newer")
    send(leo, newer, asked(leo, newer, mistake | {"clock": "00:01", "name": "Main line"}).sent)
    again = next(each for each in trackers_of(shop.id) if each.name == "Main line" and each.id != line.id)
    assert sorted(trackers_with("Moved by mistake")) == sorted([newer.id, again.id, again.id])
    assert check() == []


def test_what_moves_nothing_is_not_asked_about(shop: Company, leo: Client, line: Tracker) -> None:
    scene.says(shop, line, DANA, "Before", "2026-03-03 23:59")
    scene.calls(shop, line, DANA, "2026-03-03 23:59")
    assert "was handed over to Newer." in send(leo, line, FROM_THEN)


def test_nor_is_from_now_on_nor_a_moment_of_the_last_minutes(
    shop: Company, leo: Client, line: Tracker
) -> None:
    scene.says(shop, line, DANA, "Just now", now_ms() - 1)
    there = local(now_ms() - 2 * MINUTE, shop.zone)
    fields = FROM_THEN | {"day": f"{there:%Y-%m-%d}", "clock": f"{there:%H:%M}"}
    if there.fold == 0:
        assert "was handed over to Newer." in send(leo, line, fields)
        line = next(each for each in trackers_of(shop.id) if each.name == "Newer")
    assert "was handed over to Now." in send(leo, line, {"begins": "now", "name": "Now"})


def test_a_moment_a_quarter_of_an_hour_ago_is_asked_about(shop: Company, leo: Client, line: Tracker) -> None:
    scene.says(shop, line, DANA, "Just now", now_ms() - 1)
    there = local(now_ms() - 15 * MINUTE, shop.zone)
    assert asked(leo, line, FROM_THEN | {"day": f"{there:%Y-%m-%d}", "clock": f"{there:%H:%M}"}).answer


def test_a_time_ahead_with_texts_of_a_wrong_year_is_asked_about(
    shop: Company, leo: Client, line: Tracker
) -> None:
    scene.says(shop, line, DANA, "From the future", "2091-03-05 09:00")
    fields = FROM_THEN | {"day": "2090-03-04"}
    first = asked(leo, line, fields)
    assert "Days Mar 5, 2091" in first.page
    assert "will be handed over to Newer" in send(leo, line, first.sent)


def test_another_moment_is_asked_about_anew(shop: Company, leo: Client, line: Tracker) -> None:
    scene.says(shop, line, DANA, "Since", "2026-03-05 09:00")
    first = asked(leo, line, FROM_THEN)
    for other in ({"day": "2025-03-04"}, {"clock": "00:01"}):
        again = asked(leo, line, first.sent | other)
        assert "This moves what is there already" in again.page
        assert again.answer != first.answer
    send(leo, line, first.sent)


def test_more_than_was_there_when_it_asked_is_asked_about_anew(
    shop: Company, leo: Client, line: Tracker
) -> None:
    """Such as a file that was imported meanwhile; not what comes in as ever."""
    scene.says(shop, line, DANA, "Since", "2026-03-05 09:00")
    first = asked(leo, line, FROM_THEN)
    scene.says(shop, line, DANA, "From a file", "2026-03-06 09:00")
    second = asked(leo, line, first.sent)
    assert "Texts 2" in second.page
    scene.calls(shop, line, DANA, "2026-03-07 09:00")
    third = asked(leo, line, second.sent)
    scene.says(shop, line, DANA, "Told of late", now_ms() - MINUTE)
    scene.says(shop, line, DANA, "Just now", now_ms())
    scene.calls(shop, line, DANA, now_ms())
    send(leo, line, third.sent)
    assert trackers_with("Just now") != [line.id]


def test_an_answer_counts_for_its_own_number_for_an_hour_and_untouched(
    shop: Company, leo: Client, line: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = scene.tracker(shop, "+14045550181", "Site")
    for each in (line, site):
        scene.says(shop, each, DANA, "Since", "2026-03-05 09:00")
    answer = asked(leo, line, FROM_THEN).answer
    at = scene.at_ms(shop, "2026-03-04")
    forged = signing.dumps([line.id, at, 1, 0, now_ms()], salt="another")
    for bad in ("", "yes", answer[:-1] + "!", forged):
        assert asked(leo, line, FROM_THEN | {"answer": bad}).answer
    assert asked(leo, site, FROM_THEN | {"answer": answer}).answer
    monkeypatch.setattr(number_question, "LASTS", -1)
    assert asked(leo, line, FROM_THEN | {"answer": answer}).answer
    monkeypatch.setattr(number_question, "LASTS", 60)
    send(leo, line, FROM_THEN | {"answer": answer})


def test_an_answer_is_the_one_of_whoever_was_asked(shop: Company, leo: Client, line: Tracker) -> None:
    """Nor does it count in another company, where a number may have the same id."""
    scene.says(shop, line, DANA, "Since", "2026-03-05 09:00")
    his = asked(leo, line, FROM_THEN).answer
    mia = person("mia@example.com", Role.MANAGER, shop)
    hers = asked(signed_in(mia), line, FROM_THEN | {"answer": his}).answer
    seen = signing.loads(hers, salt=f"hand-over {shop.id} {mia.pk}")
    elsewhere = signing.dumps(seen, salt=f"hand-over {shop.id + 1} {mia.pk}")
    assert asked(signed_in(mia), line, FROM_THEN | {"answer": elsewhere}).answer
    assert "was handed over to Newer." in send(signed_in(mia), line, FROM_THEN | {"answer": hers})


def test_what_will_be_refused_is_refused_at_once(shop: Company, leo: Client, line: Tracker) -> None:
    """Before its owner had the number, or, to another company, before its last text."""
    send(leo, line, {"begins": "at", "day": "2026-03-04", "name": "Newer"})
    newer = next(each for each in trackers_of(shop.id) if each.name == "Newer")
    scene.says(shop, newer, DANA, "Since", "2026-03-05 09:00")
    answer = leo.post(path_of(newer), FROM_THEN | {"name": "Older"})
    assert answer.status_code == 400
    why = "Newer has this number since Wed, Mar 4, 2026, 12:00 AM Eastern. Choose a later time."
    assert why in words(answer.content.decode())
    other = scene.company("Other")
    ada = signed_in(person("ada@example.com", Role.ADMIN))
    answer = ada.post(path_of(newer), FROM_THEN | {"day": "2026-03-05", "company": other.id})
    assert answer.status_code == 400
    assert "later texts or calls" in words(answer.content.decode())
    assert "This moves" not in words(answer.content.decode())


def test_of_another_company_nothing_is_counted(shop: Company, leo: Client, line: Tracker) -> None:
    other = scene.company("Other")
    theirs = scene.tracker(other, "+14045550190", "Theirs")
    for place, each in ((shop, line), (other, theirs)):
        scene.says(place, each, DANA, "Since", "2026-03-05 09:00")
    assert "Texts 1 " in asked(leo, line, FROM_THEN).page


@pytest.mark.parametrize(
    ("zone", "day", "clock", "at"),
    [
        ("America/New_York", "2026-03-04", "", "2026-03-04 00:00"),
        ("America/New_York", "2026-03-04", "09:30", "2026-03-04 09:30"),
        ("America/New_York", "2026-03-08", "03:00", "2026-03-08 03:00"),  # a day of 23 hours
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01 01:30"),  # the first of two
        ("Asia/Kolkata", "2026-03-04", "00:15", "2026-03-04 00:15"),
        ("America/St_Johns", "2026-03-08", "", "2026-03-08 00:00"),
    ],
)
def test_a_hand_over_from_a_local_time_on_takes_along_what_came_since(
    db: None, zone: str, day: str, clock: str, at: str
) -> None:
    shop = scene.company(time_zone=zone)
    line = scene.tracker(shop, NUMBER, "Main line")
    begins = scene.at_ms(shop, at)
    scene.says(shop, line, DANA, "Before", begins - 1)
    scene.says(shop, line, DANA, "After", begins)
    leo = signed_in(person("leo@example.com", Role.MANAGER, shop))
    fields = FROM_THEN | {"day": day, "clock": clock}
    send(leo, line, fields | {"answer": asked(leo, line, fields).answer})
    newer = next(each for each in trackers_of(shop.id) if each.name == "Newer")
    assert dict(fetch("SELECT body, tracker_id FROM ledger_message", [])) == {
        "Before": line.id,
        "After": newer.id,
    }
    assert not rebuild.is_rebuilding(shop.id)


def test_a_large_company_s_past_is_left_to_the_worker(
    shop: Company, leo: Client, line: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracker_acts, "MOST_AT_ONCE", 0)
    scene.says(shop, line, DANA, "After", "2026-03-05 09:00")
    page = send(leo, line, FROM_THEN | {"answer": asked(leo, line, FROM_THEN).answer})
    assert "The company’s past is being put in order" in page
    rebuild.go_on(shop.id)
    assert "put in order" not in words(leo.get(f"/c/{shop.id}/numbers").content.decode())


def test_while_an_earlier_hand_over_still_moves_texts_nothing_is_counted_and_nothing_done(
    shop: Company, leo: Client, line: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the first has yet to move would be left out, and come along unasked."""
    monkeypatch.setattr(tracker_acts, "MOST_AT_ONCE", 0)
    scene.says(shop, line, DANA, "After", "2026-03-05 09:00")
    send(leo, line, FROM_THEN | {"answer": asked(leo, line, FROM_THEN).answer})
    newer = next(each for each in trackers_of(shop.id) if each.name == "Newer")
    again = FROM_THEN | {"day": "2026-03-05", "name": "Newest"}
    answer = leo.post(path_of(newer), again)
    assert answer.status_code == 400
    assert "just being put on other numbers" in words(answer.content.decode())
    assert [each.name for each in trackers_of(shop.id)] == ["Main line", "Newer"]
    rebuild.go_on(shop.id)
    assert "Texts 1 " in asked(leo, newer, again).page
