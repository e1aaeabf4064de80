"""A company's settings: its name, its zone with a preview and progress, and adding one."""

from __future__ import annotations

import threading
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tests import scene
from tests.ledger.rows import rows
from tests.settings.conftest import People, audit, hidden, read, refused, work
from textmeter.accounts.models import Company
from textmeter.cli.jobs import job_handlers
from textmeter.intake import jobs
from textmeter.intake.jobs import do_jobs
from textmeter.intake.models import Job, JobKind
from textmeter.intake.unfinished import finish_rebuilds
from textmeter.ledger import rebuild
from textmeter.ledger.check import check
from textmeter.ledger.rebuild import change_zone, unfinished
from textmeter.ledger.statements import fetch
from textmeter.ledger.zone_preview import conversations_that_move

ANN, BEN, CAT = "+14045550112", "+14045550113", "+14045550114"


def test_an_admin_renames_the_company(ada: Client, shop: Company) -> None:
    answer = ada.post(f"/c/{shop.id}/settings/name", {"name": "  Piedmont Smiles "}, follow=True)
    assert "The company’s name is Piedmont Smiles." in read(answer)
    assert Company.objects.get(pk=shop.id).name == "Piedmont Smiles"
    assert audit() == [("ada@example.com", "Renamed the company from Piedmont Dental to Piedmont Smiles.")]
    ada.post(f"/c/{shop.id}/settings/name", {"name": "Piedmont Smiles"})
    assert len(audit()) == 1, "nothing changed, nothing is noted"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "Type the company’s name."),
        ("x" * 201, "Shorten the name"),
        ("a\tb", "on one line"),
        ("\0", "Null"),
    ],
)
def test_a_wrong_name_is_said_beside_its_field_and_changes_nothing(
    ada: Client, shop: Company, name: str, said: str
) -> None:
    answer = ada.post(f"/c/{shop.id}/settings/name", {"name": name})
    page = answer.content.decode()
    assert said in read(answer, 400)
    assert 'aria-invalid="true" aria-describedby="name-says"' in page
    assert "Nothing was changed yet." in page
    assert '<a class="link" href="#name">' in page
    assert (Company.objects.get(pk=shop.id).name, audit()) == ("Piedmont Dental", [])


def test_others_read_it_and_change_nothing(people: People, shop: Company) -> None:
    refused(people, f"/c/{shop.id}/settings/name", form={"name": "Mine"})
    refused(people, f"/c/{shop.id}/settings/time-zone", form={"time_zone": "America/Chicago"})
    refused(people, f"/c/{shop.id}/settings/time-zone?time_zone=America/Chicago")
    for reader in (people.manager, people.reporter):
        page = reader.get(f"/c/{shop.id}/settings")
        assert "An admin can change it." in read(page)
        assert 'method="post" action="/c/' not in page.content.decode()
    assert people.stranger.get(f"/c/{shop.id}/settings").status_code == 404
    assert Company.objects.get(pk=shop.id).name == "Piedmont Dental"
    assert (audit(), unfinished()) == ([], [])


def test_a_form_needs_its_token(shop: Company, people: People) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = people.ada.cookies
    assert client.post(f"/c/{shop.id}/settings/name", {"name": "Mine"}).status_code == 403


def busy(shop: Company) -> None:
    line = scene.tracker(shop)
    for person in (ANN, BEN, CAT):
        scene.says(shop, line, person, "Hi", "2026-03-05 00:30")
        scene.says(shop, line, person, "Again", "2026-03-06 12:00")


