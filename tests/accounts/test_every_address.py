"""A company never learns that another one exists: every address of the product, asked by people of one
company for another one's things, by its number in the address or by their ids below their own company's."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests import scene
from tests.intake.twilio import inbound
from tests.ledger.rows import rows
from tests.people import person, signed_in
from textmeter.accounts.models import Company, Role, User
from textmeter.intake.connections import add_connection
from textmeter.intake.jobs import order
from textmeter.intake.models import Connection, JobKind
from textmeter.intake.uploads import find, keep, new_upload
from textmeter.ledger.statements import fetch, run

pytestmark = pytest.mark.django_db
Ids = dict[str, Any]  # by the name in the address
SECRETS = ("Bakery", "(770) 555", "7705550", "Croissant", "bo@bakery.example", "sesame")
# What a form could hold that does something; with more than a form asks for.
FORM = {
    "name": "Taken",
    "number": "+17705550180",
    "time_zone": "America/Denver",
    "email": "taken@example.com",
    "role": "admin",
    "account_sid": "AC" + "2" * 32,
    "secret": "x" * 32,
    "begins": "now",
    "disabled": "yes",
    "do": "discard",
    "why": "Gone",
    "until": str(2**62),
    "confirm": "Bakery",
}


@pytest.fixture
def shop() -> Company:
    return scene.company("Piedmont Dental")


@pytest.fixture
def bakery() -> Company:
    return scene.company("Bakery")


@pytest.fixture
def theirs(bakery: Company) -> Ids:
    """One of each of its things."""
    line = scene.tracker(bakery, "+17705550180", "Bakery's line")
    scene.says(bakery, line, "+17705550112", "Croissants?", "2026-03-04 09:00")
    scene.calls(bakery, line, "+17705550112", "2026-03-04 10:00")
    ((customer,),) = fetch("SELECT id FROM ledger_customer WHERE company_id = %s", [bakery.id])
    connection = add_connection(bakery, account_sid="AC" + "1" * 32, secret="sesame")
    run(
        "INSERT INTO intake_receipt (id, connection_id, company_id, what, url, headers, body, received_at,"
        " state, reason, detail) VALUES (7, %s, %s, 'message', 'https://x/', %s, %s, 1, 2, 'unreadable', '')",
        [connection.id, bakery.id, json.dumps({}), urlencode(inbound("Croissant")).encode()],
    )
    upload = new_upload(bakery.id)
    upload.path.write_text("Croissant")
    upload.name = "Bakery.csv"
    keep(upload)
    return {
        "customer": customer,
        "tracker": line.id,
        "connection": connection.id,
        "person": person("bo@bakery.example", Role.MANAGER, bakery, name="Bo of the Bakery").pk,
        "job": order(JobKind.CHANGE_ZONE, by="bo@bakery.example", about="Bakery", company_id=bakery.id).pk,
        "key": upload.key,
    }


@pytest.mark.parametrize("role", [Role.REPORTING, Role.MANAGER])
def test_another_company_is_nowhere(role: Role, shop: Company, bakery: Company, theirs: Ids) -> None:
    before = everything_of(bakery, theirs)
    client = signed_in(person("mia@example.com", role, shop))
    asked = list(addresses(theirs | {"company": bakery.id}))
    assert len(asked) > 50
    assert {one: codes for one in asked if (codes := answers(client, one)) - {404, 405}} == {}
    assert everything_of(bakery, theirs) == before


@pytest.mark.parametrize("role", [Role.REPORTING, Role.MANAGER, Role.ADMIN])
def test_its_things_are_not_below_another_company(
    role: Role, shop: Company, bakery: Company, theirs: Ids
) -> None:
    """Not for admins either: what they change would be noted of the wrong company."""
    before = everything_of(bakery, theirs)
    client = signed_in(person("mia@example.com", role, *([] if role == Role.ADMIN else [shop])))
    asked = [one for one in addresses(theirs | {"company": shop.id}) if below_a_company(one)]
    news = reverse("timeline_changes", args=[shop.id, theirs["customer"]])
    asked.remove(news)
    assert len(asked) > 10
    refused = {404, 405} if role == Role.ADMIN else {403, 404, 405}
    assert {one: codes for one in asked if (codes := answers(client, one)) - refused} == {}
    # A script asks, of somebody who may have been erased meanwhile, too: of nobody there is nothing new.
    assert client.get(news).json() == client.get(reverse("timeline_changes", args=[shop.id, 1])).json()
    assert everything_of(bakery, theirs) == before


@pytest.mark.parametrize("role", [Role.REPORTING, Role.MANAGER])
def test_pages_of_ones_own_say_nothing_of_it(role: Role, shop: Company, bakery: Company, theirs: Ids) -> None:
    """Those without an id of anything, below one's own company and beside it; with a filter by its number."""
    client = signed_in(person("mia@example.com", role, shop))
    query = urlencode({"numbers": theirs["tracker"], "range": "all_time", "id": 7, "reason": "unreadable"})
    shown = 0
    for path in addresses({"company": shop.id}, alone=True):
        for asked in (path, f"{path}?{query}"):
            answer = client.get(asked)
            says_nothing(answer, asked)
            shown += answer.status_code == 200
    assert shown > 30


def test_a_delivery_of_another_company_is_neither_tried_nor_discarded(
    shop: Company, bakery: Company, theirs: Ids
) -> None:
    """By an admin, whose page of one company has an id of another one's."""
    before = everything_of(bakery, theirs)
    client = signed_in(person("ada@example.com", Role.ADMIN))
    for name in ("quarantine_replays", "quarantine_discard"):
        form = FORM | {"id": "7", "reason": "unreadable"}
        assert client.post(reverse(name, args=[shop.id]), form).status_code in (302, 404)
    assert everything_of(bakery, theirs) == before


def addresses(known: Ids, *, alone: bool = False) -> Iterator[str]:
    """Those of which all ids are known and any is asked for; `alone`: also where none is."""
    for one in patterns(get_resolver().url_patterns):
        asked = one.pattern.converters.keys()
        if asked <= known.keys() and (asked or alone) and one.name != "sign_out":
            yield reverse(str(one.name), kwargs={name: known[name] for name in asked})


def patterns(of: Iterable[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for one in of:
        yield from patterns(one.url_patterns) if isinstance(one, URLResolver) else [one]


def below_a_company(path: str) -> bool:
    """With the id of something else, too."""
    return path.startswith("/c/") and any(
        len(part) > 4 and part[-1].isdigit() for part in path.split("/")[3:]
    )


def answers(client: Client, path: str) -> set[int]:
    """To reading and to a form."""
    both = [client.get(path), client.post(path, FORM)]
    for answer in both:
        says_nothing(answer, path)
    return {answer.status_code for answer in both}


def says_nothing(answer: Any, path: str) -> None:
    said = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert [one for one in SECRETS if one in said.decode()] == [], path


def everything_of(company: Company, ids: Ids) -> list[Any]:
    upload = find(ids["key"])
    return [
        rows(company),
        *(list(model.objects.order_by("pk").values()) for model in (Company, Connection)),
        User.objects.filter(pk=ids["person"]).values().get(),
        fetch("SELECT * FROM ledger_tracker WHERE company_id = %s", [company.id]),
        fetch("SELECT id, state, reason FROM intake_receipt", []),
        fetch("SELECT id, kind FROM intake_job", []),
        upload and upload.path.read_text(),
    ]
