"""Adding, changing, disabling and handing over numbers: who may, what is refused, what stays as it was."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from tests import scene
from tests.intake.twilio import connect
from tests.pages.reading import words
from tests.people import person, signed_in
from textmeter.accounts.models import AuditLine, Company, Role
from textmeter.ledger.statements import fetch
from textmeter.ledger.trackers import Tracker, owners_of, tracker, trackers_of

NUMBER, DANA = "+14045550180", "+17705550112"
GOOD = {
    "number": "(404) 555-0180",
    "name": "  Google \n Ads ",
    "source": "Google",
    "destination": "404-555-0199",
}


@pytest.fixture
def line(shop: Company) -> Tracker:
    return scene.tracker(shop, NUMBER, "Main line", source="Flyer", destination="+14045550199")


def send(client: Client, path: str, fields: dict[str, Any], status: int = 200) -> str:
    answer = client.post(path, fields, follow=True)
    assert answer.status_code == status
    return words(answer.content.decode())


def said(client: Client, path: str, fields: dict[str, Any]) -> list[str]:
    """What stands at the fields of a form that was refused."""
    answer = client.post(path, fields)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert 'role="alert"' in page
    assert 'aria-invalid="true"' in page or 'class="wrong"' in page
    return [words(each) for each in re.findall(r'id="\w+-says"[^>]*>(.*?)</(?:p|span)>', page, flags=re.S)]


def audit() -> list[str]:
    return [f"{one.by}: {one.what}" for one in AuditLine.objects.order_by("id")]


def test_a_manager_adds_a_number(shop: Company, leo: Client) -> None:
    page = send(leo, f"/c/{shop.id}/numbers/new", GOOD | {"record_calls": "on"})
    assert "(404) 555-0180 was added as Google Ads." in page
    (made,) = trackers_of(shop.id)
    assert (made.number, made.name, made.source, made.destination, made.record_calls) == (
        NUMBER,
        "Google Ads",
        "Google",
        "+14045550199",
        True,
    )
    assert audit() == ["leo@example.com: Added +14045550180 as Google Ads."]


def test_a_number_without_a_destination_is_added_and_the_page_says_what_callers_hear(
    shop: Company, leo: Client
) -> None:
    page = send(leo, f"/c/{shop.id}/numbers/new", GOOD | {"destination": ""})
    assert "It has no destination: callers hear that the call can’t be put through." in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"number": ""}, "Type the number that customers text and call."),
        ({"number": "12"}, "“12” is not a phone number. Write it like (404) 555-0180 or +14045550180."),
        ({"name": " "}, "Type a name. It stands beside every text of this number."),
        ({"name": "x" * 201}, "Shorten it to 200 characters."),
        ({"name": "a\u202eb"}, "This has signs that can’t be seen. Type it anew."),
        ({"destination": "call me"}, "“call me” is not a phone number."),
        ({"destination": "4045550180"}, "Calls would come back to this number."),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(
    shop: Company, leo: Client, wrong: dict[str, str], sentence: str
) -> None:
    path = f"/c/{shop.id}/numbers/new"
    assert any(each.startswith(sentence) for each in said(leo, path, GOOD | wrong))
    assert trackers_of(shop.id) == []
    page = leo.post(path, GOOD | wrong).content.decode()
    assert 'value="Google"' in page, "what was right stays typed"


def test_one_s_own_number_is_named_and_another_company_s_never(
    shop: Company, leo: Client, line: Tracker
) -> None:
    """DOMAIN: a company never learns that another one exists."""
    other = scene.company("Secret Dental")
    scene.tracker(other, "+14045550181", "Secret line")
    path = f"/c/{shop.id}/numbers/new"
    assert "This is Main line already." in said(leo, path, GOOD)[0]
    assert said(leo, path, GOOD | {"number": "4045550181"})[0] == (
        "This number can’t be added here. Check its digits; if they are right, ask an admin."
    )
    assert "Secret" not in leo.post(path, GOOD | {"number": "4045550181"}).content.decode()
    assert [each.name for each in trackers_of(shop.id)] == ["Main line"]
    assert audit() == []


def test_a_number_is_changed_and_keeps_its_owner(shop: Company, leo: Client, line: Tracker) -> None:
    page = send(
        leo,
        f"/c/{shop.id}/numbers/{line.id}",
        {"name": "Front desk", "source": "", "destination": "", "number": "+14045550199"},
    )
    assert "Front desk was saved. It has no destination" in page
    changed = tracker(shop.id, line.id)
    assert changed is not None
    assert (changed.number, changed.name, changed.source, changed.destination) == (
        NUMBER,
        "Front desk",
        "",
        "",
    )
    assert audit() == [
        "leo@example.com: Changed +14045550180 (Main line): name Main line is now Front desk; "
        "source Flyer is now none; destination +14045550199 is now none."
    ]


def test_a_change_that_is_wrong_changes_nothing(shop: Company, leo: Client, line: Tracker) -> None:
    path = f"/c/{shop.id}/numbers/{line.id}"
    assert said(leo, path, {"name": "", "destination": "5"})[0].startswith("Type a name.")
    assert tracker(shop.id, line.id) == line


def test_disabling_says_what_it_means_and_is_taken_back(shop: Company, leo: Client, line: Tracker) -> None:
    path = f"/c/{shop.id}/numbers/{line.id}"
    assert "Nothing is lost: its past stays" in words(leo.get(path).content.decode())
    page = send(leo, f"{path}/disabled", {"disabled": "1"})
    assert (
        "Main line is disabled. Its calls are put through no more; what comes in is still recorded." in page
    )
    assert "Use it again" in page
    scene.says(shop, line, DANA, "Still there?", "2026-03-04 09:00")
    assert fetch("SELECT COUNT(*) FROM ledger_message", []) == [(1,)]
    assert "Main line is in use again." in send(leo, f"{path}/disabled", {"disabled": "0"})
    assert tracker(shop.id, line.id) == line


def test_a_hand_over_from_now_on(shop: Company, leo: Client, line: Tracker) -> None:
    scene.says(shop, line, DANA, "Before", "2026-03-04 09:00")
    path = f"/c/{shop.id}/numbers/{line.id}/hand-over"
    asked = leo.get(path).content.decode()
    assert "Company" not in words(asked).partition("Hand over")[2], "a manager has one"
    assert 'name="source" type="text" autocomplete="off" value=""' in asked, "the former one's is no guess"
    page = send(leo, path, {"begins": "now", "name": "Summer mailer"})
    assert "(404) 555-0180 was handed over to Summer mailer." in page
    newer = next(each for each in trackers_of(shop.id) if each.name == "Summer mailer")
    assert [(one.tracker_id, one.until_at is None) for one in owners_of([NUMBER])[NUMBER]] == [
        (line.id, False),
        (newer.id, True),
    ]
    assert fetch("SELECT tracker_id FROM ledger_message", []) == [(line.id,)]
    again = send(leo, path, {"begins": "now", "name": "Autumn"})
    assert "Main line handed its number over already." in again
    assert "It had this number until" in again
    assert "Disable" not in again


def test_who_had_a_number_names_who_has_it_now(shop: Company, leo: Client, line: Tracker) -> None:
    path = f"/c/{shop.id}/numbers/{line.id}"
    assert "has it now" not in leo.get(path).content.decode()
    second = scene.tracker(shop, NUMBER, "Second <b>", owns_from=scene.at_ms(shop, "2026-03-04 09:30"))
    page = leo.get(path).content.decode()
    assert "Second <b> has it now, since Wed, Mar 4, 2026, 9:30 AM Eastern." in words(page)
    assert f'href="/c/{shop.id}/numbers/{second.id}"' in page
    third = scene.tracker(shop, NUMBER, "Third", owns_from=scene.at_ms(shop, "2026-03-05 09:30"))
    scene.tracker(shop, NUMBER, "Later", owns_from=scene.at_ms(shop, "2090-03-04 09:30"))
    for id in (line.id, second.id):
        page = words(leo.get(f"/c/{shop.id}/numbers/{id}").content.decode())
        assert "Third has it now, since Thu, Mar 5, 2026, 9:30 AM Eastern." in page
    assert "has it now" not in leo.get(f"/c/{shop.id}/numbers/{third.id}").content.decode()


def test_that_another_company_has_it_now_only_an_admin_reads(
    shop: Company, leo: Client, line: Tracker
) -> None:
    other = scene.company("Secret Dental", "America/Chicago")
    theirs = scene.tracker(other, NUMBER, "Secret line", owns_from=scene.at_ms(shop, "2026-03-04 09:30"))
    page = leo.get(f"/c/{shop.id}/numbers/{line.id}").content.decode()
    assert "It had this number until Wed, Mar 4, 2026, 9:30 AM Eastern." in words(page)
    assert "Secret" not in page
    assert f"/c/{other.id}" not in page
    ada = signed_in(person("ada@example.com", Role.ADMIN))
    page = ada.get(f"/c/{shop.id}/numbers/{line.id}").content.decode()
    assert "Secret line of Secret Dental has it now, since Wed, Mar 4, 2026, 9:30 AM Eastern." in words(page)
    assert f'href="/c/{other.id}/numbers/{theirs.id}"' in page
    mia = signed_in(person("mia@example.com", Role.MANAGER, other))
    assert "Main line" not in mia.get(f"/c/{other.id}/numbers/{theirs.id}").content.decode()


PLANNED = {"begins": "at", "day": "2090-03-04", "clock": "09:30", "name": "Later"}


def test_a_planned_hand_over_has_not_happened(shop: Company, leo: Client, line: Tracker) -> None:
    """DOMAIN Who owns a number: a later owner owns it from the hand-over on."""
    path = f"/c/{shop.id}/numbers/{line.id}"
    page = send(leo, f"{path}/hand-over", PLANNED)
    assert "(404) 555-0180 will be handed over to Later on Sat, Mar 4, 2090, 9:30 AM Eastern." in page
    page = words(leo.get(path).content.decode())
    assert "It hands this number over on Sat, Mar 4, 2090, 9:30 AM Eastern." in page
    assert "Until then its texts and calls come in here, and changes count at once." in page
    assert "It had this number" not in page
    assert "Handed over" not in page
    assert "Hand it over…" not in page, "it is planned"
    assert "Disable it" in page
    send(leo, f"{path}/disabled", {"disabled": "1"})
    assert "Use it again" in words(leo.get(path).content.decode())
    again = send(leo, f"{path}/hand-over", PLANNED)
    assert "Main line hands its number over on Sat, Mar 4, 2090, 9:30 AM Eastern already." in again
    later = next(each for each in trackers_of(shop.id) if each.name == "Later")
    page = words(leo.get(f"/c/{shop.id}/numbers/{later.id}").content.decode())
    assert "It gets this number on Sat, Mar 4, 2090, 9:30 AM Eastern." in page
    assert "Hand it over…" in page


def test_who_has_a_number_now_is_named_and_not_who_gets_it(shop: Company, leo: Client, line: Tracker) -> None:
    send(leo, f"/c/{shop.id}/numbers/{line.id}/hand-over", PLANNED)
    assert "This is Main line already," in said(leo, f"/c/{shop.id}/numbers/new", GOOD)[0]


def test_a_planned_hand_over_to_another_company(shop: Company, line: Tracker) -> None:
    other = scene.company("Other", "America/Chicago")
    ada = signed_in(person("ada@example.com", Role.ADMIN))
    fields = PLANNED | {"company": other.id}
    page = send(ada, f"/c/{shop.id}/numbers/{line.id}/hand-over", fields)
    assert "will be handed over to Later of Other on Sat, Mar 4, 2090, 9:30 AM Eastern." in page
    leo = signed_in(person("leo@example.com", Role.MANAGER, shop))
    assert "Other" not in words(leo.get(f"/c/{shop.id}/numbers/{line.id}").content.decode())


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"day": ""}, "Choose a day from 1971 to 2099."),
        ({"day": "1960-01-01"}, "Choose a day from 1971 to 2099."),
        ({"day": "soon"}, "Write the date like 2026-03-04, or choose it."),
        ({"day": "2026-03-08", "clock": "02:30"}, "The clocks passed over this time on that day."),
        ({"begins": "never"}, "Choose one of the two."),
        ({"begins": "now"}, "A day or time is filled in"),
        ({"begins": "now", "day": ""}, "A day or time is filled in"),
        ({"name": ""}, "Type a name."),
    ],
)
def test_a_hand_over_that_is_wrong(
    shop: Company, leo: Client, line: Tracker, wrong: dict[str, str], sentence: str
) -> None:
    fields = {"begins": "at", "day": "2026-03-04", "clock": "09:00", "name": "Newer"} | wrong
    found = said(leo, f"/c/{shop.id}/numbers/{line.id}/hand-over", fields)
    assert any(each.startswith(sentence) for each in found), found
    assert trackers_of(shop.id) == [line]


def test_an_admin_hands_over_to_another_company_after_the_last_text(shop: Company, line: Tracker) -> None:
    """DOMAIN: from another company's past nothing is ever taken."""
    other = scene.company("Other", "America/Chicago")
    scene.says(shop, line, DANA, "Mine", "2026-03-04 09:00")
    ada = signed_in(person("ada@example.com", Role.ADMIN))
    path = f"/c/{shop.id}/numbers/{line.id}/hand-over"
    fields = {"begins": "at", "day": "2026-03-04", "clock": "08:00", "name": "Theirs", "company": other.id}
    assert any("later texts or calls" in each for each in said(ada, path, fields))
    page = send(ada, path, fields | {"clock": "09:01"})
    assert "was handed over to Theirs of Other." in page
    assert [each.name for each in trackers_of(other.id)] == ["Theirs"]
    assert [(one.company_name, one.what) for one in AuditLine.objects.order_by("id")] == [
        ("Piedmont Dental", "Handed +14045550180 (Main line) over, from 2026-03-04 09:01 EST on."),
        ("Other", "Added +14045550180 as Theirs, from 2026-03-04 08:01 CST on."),
    ]