def test_a_change_of_zone_says_beforehand_what_moves_then_shows_how_far_it_is(
    ada: Client, shop: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild, "STEP_CUSTOMERS", 1)
    busy(shop)
    path = f"/c/{shop.id}/settings/time-zone"
    before = rows(shop)
    preview = read(ada.get(f"{path}?time_zone=america/chicago"))
    assert "3 conversations have texts that stand on another day in Central (America/Chicago)" in preview
    assert rows(shop) == before, "so far nothing was changed"

    answer = ada.post(path, {"time_zone": "America/Chicago"}, follow=True)
    assert answer.redirect_chain == [(f"/c/{shop.id}/settings#time-zone", 302)]
    waiting = read(answer)
    assert "Moving to America/Chicago It begins in a moment." in waiting
    assert "No worker is running, so it waits." in waiting
    assert "Until it is done, some texts and calls stand on the days and hours of the former zone." in waiting
    assert "Every text and call stands on" not in waiting
    assert "Look again" in waiting
    assert Company.objects.get(pk=shop.id).time_zone == "America/Chicago"

    # The worker is stopped in the midst; texts come in; the next worker goes on.
    stop = threading.Event()
    monkeypatch.setattr(jobs, "TELL_EVERY", 0)
    _stop_after_one(monkeypatch, stop)
    do_jobs(job_handlers(), stop)
    job = Job.objects.get()
    part = read(ada.get(f"/settings/jobs/{job.id}?part"))
    assert "1 of 3 customers" in part
    assert 'value="33"' in ada.get(f"/settings/jobs/{job.id}").content.decode()
    scene.says(shop, _line(shop), CAT, "Meanwhile", "2026-03-05 00:10")
    work()
    moved = read(ada.get(f"/c/{shop.id}/settings"))
    assert "Moved to America/Chicago 3 conversations moved to another day." in moved
    assert "Every text and call stands on its day and hour in Central (America/Chicago)." in moved
    assert "data-ended" in ada.get(f"/settings/jobs/{job.id}?part").content.decode()
    assert (check(), unfinished()) == ([], [])
    assert audit() == [("ada@example.com", "Moved the company from America/New_York to America/Chicago.")]


def _stop_after_one(monkeypatch: pytest.MonkeyPatch, stop: threading.Event) -> None:
    tell = jobs._Teller.__call__

    def told(self: Any, done: int, total: int) -> None:
        tell(self, done, total)
        if done == 1:
            stop.set()

    monkeypatch.setattr(jobs._Teller, "__call__", told)


def _line(shop: Company) -> Any:
    from textmeter.ledger.trackers import trackers_of

    return trackers_of(shop.id)[0]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Choose a time zone"),
        ("EST", "Did you mean America/New_York?"),
        ("new yorc", "“new yorc” is not the name of a time zone. Did you mean America/New_York?"),
        ("Atlanta", "“Atlanta” is a city. Did you mean America/New_York?"),
        ("Georgia", "Did you mean America/New_York or Asia/Tbilisi?"),
        ("Toledo", "Type a larger city nearby, a state or a country"),
        ("Etc/GMT+5", "is not the name of a time zone"),
    ],
)
def test_what_is_no_zone_is_said_with_the_nearest(ada: Client, shop: Company, typed: str, said: str) -> None:
    for answer in (
        ada.get(f"/c/{shop.id}/settings/time-zone", {"time_zone": typed}),
        ada.post(f"/c/{shop.id}/settings/time-zone", {"time_zone": typed}),
    ):
        assert said in read(answer, 400)
        assert 'id="time_zone-says"' in answer.content.decode()
    assert not Job.objects.exists()


def test_a_zone_is_offered_by_what_people_call_it(ada: Client, shop: Company) -> None:
    """Without a script: the browser finds what is typed in an option's value and in its label."""
    for path in (f"/c/{shop.id}/settings", "/settings/companies/new"):
        page = ada.get(path).content.decode()
        assert '<option value="America/New_York" label="Eastern Time (EST, EDT): New York, Atlanta, ' in page
        assert page.count('<option value="America/New_York"') == 1


def test_the_same_zone_moves_nothing(ada: Client, shop: Company) -> None:
    answer = ada.post(f"/c/{shop.id}/settings/time-zone", {"time_zone": "America/New_York"}, follow=True)
    assert "is in America/New_York already. Nothing was changed." in read(answer)
    assert not Job.objects.exists()


