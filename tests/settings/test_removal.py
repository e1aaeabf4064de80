"""Deleting a company: everything of it goes, step by step, and one line stays. So goes the sample, too."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests import scene
from tests.intake.twilio import connect, inbound, post
from tests.ledger.rows import rows
from tests.settings.conftest import People, audit, hidden, read, refused, work
from textmeter.accounts.models import AuditLine, Company, User
from textmeter.cli.jobs import job_handlers
from textmeter.intake import jobs, known
from textmeter.intake.jobs import do_jobs
from textmeter.intake.models import Connection, Job
from textmeter.intake.worker import work_once
from textmeter.ledger import remove
from textmeter.ledger.changes import bump_change
from textmeter.ledger.check import check
from textmeter.ledger.customers import name_customer
from textmeter.ledger.rebuild import mark_for_rebuild
from textmeter.ledger.remove import remove_ledger
from textmeter.ledger.statements import fetch, run

ANN, BEN = "+14045550112", "+14045550113"
SMALL = 300  # texts of a sample that is quick to make


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "FRESH", 0.01)
    monkeypatch.setattr(jobs, "TELL_EVERY", 0)


def busy(shop: Company) -> None:
    line, other = scene.tracker(shop), scene.tracker(shop, "+14045550181", "Site")
    for place in range(30):
        scene.says(shop, line, f"+177055501{place:02d}", "Hello there", f"2026-03-04 09:{place:02d}")
    scene.answers(shop, other, ANN, "Hi", "2026-03-05 10:00")
    scene.says(shop, line, BEN, "STOP", "2026-03-06 10:00", customer_name="Ben")
    scene.calls(shop, line, ANN, "2026-03-05 11:00", seconds=5)
    scene.calls(shop, line, "anonymous", "2026-03-05 11:00")
    name_customer(shop.id, *fetch("SELECT min(id) FROM ledger_customer", [])[0], "Ann", by="x", now=1)
    run(
        "INSERT INTO ledger_early (company_id, kind, carrier, carrier_ref, mark, arrived_at, seen)"
        " VALUES (%s, 'status', 'twilio', 'SM1', 'sent', 1, '{}')",
        [shop.id],
    )
    mark_for_rebuild(shop.id)
    bump_change(shop.id)


def left_of(company_id: int) -> dict[str, int]:
    """How many rows each table still has of the company."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            columns = [one.name for one in connection.introspection.get_table_description(cursor, table)]
            if "company_id" in columns:
                cursor.execute(f"SELECT count(*) FROM {table} WHERE company_id = %s", [company_id])
                found[table] = cursor.fetchone()[0]
    assert len(found) > 15
    return {table: count for table, count in found.items() if count}


@pytest.mark.django_db(transaction=True)
def test_a_company_goes_whole_and_one_line_stays(people: People, shop: Company) -> None:
    other = Company.objects.get(name="Stranger & Sons")
    for one in (shop, other):
        connect(one)
    busy(shop)
    scene.says(other, scene.tracker(other, "+14045550190", "Theirs"), ANN, "Hello", "2026-03-04 09:00")
    before = rows(other)
    made = Connection.objects.get(company=shop)
    assert post(made, "message", inbound("Waits")).status_code == 200
    assert post(made, "message", inbound("Wrong"), "another").status_code == 403
    people.ada.post(f"/c/{shop.id}/settings/name", {"name": "Oak & Co"})

    of_ledger = {name for name in connection.introspection.table_names() if name.startswith("ledger_")}
    of_ledger = {name for name in of_ledger if "message_words" not in name}
    assert set(left_of(shop.id)) >= of_ledger, "something of everything is there"
    path = f"/c/{shop.id}/settings/delete"
    asked = read(people.ada.get(path))
    assert "To confirm, type the company’s name: Oak & Co" in asked
    assert "calls are no longer put through" in asked
    assert "Take the addresses out of Twilio’s console first." in asked
    wrong = read(people.ada.post(path, {"typed": "Oak"}), 400)
    assert "Nothing was deleted. Type Oak & Co to confirm." in wrong
    assert "Nothing was changed" not in wrong
    assert shop.id in [company.id for company in Company.objects.filter(removed_at=None)]
    answer = people.ada.post(path, {"typed": " Oak  & Co"}, follow=True)
    job_page = answer.redirect_chain[-1][0]
    assert "Deleting Oak & Co It begins in a moment." in read(answer)
    for client in (people.ada, people.manager):
        assert client.get(f"/c/{shop.id}/numbers").status_code == 404, "at once"
    assert "Oak & Co is being deleted." in read(people.ada.get("/settings/companies"))
    assert check() == []
    work()
    assert left_of(shop.id) == {"accounts_auditline": 1, "intake_job": 1}
    assert not Company.objects.filter(pk=shop.id).exists()
    assert fetch("SELECT count(*) FROM intake_receipt", []) == [(0,)]
    assert rows(other) == before
    assert check() == []
    assert User.objects.filter(email="mia@example.com").exists(), "people stay"
    assert audit() == [("ada@example.com", "Deleted the company Oak & Co with all that happened on it.")]
    done = people.ada.get(job_page)
    assert "Oak & Co is deleted Everything of it is gone." in read(done)
    assert "data-ended" in done.content.decode()
    assert "Deleted the company Oak & Co" in read(people.ada.get("/settings/changes"))