def test_a_manager_hands_over_within_the_company_alone(shop: Company, leo: Client, line: Tracker) -> None:
    other = scene.company("Other")
    fields = {"begins": "now", "name": "Theirs", "company": other.id}
    answer = leo.post(f"/c/{shop.id}/numbers/{line.id}/hand-over", fields)
    assert answer.status_code == 400
    assert trackers_of(other.id) == []


@pytest.mark.parametrize("is_to_sample", [True, False])
def test_nothing_changes_hands_between_a_sample_and_a_real_company(
    shop: Company, line: Tracker, is_to_sample: bool
) -> None:
    sample = scene.company("Sample company")
    (sample if is_to_sample else shop).is_sample = True
    (sample if is_to_sample else shop).save()
    ada = signed_in(person("ada@example.com", Role.ADMIN))
    path = f"/c/{shop.id}/numbers/{line.id}/hand-over"
    assert 'name="company"' not in ada.get(path).content.decode(), "there is no other one to choose"
    third = scene.company("Third")
    Company.objects.filter(pk=third.id).update(is_sample=shop.is_sample)
    fields = {"begins": "now", "name": "Theirs"}
    refused = said(ada, path, fields | {"company": sample.id})
    assert "Choose a company from the list." in refused
    assert trackers_of(sample.id) == []
    send(ada, path, fields | {"company": third.id})
    assert [each.name for each in trackers_of(third.id)] == ["Theirs"]


