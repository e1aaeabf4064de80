"""Taking a planned hand-over back, on its page: who may, what stands there, what is refused."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests import scene
from tests.pages.reading import words
from tests.people import person, signed_in
from textmeter.accounts.models import Company, Role
from textmeter.ledger import planned
from textmeter.ledger.trackers import Tracker, owners_of, trackers_of
from textmeter.lib.days import now_ms

NUMBER = "+14045550180"
PLANNED = "Sat, Mar 4, 2090, 9:30 AM Eastern"


@pytest.fixture
def line(shop: Company) -> Tracker:
    return scene.tracker(shop, NUMBER, "Main line", destination="+14045550199")


@pytest.fixture
def ada(db: None) -> Client:
    return signed_in(person("ada@example.com", Role.ADMIN))


def plan(shop: Company, receiver: Company, name: str = "Later", day: str = "2090-03-04 09:30") -> Tracker:
    return scene.tracker(receiver, NUMBER, name, owns_from=scene.at_ms(shop, day))


def path_of(line: Tracker) -> str:
    return f"/c/{line.company_id}/numbers/{line.id}"


def read(client: Client, line: Tracker) -> str:
    answer = client.get(path_of(line))
    assert answer.status_code == 200
    return answer.content.decode()


def send(client: Client, line: Tracker, page: str) -> str:
    """What stands on the page after the form of the `page` was sent."""
    fields = dict(re.findall(r'name="(at|to)" value="(\d+)"', page))
    answer = client.post(f"{path_of(line)}/hand-over/take-back", fields, follow=True)
    assert answer.status_code == 200
    return words(answer.content.decode())


def has_the_number(line: Tracker) -> bool:
    return [one.tracker_id for one in owners_of([NUMBER])[NUMBER] if one.until_at is None] == [line.id]


def test_a_manager_takes_it_back_within_the_company(shop: Company, leo: Client, line: Tracker) -> None:
    later = plan(shop, shop)
    page = read(leo, line)
    assert (
        "Main line then keeps (404) 555-0180, as if nothing had been planned. "
        "Later , which has no texts or calls yet, goes from the list." in words(page)
    )
    assert f'href="{path_of(line)}#take-back"' in read(leo, later), "from the other number, too"
    after = send(leo, line, page)
    assert "The hand-over was taken back: Main line keeps (404) 555-0180." in after
    assert "Hand it over…" in after
    assert "Take the hand-over back" not in after
    assert trackers_of(shop.id) == [line]
    assert has_the_number(line)


def test_beyond_the_company_an_admin_does_as_with_the_hand_over(
    shop: Company, leo: Client, ada: Client, line: Tracker
) -> None:
    """DOMAIN: a company never learns that another one exists."""
    other = scene.company("Secret Dental", "America/Chicago")
    theirs = plan(shop, other, "Secret line")
    page = read(leo, line)
    assert "Until then" in words(page)
    assert "an admin can take it back" in words(page)
    assert "Secret" not in page
    at = owners_of([NUMBER])[NUMBER][0].until_at
    assert leo.post(f"{path_of(line)}/hand-over/take-back", {"at": at}).status_code == 403
    mia = signed_in(person("mia@example.com", Role.MANAGER, other))
    assert "Piedmont" not in read(mia, theirs)
    assert "Take the hand-over back" not in read(mia, theirs)
    assert not has_the_number(line)
    page = read(ada, line)
    assert "Secret line , which has no texts or calls yet, goes from the numbers of Secret Dental ." in words(
        page
    )
    assert f'href="{path_of(line)}#take-back"' in read(ada, theirs)
    send(ada, line, page)
    assert has_the_number(line)
    assert trackers_of(other.id) == []


def test_when_the_day_has_come_it_is_refused(
    shop: Company, leo: Client, line: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(shop, shop)
    page, later = read(leo, line), scene.at_ms(shop, "2090-03-04 09:30")
    for room in ("ledger.planned", "pages.number_planned", "pages.number_pages"):
        monkeypatch.setattr(f"textmeter.{room}.now_ms", lambda: later)
    after = send(leo, line, page)
    assert "The number has changed hands meanwhile, which can’t be taken back." in after
    assert f"It had this number until {PLANNED}." in after
    assert len(owners_of([NUMBER])[NUMBER]) == 2


def test_another_plan_than_the_one_on_the_page_stays(shop: Company, leo: Client, line: Tracker) -> None:
    plan(shop, shop)
    page = read(leo, line)
    send(leo, line, page)
    plan(shop, shop, "Another")
    assert "What is planned has changed meanwhile. Nothing was taken back." in send(leo, line, page)
    send(leo, line, read(leo, line))
    plan(shop, shop, day="2090-03-05 09:30")
    assert "What is planned has changed meanwhile. Nothing was taken back." in send(leo, line, page)
    for nonsense in ("", 'name="at" value="0"', f'name="at" value="{10**30}"'):
        send(leo, line, nonsense)
    assert len(owners_of([NUMBER])[NUMBER]) == 2


def test_of_several_plans_the_page_leads_to_the_last(shop: Company, leo: Client, line: Tracker) -> None:
    later = plan(shop, shop)
    plan(shop, shop, "Last", "2091-03-04 09:30")
    page = read(leo, line)
    assert "Later is to hand the number over in its turn. Take that back first." in words(page)
    assert f'href="{path_of(later)}#take-back"' in page
    assert "hand-over/take-back" not in page
    send(leo, later, read(leo, later))
    send(leo, line, read(leo, line))
    assert has_the_number(line)


def test_who_only_reads_may_not_and_strangers_find_nothing(shop: Company, line: Tracker) -> None:
    plan(shop, shop)
    at = owners_of([NUMBER])[NUMBER][0].until_at
    reader = signed_in(person("rep@example.com", Role.REPORTING, shop))
    stranger = signed_in(person("eve@example.com", Role.MANAGER, scene.company("Other")))
    for client, status in ((reader, 403), (stranger, 404)):
        assert client.post(f"{path_of(line)}/hand-over/take-back", {"at": at}).status_code == status
    assert not has_the_number(line)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMIN])
@pytest.mark.parametrize("is_own", [True, False])
def test_adding_a_number_that_is_to_go_says_what_is_so(
    shop: Company, line: Tracker, role: Role, is_own: bool
) -> None:
    client = signed_in(person("who@example.com", role, shop))
    other = scene.company("Secret Dental")
    plan(shop, shop if is_own else other, "Secret line")
    answer = client.post(f"/c/{shop.id}/numbers/new", {"number": NUMBER, "name": "Desk"})
    assert answer.status_code == 400
    so = f"This is Main line already, which hands the number over on {PLANNED}."
    may = is_own or role == Role.ADMIN
    then = (
        "To give it to somebody else, open that one and take the hand-over back first."
        if may
        else "Only an admin can take that back."
    )
    page = words(answer.content.decode())
    assert f"{so} {then}" in page
    assert role == Role.ADMIN or "Secret" not in page
    again = client.get(f"{path_of(line)}/hand-over", follow=True)
    assert "Before it can be handed over otherwise, that has to be taken back." in words(
        again.content.decode()
    )


def test_adding_a_number_that_is_to_come_says_so_and_not_from_whom(shop: Company, line: Tracker) -> None:
    other = scene.company("Other", "America/Chicago")
    plan(shop, other, "Theirs")
    mia = signed_in(person("mia@example.com", Role.MANAGER, other))
    page = words(mia.post(f"/c/{other.id}/numbers/new", {"number": NUMBER, "name": "Desk"}).content.decode())
    assert "This is Theirs already, which gets the number on Sat, Mar 4, 2090, 8:30 AM Central." in page
    assert "Main line" not in page
    mia.post(f"/c/{other.id}/numbers/many", {"lines": f"{NUMBER}, Desk", "add": "1"})
    assert len(owners_of([NUMBER])[NUMBER]) == 2


def test_a_list_says_of_a_number_that_is_to_go_until_when_it_is_there(
    shop: Company, leo: Client, line: Tracker
) -> None:
    plan(shop, shop)
    answer = leo.post(f"/c/{shop.id}/numbers/many", {"lines": f"{NUMBER}, Desk"})
    page = words(answer.content.decode())
    assert f"It is Main line, which hands it over on {PLANNED}, and stays so." in page


def test_the_past_is_not_ahead(shop: Company, line: Tracker) -> None:
    scene.tracker(shop, NUMBER, "Newer", owns_from=now_ms() - 1)
    assert planned.planned_of(line, now_ms()) is None