def test_a_removal_that_was_broken_off_goes_on(
    ada: Client, shop: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remove, "SMALLEST", 3)
    monkeypatch.setattr(remove, "LARGEST", 3)
    busy(shop)
    ada.post(f"/c/{shop.id}/settings/delete", {"typed": shop.name})
    seen: list[int] = []
    tell = jobs._Teller.__call__

    def told(self: Any, done: int, total: int) -> None:
        tell(self, done, total)
        seen.append(done)
        if len(seen) % 4 == 0:
            stop.set()

    monkeypatch.setattr(jobs._Teller, "__call__", told)
    for _ in range(40):
        stop = threading.Event()
        do_jobs(job_handlers(), stop)
        if Job.objects.filter(ended_at=None).exists():
            job = Job.objects.get()
            assert f"{job.done:,} of {job.total:,} texts, calls and customers" in read(
                ada.get(f"/settings/jobs/{job.id}?part")
            )
        else:
            break
    assert left_of(shop.id) == {"accounts_auditline": 1, "intake_job": 1}


@pytest.mark.parametrize("typed", ["Oak's “Ost” – Müller", 'oak’s "OST" - mu\u0308ller'])
def test_a_name_is_typed_with_the_keys_that_there_are(ada: Client, shop: Company, typed: str) -> None:
    path = f"/c/{shop.id}/settings/delete"
    ada.post(f"/c/{shop.id}/settings/name", {"name": "Oak’s “Ost” – Müller"})
    for wrong in ("", "Oak’s Ost Muller"):
        assert "Nothing was deleted." in read(ada.post(path, {"typed": wrong}), 400)
    assert ada.post(path, {"typed": typed}).status_code == 302


def test_only_admins_delete(people: People, shop: Company) -> None:
    refused(people, f"/c/{shop.id}/settings/delete")
    refused(people, f"/c/{shop.id}/settings/delete", form={"typed": shop.name})
    for page, form in (("sample", None), ("sample/add", {}), ("sample/remove", None), ("sample/remove", {})):
        hidden(people, f"/settings/{page}", form=form)
    assert not Job.objects.exists()