PATHS = ("numbers/new", "numbers/many", "numbers/{id}", "numbers/{id}/hand-over")


@pytest.mark.parametrize("path", [*PATHS, "numbers/{id}/disabled"])
def test_who_only_reads_may_not_change_and_strangers_find_nothing(
    shop: Company, line: Tracker, path: str
) -> None:
    """DOMAIN "Who may what": no right to read: 404. No right to change: 403."""
    address = f"/c/{shop.id}/{path.format(id=line.id)}"
    reader = signed_in(person("rep@example.com", Role.REPORTING, shop))
    stranger = signed_in(person("eve@example.com", Role.MANAGER, scene.company("Other")))
    assert reader.post(address, GOOD | {"disabled": "1"}).status_code == 403
    assert stranger.post(address, GOOD | {"disabled": "1"}).status_code == 404
    assert Client().post(address, GOOD)["Location"].startswith("/sign-in/")
    assert trackers_of(shop.id) == [line]
    page = reader.get(f"/c/{shop.id}/numbers").content.decode()
    assert "/numbers/new" not in page
    assert f"/numbers/{line.id}" not in page


def test_a_tracker_of_another_company_is_not_there(shop: Company, leo: Client) -> None:
    theirs = scene.tracker(scene.company("Other"), "+14045550181", "Secret line")
    for id in (theirs.id, 12, 2**70):
        for path in ("", "/hand-over"):
            assert leo.get(f"/c/{shop.id}/numbers/{id}{path}").status_code == 404
        assert leo.post(f"/c/{shop.id}/numbers/{id}/disabled", {"disabled": "1"}).status_code == 404


