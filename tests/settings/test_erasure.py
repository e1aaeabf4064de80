"""Erasing a customer in the browser: what the page says, what a worker does, and that neither deliveries nor
files nor the carrier bring anything back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests import scene
from tests.files.reading import export, file_of, imported, taken_apart
from tests.intake.twilio import Api, connect, inbound, post, ref, status, twilio_api
from tests.settings.conftest import People, audit, read, refused, work
from textmeter.accounts.models import Company
from textmeter.cli.jobs import job_handlers
from textmeter.intake import jobs, known
from textmeter.intake.connections import add_connection
from textmeter.intake.erasure import _remove_receipts
from textmeter.intake.fetch_list import listed
from textmeter.intake.fetching import fetch_due
from textmeter.intake.jobs import do_jobs
from textmeter.intake.models import Connection, Job
from textmeter.intake.quarantine import replay
from textmeter.intake.worker import work_once
from textmeter.ledger import erase
from textmeter.ledger.check import check
from textmeter.ledger.statements import fetch, run

pytestmark = pytest.mark.django_db(transaction=True)
ANN, BEN, SHOWN = "+14045550112", "+14045550113", "(404) 555-0112"


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "FRESH", 0.01)
    monkeypatch.setattr(jobs, "TELL_EVERY", 0)


@pytest.fixture
def api() -> Iterator[Api]:
    with twilio_api() as api:
        yield api


@pytest.fixture
def twilio(shop: Company, api: Api) -> Connection:
    scene.tracker(shop)
    return connect(shop, api_url=api.url)


def id_of(shop: Company, number: str = ANN) -> int:
    ((id,),) = fetch(
        "SELECT id FROM ledger_customer WHERE company_id = %s AND number = %s", [shop.id, number]
    )
    return int(id)


def erase_page(shop: Company, number: str = ANN) -> str:
    return reverse("erase_customer", args=[shop.id, id_of(shop, number)])


def bodies(shop: Company) -> list[tuple[Any, ...]]:
    return fetch(
        "SELECT c.number, m.body FROM ledger_message m JOIN ledger_customer c ON c.company_id = m.company_id"
        " AND c.id = m.customer_id WHERE m.company_id = %s ORDER BY m.id",
        [shop.id],
    )


def receipts(word: str) -> int:
    return sum(word.encode() in bytes(body) for (body,) in fetch("SELECT body FROM intake_receipt", []))


def test_who_types_the_number_erases(people: People, shop: Company, twilio: Connection) -> None:
    post(twilio, "message", inbound("Flu", sender=ANN))
    post(twilio, "message", inbound("Fine", sender=BEN))
    work_once()
    post(twilio, "message", inbound("Flu", sender=ANN, to="+14045550199"))
    post(twilio, "message", inbound("Flu", sender=ANN), "another secret")
    work_once()
    post(twilio, "message", inbound("Flu", sender=ANN))  # waits for the worker
    scene.says(
        shop,
        scene.tracker(shop, "+14045550181"),
        ANN,
        "Named",
        "2026-03-04 09:00",
        customer_name="Ann Lee",
        carrier_ref="SMnamed",
    )
    assert (receipts("Flu"), receipts("Fine")) == (4, 1)

    page = read(people.ada.get(erase_page(shop)))
    assert "Erase Ann Lee" in page
    assert "among them 2 in quarantine , which then can’t be applied any more" in page
    assert f"To confirm, type the number: {SHOWN}" in page
    assert "Nothing was erased." in read(people.ada.post(erase_page(shop), {"typed": "Ann Lee"}), 400)
    assert bodies(shop)[0] == (ANN, "Flu")

    answer = people.ada.post(erase_page(shop), {"typed": SHOWN}, follow=True)
    assert "Erasing a customer It begins in a moment." in read(answer)
    assert "Ann Lee" not in read(people.ada.get(reverse("customers", args=[shop.id]))), "at once"
    work()
    assert bodies(shop) == [(ANN, ""), (BEN, "Fine"), (ANN, ""), (ANN, "")]
    assert (receipts("Flu"), receipts("Fine")) == (0, 1)
    assert check() == []
    done = read(people.ada.get(answer.redirect_chain[-1][0]))
    assert "The customer is erased Name and words are gone, and 3 deliveries that could hold them." in done
    assert audit()[-1] == (
        "ada@example.com",
        f"Erased the name and the words of the customer with the id {id_of(shop)}.",
    )
    timeline = read(people.ada.get(reverse("timeline", args=[shop.id, id_of(shop)])))
    assert "Erased" in timeline
    assert "not received yet" not in timeline
    log = read(people.ada.get(reverse("text_conversations", args=[shop.id]), {"range": "all_time"}))
    assert log.count("Erased") == 2
    cells = [line["body"] for line in taken_apart(export(people.ada, shop)) if line["customer_number"] == ANN]
    assert cells == ["", "", ""]


@pytest.mark.parametrize("typed", ["404-555-0112", "+1 404 555 0112", "4045550112", f" {SHOWN} "])
def test_the_number_is_typed_in_any_form(ada: Client, shop: Company, typed: str) -> None:
    scene.says(shop, scene.tracker(shop), ANN, "Flu", "2026-03-04 09:00")
    assert ada.post(erase_page(shop), {"typed": typed}).status_code == 302


@pytest.mark.parametrize("typed", ["", "4", "14045550113", "0112", "Ann"])
def test_anything_else_erases_nothing(ada: Client, shop: Company, typed: str) -> None:
    scene.says(shop, scene.tracker(shop), ANN, "Flu", "2026-03-04 09:00")
    answer = read(ada.post(erase_page(shop), {"typed": typed}), 400)
    assert f"Nothing was erased. Type {SHOWN} to confirm." in answer
    assert not Job.objects.exists()


def test_a_customer_without_a_number(ada: Client, shop: Company) -> None:
    scene.says(shop, scene.tracker(shop), "", "Flu", "2026-03-04 09:00")
    assert ada.post(erase_page(shop, ""), {"typed": ""}).status_code == 400
    assert ada.post(erase_page(shop, ""), {"typed": "no number"}).status_code == 302
    work()
    assert bodies(shop) == [("", "")]


def test_only_admins_erase(people: People, shop: Company, twilio: Connection) -> None:
    scene.says(shop, scene.tracker(shop, "+14045550181"), ANN, "Flu", "2026-03-04 09:00")
    refused(people, erase_page(shop))
    refused(people, erase_page(shop), form={"typed": SHOWN})
    other = Company.objects.get(name="Stranger & Sons")
    strangers = reverse("erase_customer", args=[other.id, id_of(shop)])
    assert people.ada.get(strangers).status_code == 404
    assert people.ada.get(reverse("erase_customer", args=[shop.id, 2**70])).status_code == 404
    listed = reverse("customers", args=[shop.id])
    assert erase_page(shop) in people.ada.get(listed).content.decode()
    assert erase_page(shop) not in people.manager.get(listed).content.decode()
    timeline = reverse("timeline", args=[shop.id, id_of(shop)])
    assert "Erase name and words" in read(people.ada.get(timeline))
    assert "Erase name and words" not in read(people.manager.get(timeline))


def erased(people: People, shop: Company) -> None:
    people.ada.post(erase_page(shop), {"typed": SHOWN})
    work()


def test_nothing_brings_it_back(people: People, shop: Company, twilio: Connection, api: Api) -> None:
    """The carrier's second try, a late status, a replay, the carrier's API, a file of before."""
    first = inbound("Flu", sender=ANN)
    post(twilio, "message", first)
    unsaid = ref()
    post(twilio, "status", status(unsaid, "sent", to=ANN))
    work_once()
    file = export(people.ada, shop)
    assert [one.carrier_ref for one in listed(shop.id)] == [unsaid]
    erased(people, shop)
    assert listed(shop.id) == [], "nobody asks for words that would be erased"
    assert fetch_due() == 0

    post(twilio, "message", first)
    post(twilio, "status", status(unsaid, "delivered", to=ANN))
    work_once()
    assert listed(shop.id) == []
    assert receipts("Flu") == 0, "the second try isn’t kept either"
    assert b"Flu" in file
    report = imported(shop, file)
    assert report.refused == []
    imported(shop, file_of({"body": "Old flu", "customer_number": ANN, "sent_at": "2026-03-04T09:00:00Z"}))
    replay()
    work_once()
    assert {body for _, body in bodies(shop)} == {""}
    assert check() == []
    post(twilio, "message", inbound("New words", sender=ANN))
    work_once()
    assert (ANN, "New words") in bodies(shop)
    assert receipts("New+words") == 1


def test_the_stranger_s_words_stay(people: People, shop: Company, twilio: Connection) -> None:
    other = Company.objects.get(name="Stranger & Sons")
    scene.tracker(other, "+14045550190")
    theirs = add_connection(other, account_sid="AC" + "9" * 32, secret="0123456789abcdef0123456789abcdef")
    for one, line in ((twilio, "+14045550180"), (theirs, "+14045550190")):
        post(one, "message", inbound("Flu", sender=ANN, to=line))
    work_once()
    work_once()
    erased(people, shop)
    assert bodies(shop) == [(ANN, "")]
    assert bodies(other) == [(ANN, "Flu")]
    assert receipts("Flu") == 1


def test_what_was_broken_off_goes_on(
    people: People, shop: Company, twilio: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erase, "TOGETHER", 2)
    line = scene.tracker(shop, "+14045550181")
    for minute in range(9):
        scene.says(shop, line, ANN, "Flu", f"2026-03-04 09:0{minute}")
    people.ada.post(erase_page(shop), {"typed": SHOWN})
    tell = jobs._Teller.__call__

    def told(self: Any, done: int, total: int) -> None:
        tell(self, done, total)
        stop.set()

    monkeypatch.setattr(jobs._Teller, "__call__", told)
    rounds = 0
    while Job.objects.filter(ended_at=None).exists():
        stop = threading.Event()
        do_jobs(job_handlers(), stop)
        rounds += 1
        assert rounds < 20
        if rounds == 1:
            assert ("Flu" in {body for _, body in bodies(shop)}) is True
            monkeypatch.setattr(jobs._Teller, "__call__", tell)
    assert rounds == 2
    assert {body for _, body in bodies(shop)} == {""}


def test_a_number_without_digits_and_what_nobody_can_read(
    shop: Company, twilio: Connection, ada: Client
) -> None:
    post(twilio, "message", inbound("Flu", sender="ACME"))
    post(twilio, "message", inbound("Fine", sender=BEN))
    work_once()
    run(
        "UPDATE intake_receipt SET body = %s WHERE id = (SELECT MIN(id) FROM intake_receipt)",
        [b"From=ACME&Body=Flu"],
    )
    ada.post(erase_page(shop, "ACME"), {"typed": "ACME"})
    work()
    assert bodies(shop) == [("ACME", ""), (BEN, "Fine")]
    assert receipts("Fine") == 1
    assert _remove_receipts(shop.id, BEN, 2**62) == 1


def test_of_what_nobody_can_read_only_theirs_goes(shop: Company, twilio: Connection) -> None:
    bodies_and_goes = {
        b"From=ACME&Body=x": "ACME",
        b"Body=x&From=ACME": "ACME",
        b"Body=ACME+Inc": "",
        b"Body=x&From=%2B14045550112": ANN,
        b"Sid=24273000": "",
        b"\xff\xfe": "",
    }
    for number in ("ACME", ANN, "24273", ""):
        run("DELETE FROM intake_receipt", [])
        for body in bodies_and_goes:
            post(twilio, "message", inbound("Fine", sender=BEN))
            newest = "(SELECT MAX(id) FROM intake_receipt)"
            run(f"UPDATE intake_receipt SET state = 2, what = 'odd', body = %s WHERE id = {newest}", [body])
        gone = [body for body, whose in bodies_and_goes.items() if whose == number and whose]
        assert _remove_receipts(shop.id, number, 2**62) == len(gone), number