def test_steps_stay_short(shop: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step that takes long is followed by a shorter one, one that is quick by a longer one."""
    busy(shop)
    sizes: list[int] = []
    now = [0.0]

    def slow(self: Any, found: Any) -> int:
        sizes.append(len(found))
        now[0] += 0.01 * len(found)
        return len(found)

    removal = remove._Removal(shop.id, None)
    stock = list(range(200))

    def some(sql: str, params: Any) -> list[tuple[int]]:
        size = int(sql.rpartition(" ")[2])
        taken, stock[:] = stock[:size], stock[size:]
        return [(one,) for one in taken]

    monkeypatch.setattr(remove, "fetch", some)
    monkeypatch.setattr(remove, "monotonic", lambda: now[0])
    monkeypatch.setattr(remove, "SMALLEST", 1)
    removal.all_of("SELECT id FROM x", lambda found: slow(removal, found))
    assert sizes[:3] == [1, 2, 4]
    assert set(sizes[3:-1]) == {3, 4}, "0.04 seconds hold four of 0.01, or nearly"


@pytest.mark.django_db(transaction=True)
def test_the_sample_comes_and_goes(people: People, shop: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    from textmeter.sample import demo

    monkeypatch.setattr(demo, "MESSAGES", SMALL)
    ada = people.ada
    busy(shop)
    before = rows(shop)
    assert "Add the sample data" in read(ada.get("/settings/sample"))
    answer = ada.post("/settings/sample/add", follow=True)
    assert "Filling the sample company It begins in a moment." in read(answer)
    assert "Filling the sample company" in read(ada.get("/settings/sample"))
    ada.post("/settings/sample/add")
    assert Job.objects.count() == 1, "one is under way already"
    work()
    made = Company.objects.get(is_sample=True)
    log = f"/c/{made.id}/analytics/activity/text-conversations"
    assert f'href="{log}">Go on' in ada.get(answer.redirect_chain[-1][0]).content.decode()
    assert ada.get(log).status_code == 200
    assert people.manager.get(log).status_code == 404, "nobody was given it"
    assert ada.post("/settings/sample/add")["Location"] == "/settings/sample"
    assert Company.objects.filter(is_sample=True).count() == 1

    ((texts, calls, customers),) = fetch(
        "SELECT (SELECT count(*) FROM ledger_message WHERE company_id = %s),"
        " (SELECT count(*) FROM ledger_call WHERE company_id = %s),"
        " (SELECT count(*) FROM ledger_customer WHERE company_id = %s)",
        [made.id] * 3,
    )
    asked = read(ada.get("/settings/sample/remove"))
    assert f"{made.name} : {texts} texts, {calls} calls, {customers} customers Your own" in asked
    scene.tracker(made, "+14042345678", "Mine")
    asked = read(ada.get("/settings/sample/remove"))
    assert "These numbers were added to it and are not the sample’s own: (404) 234-5678." in asked
    assert Company.objects.get(pk=made.id).removed_at is None, "asking removes nothing"

    answer = ada.post("/settings/sample/remove", follow=True)
    going = "Remove the sample data It goes on when you leave this page."
    assert f"{going} Deleting {made.name}" in read(answer)
    assert ada.get(log).status_code == 404
    work()
    done = ada.get(answer.redirect_chain[-1][0])
    assert f"Remove the sample data {made.name} is deleted" in read(done)
    assert "Delete a company" not in read(done)
    assert 'href="/">Go on' in done.content.decode()
    on = ada.get("/", follow=True)
    assert on.redirect_chain[-1][0] == f"/c/{shop.id}/analytics/activity/text-conversations"
    Company.objects.all().delete()
    assert "Add the first company" in read(ada.get("/", follow=True)), "the sample came before any company"
    assert left_of(made.id) == {"accounts_auditline": 1, "intake_job": 1}
    assert rows(shop) == before
    assert [what for _, what in audit()] == [
        "Added the sample company.",
        f"Deleted the company {made.name} with all that happened on it.",
    ]
    for method in (ada.get, ada.post):
        assert method("/settings/sample/remove")["Location"] == "/settings/sample"
    work_once()


def test_without_numbers_for_a_sample_it_says_what_to_do(
    ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from textmeter.sample import demo

    monkeypatch.setattr(demo, "NUMBERS", demo.NUMBERS[:2])
    answer = ada.post("/settings/sample/add", follow=True)
    work()
    assert "Remove one of them, then try again." in read(ada.get(answer.redirect_chain[-1][0]))
    assert not Company.objects.filter(is_sample=True).exists()


def test_removing_takes_the_ledger_alone(shop: Company) -> None:
    busy(shop)
    remove_ledger(shop.id)
    assert set(left_of(shop.id)) <= {"accounts_auditline", "accounts_user_companies"}
    assert AuditLine.objects.count() == 0