def test_a_question_of_before_another_move_is_asked_anew(ada: Client, shop: Company) -> None:
    busy(shop)
    path = f"/c/{shop.id}/settings/time-zone"
    asked = ada.get(f"{path}?time_zone=America/Chicago").content.decode()
    assert 'name="former" value="America/New_York"' in asked
    ada.post(path, {"time_zone": "Pacific/Honolulu", "former": "America/New_York"})
    older = {"time_zone": "America/Chicago", "former": "America/New_York"}
    answer = read(ada.post(path, older, follow=True))
    assert "Nothing was changed: meanwhile the company was moved to Pacific/Honolulu." in answer
    assert "From Hawaii (Pacific/Honolulu) to Central (America/Chicago)" in answer
    assert Company.objects.get(pk=shop.id).time_zone == "Pacific/Honolulu"


def test_another_change_in_the_midst_is_what_counts(ada: Client, shop: Company) -> None:
    busy(shop)
    for zone in ("America/Chicago", "Pacific/Honolulu"):
        ada.post(f"/c/{shop.id}/settings/time-zone", {"time_zone": zone})
    work()
    first, second = Job.objects.all()
    assert first.result == "The company is in another zone by now."
    assert second.result == "3 conversations moved to another day."
    assert (check(), unfinished()) == ([], [])


@pytest.mark.parametrize("vanishes", ["job", "nothing"])
def test_a_change_whose_job_is_there_is_left_to_it(ada: Client, shop: Company, vanishes: str) -> None:
    """Else the page would never hear how many conversations moved. One without a job goes on, too."""
    busy(shop)
    ada.post(f"/c/{shop.id}/settings/time-zone", {"time_zone": "America/Chicago"})
    if vanishes == "job":
        Job.objects.all().delete()

    class Once(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            self.set()
            return True

    from django.db import connection

    close, connection.close = connection.close, lambda: None  # type: ignore[method-assign]
    try:
        finish_rebuilds(Once())
    finally:
        connection.close = close  # type: ignore[method-assign]
    assert bool(unfinished()) is (vanishes == "nothing")


# Days of 23 and 25 hours, half-hour zones, clocks that change on different days, the day that Samoa left out.
MOVES = [
    ("America/New_York", "America/Chicago", "2026-03-08"),
    ("America/New_York", "America/Chicago", "2026-11-01"),
    ("America/New_York", "Asia/Kolkata", "2026-11-01"),
    ("America/St_Johns", "Europe/London", "2026-03-28"),
    ("Australia/Lord_Howe", "America/New_York", "2026-04-05"),
    ("Pacific/Apia", "America/Phoenix", "2011-12-30"),
    ("Africa/Monrovia", "America/Phoenix", "1972-01-06"),
    ("America/Phoenix", "America/Los_Angeles", "2026-03-08"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("old", "new", "day"), MOVES)
def test_the_preview_says_just_what_the_change_does(old: str, new: str, day: str) -> None:
    from datetime import date, datetime, timedelta

    from textmeter.lib.days import to_ms, zone

    shop = scene.company(time_zone=old)
    line = scene.tracker(shop)
    first = date.fromisoformat(day)
    place = 0
    for days in (-40, -3, -2, -1, 0, 1, 2, 3, 40):
        for hour in (0, 1, 2, 5, 9, 12, 18, 22, 23):
            there = datetime.combine(first + timedelta(days=days), datetime.min.time(), zone(old))
            place += 1
            scene.says(
                shop,
                line,
                f"+14045550{100 + place % 7}",
                "Hi",
                to_ms(there + timedelta(hours=hour, minutes=29)),
            )
    said = conversations_that_move(shop, new)
    assert said == change_zone(shop, new) > 0
    assert conversations_that_move(shop, new) == 0
    assert conversations_that_move(scene.company(), "Asia/Kolkata") == 0


def test_an_admin_adds_a_company(ada: Client) -> None:
    assert "Add a company" in read(ada.get("/settings/companies"))
    answer = ada.post("/settings/companies/new", {"name": "Oak & Co", "time_zone": "America/Denver"})
    made = Company.objects.get(name="Oak & Co")
    assert (answer.status_code, made.time_zone) == (302, "America/Denver")
    assert audit() == [("ada@example.com", "Added the company, in the time zone America/Denver.")]
    listed = read(ada.get("/settings/companies"))
    assert f"Oak & Co Mountain (America/Denver) {made.id}" in listed
    again = ada.post("/settings/companies/new", {"name": " oak & CO ", "time_zone": "America/Denver"})
    assert "There is a company of this name already." in read(again, 400)
    assert Company.objects.filter(name__iexact="oak & co").count() == 1
    wrong = ada.post("/settings/companies/new", {"name": "", "time_zone": "Denvers"})
    page = read(wrong, 400)
    assert "Did you mean America/Denver?" in page
    assert "Nothing was added yet." in page
    assert "type a city, such as New York" in page, "the hint stays"
    assert 'value="Denvers"' in wrong.content.decode(), "what was typed stays"


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("new york", "America/New_York"),
        ("Halifax", "America/Halifax"),
        ("europe/berlin", "Europe/Berlin"),
        ("US/Eastern", "America/New_York"),
        ("est5edt", "America/New_York"),
        (" Colombia Standard Time:  Bogota, Colombia\n", "America/Bogota"),
    ],
)
def test_a_city_a_former_name_or_a_whole_suggestion_is_enough(ada: Client, typed: str, zone: str) -> None:
    ada.post("/settings/companies/new", {"name": "Elm & Co", "time_zone": typed})
    assert Company.objects.get(name="Elm & Co").time_zone == zone


