"""The moment of a hand-over, changed on its page: what would go over is asked about first."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from tests import scene
from tests.pages.reading import words
from tests.people import person, signed_in
from textmeter.accounts.models import AuditLine, Company, Role
from textmeter.ledger import rebuild, tracker_acts
from textmeter.ledger.check import check
from textmeter.ledger.corrected import end_undone
from textmeter.ledger.statements import fetch
from textmeter.ledger.trackers import Tracker, owners_of, trackers_of
from textmeter.lib.days import now_ms

NUMBER, DANA = "+14045550180", "+17705550112"
MINUTE = 60_000


@pytest.fixture
def line(shop: Company) -> Tracker:
    """Handed over to Newer a year too early."""
    made = scene.tracker(shop, NUMBER, "Main line", destination="+14045550199")
    scene.tracker(shop, NUMBER, "Newer", owns_from=scene.at_ms(shop, "2025-03-04 09:00"))
    for at in ("2025-03-03 12:00", "2025-06-01 12:00", "2026-03-04 09:00"):
        scene.says(shop, made, DANA, at[:10], at)
    scene.calls(shop, made, DANA, "2025-06-01 13:00")
    return made


RIGHT = {"begins": "at", "day": "2026-03-04", "clock": "09:00"}
NEVER = {"begins": "never"}


def path_of(line: Tracker) -> str:
    return f"/c/{line.company_id}/numbers/{line.id}/hand-over/moment"


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found
    return found[1]


def seen(client: Client, line: Tracker) -> dict[str, str]:
    return {"seen": hidden(client.get(path_of(line)).content.decode(), "seen")}


def asked(client: Client, line: Tracker, fields: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """What the page that asks says, and what its button sends. Nothing has happened when it asks."""
    before = (owners_of([NUMBER]), AuditLine.objects.count())
    answer = client.post(path_of(line), seen(client, line) | fields)
    html = answer.content.decode()
    assert answer.status_code == 200, words(html)
    assert (owners_of([NUMBER]), AuditLine.objects.count()) == before
    return words(html), seen(client, line) | fields | {"answer": hidden(html, "answer")}


def send(client: Client, line: Tracker, fields: dict[str, Any]) -> str:
    answer = client.post(path_of(line), fields, follow=True)
    assert answer.redirect_chain, words(answer.content.decode())
    return words(answer.content.decode())


def texts(shop: Company) -> dict[str, str]:
    names = {one.id: one.name for one in trackers_of(shop.id)}
    sql = "SELECT body, tracker_id FROM ledger_message WHERE company_id = %s"
    return {body: names[id] for body, id in fetch(sql, [shop.id])}


def test_a_wrong_year_is_corrected(shop: Company, leo: Client, line: Tracker) -> None:
    number = leo.get(path_of(line).removesuffix("/hand-over/moment")).content.decode()
    assert f'href="{path_of(line)}">Change or take back…' in number
    page = words(leo.get(path_of(line)).content.decode())
    assert "From Main line to Newer on Tue, Mar 4, 2025, 9:00 AM Eastern" in page
    page, sent = asked(leo, line, RIGHT)
    assert (
        "They leave Newer They go to Main line The hand-over was on Tue, Mar 4, 2025, 9:00 AM Eastern "
        "It is then Wed, Mar 4, 2026, 9:00 AM Eastern Texts 1 Calls 1 "
    ) in page
    after = send(leo, line, sent)
    assert "The hand-over of (404) 555-0180 is at Wed, Mar 4, 2026, 9:00 AM Eastern now." in after
    assert texts(shop) == {"2025-03-03": "Main line", "2025-06-01": "Main line", "2026-03-04": "Newer"}
    page, _ = asked(leo, line, RIGHT | {"day": "2025-03-03"})
    assert "They leave Main line They go to Newer" in page
    assert check() == []


def test_a_mistake_is_taken_back_whole(shop: Company, leo: Client, line: Tracker) -> None:
    page, sent = asked(leo, line, NEVER)
    assert "It is then taken back Texts 2 Calls 1 " in page
    assert "The hand-over was taken back: Main line keeps (404) 555-0180." in send(leo, line, sent)
    assert trackers_of(shop.id) == [line]
    assert set(texts(shop).values()) == {"Main line"}
    assert check() == []
    after = leo.get(path_of(line), follow=True)
    assert "Main line hands its number over to nobody of this company." in words(after.content.decode())


def test_in_a_large_company_all_comes_back_by_and_by(
    shop: Company, leo: Client, line: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracker_acts, "MOST_AT_ONCE", 0)
    after = send(leo, line, asked(leo, line, NEVER)[1])
    assert "Main line has (404) 555-0180 again. What was moved is coming back" in after
    assert "What was moved is coming back" in after
    numbers = path_of(line).removesuffix(f"/{line.id}/hand-over/moment")
    (newer,) = (one for one in trackers_of(shop.id) if one != line)
    assert "Its hand-over was taken back." in words(leo.get(f"{numbers}/{newer.id}").content.decode())
    listed = words(leo.get(numbers).content.decode())
    assert "Goes once all has come back from it" in listed
    for page in (after, listed):
        assert "2099" not in page
    rebuild.go_on(shop.id)
    end_undone()
    assert trackers_of(shop.id) == [line]


def test_a_plan_gets_another_day_unasked(shop: Company, leo: Client) -> None:
    line = scene.tracker(shop, NUMBER, "Main line")
    scene.tracker(shop, NUMBER, "Later", owns_from=scene.at_ms(shop, "2090-03-04 09:00"))
    page = leo.get(path_of(line)).content.decode()
    assert 'type="radio"' not in page, "the plan is taken back by its own button"
    after = send(leo, line, seen(leo, line) | RIGHT | {"day": "2090-04-05"})
    assert "It hands this number over on Wed, Apr 5, 2090, 9:00 AM Eastern." in after
    refused = leo.post(path_of(line), seen(leo, line) | NEVER)
    assert refused.status_code == 400


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"day": ""}, "Choose a day from 1971 to 2099."),
        ({"day": "2026-03-08", "clock": "02:30"}, "The clocks passed over this time on that day."),
        ({"day": "2025-03-04"}, "The hand-over is at that moment already."),
        ({"begins": ""}, "Choose from when on."),
        ({"seen": "5"}, "The hand-over has changed meanwhile. Look at it again."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_happens(
    shop: Company, leo: Client, line: Tracker, fields: dict[str, str], said: str
) -> None:
    before = owners_of([NUMBER])
    answer = leo.post(path_of(line), seen(leo, line) | RIGHT | fields)
    assert answer.status_code == 400
    assert said in words(answer.content.decode())
    assert owners_of([NUMBER]) == before


def test_after_the_next_hand_over_it_cannot_be(shop: Company, leo: Client, line: Tracker) -> None:
    scene.tracker(shop, NUMBER, "Newest", owns_from=scene.at_ms(shop, "2025-04-01 09:00"))
    answer = leo.post(path_of(line), seen(leo, line) | RIGHT)
    assert answer.status_code == 400
    assert "By then the number was handed on already." in words(answer.content.decode())


def test_an_answer_counts_for_who_was_asked_and_for_what(shop: Company, leo: Client, line: Tracker) -> None:
    """What comes in meanwhile doesn't count; what a file brings does."""
    _, sent = asked(leo, line, RIGHT)
    mia = signed_in(person("mia@example.com", Role.MANAGER, shop))
    asked(mia, line, sent)
    asked(leo, line, sent | {"day": "2026-03-03"})
    asked(leo, line, sent | NEVER)
    asked(leo, line, sent | {"answer": sent["answer"][:-1] + "!"})
    scene.says(shop, line, DANA, "From a file", "2025-07-01 09:00")
    page, sent = asked(leo, line, sent)
    assert "Texts 2 Calls 1 " in page
    _, never = asked(leo, line, NEVER)
    scene.says(shop, line, DANA, "Just now", now_ms())
    scene.says(shop, line, DANA, "Told of late", now_ms() - MINUTE)
    send(leo, line, never)
    assert set(texts(shop).values()) == {"Main line"}


def test_who_only_reads_may_not_and_strangers_find_nothing(shop: Company, line: Tracker) -> None:
    reader = signed_in(person("rep@example.com", Role.REPORTING, shop))
    stranger = signed_in(person("eve@example.com", Role.MANAGER, scene.company("Other")))
    for client, status in ((reader, 403), (stranger, 404)):
        assert client.get(path_of(line)).status_code == status
        assert client.post(path_of(line), RIGHT).status_code == status


def test_beyond_the_company_there_is_nothing_to_change(shop: Company, leo: Client) -> None:
    line = scene.tracker(shop, NUMBER, "Main line")
    scene.tracker(scene.company("Secret Dental"), NUMBER, "Secret line", owns_from=now_ms() - MINUTE)
    number = leo.get(path_of(line).removesuffix("/hand-over/moment")).content.decode()
    assert "hand-over/moment" not in number
    after = leo.post(path_of(line), RIGHT, follow=True).content.decode()
    assert "hands its number over to nobody of this company" in words(after)
    assert "Secret" not in after