def test_a_forged_form_changes_nothing(shop: Company, line: Tracker) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("leo@example.com", Role.MANAGER, shop))
    assert client.post(f"/c/{shop.id}/numbers/{line.id}/disabled", {"disabled": "1"}).status_code == 403
    assert tracker(shop.id, line.id) == line


@pytest.mark.parametrize(("role", "may"), [(Role.MANAGER, True), (Role.REPORTING, False)])
def test_who_may_add_the_first_number_is_led_there(shop: Company, role: Role, may: bool) -> None:
    client = signed_in(person("first@example.com", role, shop))
    html = client.get(f"/c/{shop.id}/analytics/activity/text-conversations").content.decode()
    assert (f'href="/c/{shop.id}/numbers/new"' in html) == may
    assert ("A manager or an admin adds the first number." in words(html)) != may


@pytest.mark.parametrize("role", [Role.MANAGER, Role.REPORTING])
def test_nobody_is_sent_to_ask_for_a_carrier_that_is_connected(shop: Company, role: Role) -> None:
    client = signed_in(person("first@example.com", role, shop))
    address = f"/c/{shop.id}/analytics/activity/text-conversations"
    assert "An admin of this installation connects the carrier" in words(client.get(address).content.decode())
    connect(shop)
    html = client.get(address).content.decode()
    assert "The carrier is connected." in words(html)
    assert "ask them to do it" not in words(html)
    assert "settings/connections/" not in html