def test_the_longest_suggestion_is_taken_too(ada: Client) -> None:
    """It ends with a country that has several zones."""
    page = ada.get("/settings/companies/new").content.decode()
    label = unescape(page.split('<option value="America/New_York" label="')[1].split('"')[0])
    for name, typed in (("Elm", label), ("Oak", f"America/New_York {label}")):
        ada.post("/settings/companies/new", {"name": name, "time_zone": typed})
        assert Company.objects.get(name=name).time_zone == "America/New_York"
    wrong = ada.post("/settings/companies/new", {"name": "Fir", "time_zone": label[:60]})
    assert "Did you mean America/New_York?" in read(wrong, 400)


def test_companies_are_for_admins(people: People) -> None:
    hidden(people, "/settings/companies")
    hidden(people, "/settings/companies/new")
    hidden(people, "/settings/companies/new", form={"name": "Mine", "time_zone": "America/Denver"})
    hidden(people, f"/settings/jobs/{_some_job().id}")
    assert Company.objects.count() == 2
    assert people.ada.get("/settings/jobs/1").status_code == 404
    assert people.ada.get(f"/settings/jobs/{2**70}").status_code == 404


def _some_job() -> Job:
    return jobs.order(JobKind.CHANGE_ZONE, by="x", company_id=1, about="America/Denver")


def test_a_job_that_fails_says_so_and_others_go_on(ada: Client, shop: Company) -> None:
    def broken(job: Job, progress: object) -> str:
        raise ZeroDivisionError

    def refusing(job: Job, progress: object) -> str:
        raise jobs.Failed("There is no room. Make some.")

    first, second = _some_job(), jobs.order(JobKind.FILL_SAMPLE, by="x")
    do_jobs({JobKind.CHANGE_ZONE: broken, JobKind.FILL_SAMPLE: refusing})
    assert "It failed: ZeroDivisionError. The server’s log says more." in read(
        ada.get(f"/settings/jobs/{first.id}")
    )
    assert "There is no room. Make some." in read(ada.get(f"/settings/jobs/{second.id}"))
    assert fetch("SELECT count(*) FROM intake_job WHERE ended_at IS NULL", []) == [(0,)]


def test_an_order_for_what_is_under_way_is_the_same_job(db: None) -> None:
    assert _some_job() == _some_job()
    do_jobs({JobKind.CHANGE_ZONE: lambda job, progress: ""})
    assert _some_job() not in Job.objects.exclude(ended_at=None)


@pytest.mark.parametrize("typed", [" " * 30_000 + "x", "city" * 1_000])
def test_a_name_of_no_zone_may_be_of_any_length(ada: Client, shop: Company, typed: str) -> None:
    for path in (f"/c/{shop.id}/settings/time-zone", "/settings/companies/new"):
        read(ada.post(path, {"time_zone": typed, "name": "New"}), 400)
