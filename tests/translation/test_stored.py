"""What a worker wrote down of a delivery or a fetch is said in its reader's language, and stays English for
programs; lines of before are read as they are."""

from __future__ import annotations

from urllib.parse import urlencode

import httpx
import pytest
from django.test import Client

from tests.every_page import DANA, House
from tests.intake.twilio import LINE, inbound
from tests.translation.scene import see_that_no_word_is_bare
from textmeter.accounts.models import Company
from textmeter.carriers.trouble import CarrierTrouble
from textmeter.carriers.twilio_history import _check
from textmeter.intake import fetch_list, fetching
from textmeter.intake.kept import Kept
from textmeter.intake.models import Connection
from textmeter.intake.quarantine import quarantined
from textmeter.intake.settle import settle
from textmeter.ledger.statements import fetch, run
from textmeter.lib.sentences import from_text

UNREADABLE = [
    ("message", {"Body": "Hi"}, "It doesn’t say between which numbers the text went (From, To)."),
    ("message", {"From": DANA, "To": LINE}, "It has no MessageSid, so it doesn’t say what it is about."),
    ("message", inbound(MessageSid="5 5"), "Its MessageSid is not an id of Twilio."),
    ("voice", {"CallSid": "CA" + "0" * 32}, "It doesn’t say which number was called (To)."),
    ("recording", {"CallSid": "CA" + "0" * 32}, "It names no recording (RecordingSid)."),
]
OLD = "The delivery can't be read. It has no MessageSid, so it doesn't say what it is about."


def store(made: Connection, id: int, what: str, fields: dict[str, str]) -> Kept:
    body, address = urlencode(fields).encode(), f"http://127.0.0.1/hooks/{made.key}/{what}"
    run(
        "INSERT INTO intake_receipt (id, connection_id, company_id, what, url, headers, body, received_at,"
        " state) VALUES (%s, %s, %s, %s, %s, '{}', %s, %s, 0)",
        [id, made.id, made.company_id, what, address, body, id],
    )
    return Kept(id, made.id, made.company_id, what, address, {}, body, id, "twilio")


@pytest.fixture
def made(ada: Client) -> Connection:
    """The company's, without what the house has in its quarantine."""
    run("DELETE FROM intake_receipt", [])
    return Connection.objects.filter(company__name__startswith="Piedmont").get()


@pytest.mark.parametrize(("what", "fields", "why"), UNREADABLE)
def test_why_a_delivery_is_unreadable(
    ada: Client, made: Connection, what: str, fields: dict[str, str], why: str
) -> None:
    settle(made.company_id, [store(made, 5000, what, fields)])
    assert [one.sentence for one in quarantined()] == [f"The delivery can’t be read. {why}"]
    answer = ada.get(f"/c/{made.company_id}/quarantine?reason=unreadable")
    assert "⟦Thé délívéry cán’t bé réád." in answer.content.decode()
    see_that_no_word_is_bare({what: answer})


def test_why_a_number_cannot_text(ada: Client, made: Connection) -> None:
    settle(made.company_id, [store(made, 5000, "message", inbound(to="+18005550199"))])
    (one,) = quarantined()
    assert one.sentence == (
        "+18005550199 got or sent a text. Toll-free numbers can’t text: only local U.S. and Canadian numbers "
        "can. The delivery is kept."
    )
    answer = ada.get(f"/c/{made.company_id}/quarantine?reason=cannot_text")
    assert "⟦+18005550199 gót ór sént á téxt. ⟦Tóll-fréé" in answer.content.decode()
    see_that_no_word_is_bare({"cannot_text": answer})


def test_a_note_of_before_is_read_as_it_is(ada: Client, made: Connection) -> None:
    store(made, 5000, "message", {"From": DANA, "To": LINE})
    run("UPDATE intake_receipt SET state = 2, reason = 'unreadable', detail = %s", [OLD])
    assert [one.sentence for one in quarantined()] == [OLD]
    answer = ada.get(f"/c/{made.company_id}/quarantine?reason=unreadable")
    assert OLD in answer.content.decode().replace("&#39;", "'")


def trouble(status: int) -> CarrierTrouble:
    with pytest.raises(CarrierTrouble) as raised:
        _check(httpx.Response(status))
    return raised.value


@pytest.mark.parametrize("status", [401, 404, 418, 429, 500])
def test_why_a_text_could_not_be_fetched(house: House, ada: Client, made: Connection, status: int) -> None:
    """The last answer of the crowd has no words."""
    error = trouble(status)
    asked = wanted(made)
    fetching._try_later(asked, error.sentence)
    assert fetch_list.troubles(made.company_id, [asked.carrier_ref]) == {asked.carrier_ref: str(error)}
    assert [one.error for one in fetch_list.listed()] == [str(error)]
    answer = ada.get(house.paths["timeline"])
    assert "⟦Ít cóúldn’t bé fétchéd: <bdi>⟦Twílíó" in answer.content.decode()
    see_that_no_word_is_bare({str(status): answer})


def test_trouble_of_before_is_read_as_it_is(house: House, ada: Client, made: Connection) -> None:
    asked = wanted(made)
    run("UPDATE intake_fetch SET error = 'Twilio had a failure of its own (500).'", [])
    assert [one.error for one in fetch_list.listed()] == ["Twilio had a failure of its own (500)."]
    assert "<bdi>Twilio had a failure of its own (500)." in ada.get(house.paths["timeline"]).content.decode()
    assert fetch_list.troubles(made.company_id, [asked.carrier_ref]) != {}


def wanted(made: Connection) -> fetching._Asked:
    shop = Company.objects.get(pk=made.company_id)
    rows = fetch("SELECT carrier_ref FROM ledger_message WHERE company_id = %s AND body IS NULL", [shop.id])
    ref = rows[0][0]
    run(
        "INSERT INTO intake_fetch (connection_id, company_id, carrier_ref, attempts, next_at)"
        " VALUES (%s, %s, %s, 0, 0)",
        [made.id, shop.id, ref],
    )
    return fetching._Asked(made.id, shop.id, ref, 0)


@pytest.mark.parametrize("held", ['{"pattern": ' + "[" * 3000, '{"pattern": 5, "many": "", "values": {}}'])
def test_what_only_looks_like_a_stored_sentence_is_read_as_it_is(held: str) -> None:
    assert from_text(held) == held
