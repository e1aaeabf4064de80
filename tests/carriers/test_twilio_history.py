"""One text from Twilio's records, asked over HTTP from a small API with the published shapes."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.intake.twilio import ACCOUNT, CUSTOMER, LINE, Api, resource, twilio_api
from textmeter.carriers import twilio_history
from textmeter.carriers.seen import Direction, Media, Source, Status, TextSeen
from textmeter.carriers.trouble import CarrierDown, CarrierTrouble, Gone, Throttled, WrongCredentials
from textmeter.carriers.twilio_history import Credentials, fetch_text, text_in_history

NOW = 1_772_700_000_000


@pytest.fixture
def api() -> Iterator[Api]:
    with twilio_api() as api:
        yield api


def ask(api: Api, sid: str = "SM1", **more: Any) -> TextSeen:
    with httpx.Client(trust_env=False) as client:
        fields = {"account_sid": ACCOUNT, "user": ACCOUNT, "password": "token", "api_url": api.url} | more
        return fetch_text(client, Credentials(**fields), sid, NOW)


def test_a_text_sent_by_the_api(api: Api) -> None:
    api.knows("SM1", num_segments="2")
    assert ask(api) == TextSeen(
        carrier="twilio",
        carrier_ref="SM1",
        source=Source.HISTORY,
        arrived_at=NOW,
        carrier_time=1_772_634_781_000,
        from_number=LINE,
        to_number=CUSTOMER,
        direction=Direction.OUTBOUND,
        status=Status.DELIVERED,
        body="On our way",
        segments=2,
    )
    basic = "Basic " + b64encode(f"{ACCOUNT}:token".encode()).decode()
    assert api.asked == [(f"/2010-04-01/Accounts/{ACCOUNT}/Messages/SM1.json", basic)]


def test_an_api_key_is_used_when_there_is_one(api: Api) -> None:
    api.knows("SM1")
    ask(api, user="SK1", password="secret")
    assert api.asked[0][1] == "Basic " + b64encode(b"SK1:secret").decode()


def test_media_have_their_own_list(api: Api) -> None:
    api.knows("SM1", num_media="1", body="")
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/SM1/Media"
    api.answers[f"{path}.json"] = (
        200,
        {},
        {"media_list": [{"sid": "ME1", "content_type": "image/jpeg", "uri": f"{path}/ME1.json"}]},
    )
    seen = ask(api)
    assert (seen.body, seen.media) == ("", (Media(f"{api.url}{path}/ME1", "image/jpeg"),))
    del api.answers[f"{path}.json"]
    assert ask(api).media is None


def test_what_the_specification_allows_to_be_null() -> None:
    nothing = dict.fromkeys(resource("SM1"), None)
    seen = text_in_history(nothing, "SM1", NOW)
    assert (seen.body, seen.carrier_time, seen.direction, seen.status) == ("", None, None, Status.UNKNOWN)
    assert (
        text_in_history(resource("SM1") | {"date_sent": None}, "SM1", NOW).carrier_time == 1_772_634_780_000
    )
    assert text_in_history(resource("SM1") | {"error_code": 30003}, "SM1", NOW).error_code == "30003"
    assert text_in_history({}, "SM1", NOW).carrier_ref == "SM1"


@pytest.mark.parametrize(
    ("word", "direction", "is_automatic"),
    [
        ("inbound", Direction.INBOUND, False),
        ("outbound-api", Direction.OUTBOUND, False),
        ("outbound-call", Direction.OUTBOUND, False),
        ("outbound-reply", Direction.OUTBOUND, True),
    ],
)
def test_a_reply_of_twilio_itself_is_automatic(word: str, direction: Direction, is_automatic: bool) -> None:
    """DOMAIN, What is a message: automatic is Twilio's outbound-reply."""
    seen = text_in_history(resource("SM1") | {"direction": word}, "SM1", NOW)
    assert (seen.direction, seen.is_automatic) == (direction, is_automatic)


@pytest.mark.parametrize(
    ("code", "trouble"),
    [
        (404, Gone),
        (410, Gone),
        (401, WrongCredentials),
        (403, WrongCredentials),
        (429, Throttled),
        (500, CarrierDown),
        (503, CarrierDown),
        (302, CarrierTrouble),
        (400, CarrierTrouble),
    ],
)
def test_each_trouble_has_its_kind_and_its_sentence(api: Api, code: int, trouble: type[Exception]) -> None:
    api.knows("SM1", code=code)
    with pytest.raises(trouble) as raised:
        ask(api)
    assert str(raised.value).startswith("Twilio ")
    assert "token" not in str(raised.value)


@pytest.mark.parametrize(
    ("given", "seconds"), [("7", 7), ("", 5), ("soon", 5), ("999999999", 3600), ("-1", 5)]
)
def test_how_long_twilio_wants_to_be_left_alone(api: Api, given: str, seconds: float) -> None:
    api.knows("SM1", code=429, headers={"Retry-After": given})
    with pytest.raises(Throttled) as raised:
        ask(api)
    assert raised.value.retry_after == seconds


def test_no_answer_in_time(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twilio_history, "TIMEOUT", httpx.Timeout(0.1))
    api.knows("SM1")
    api.before.clear()
    with pytest.raises(CarrierDown, match="didn’t answer in time"):
        ask(api)


@pytest.mark.parametrize("content", [b"<html>", b"[1]", b"", b"\xff"])
def test_an_answer_that_is_none(api: Api, content: bytes) -> None:
    api.answers[f"/2010-04-01/Accounts/{ACCOUNT}/Messages/SM1.json"] = (200, {}, content)
    with pytest.raises(CarrierDown, match="not what its API promises"):
        ask(api)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://[bad", "nowhere"])
def test_nobody_there(api: Api, url: str) -> None:
    with pytest.raises(CarrierDown, match="can’t be reached"):
        ask(api, api_url=url)


def test_an_odd_id_stays_inside_its_folder(api: Api) -> None:
    with pytest.raises(Gone):
        ask(api, "../../Accounts?x=1")
    assert api.asked[0][0] == f"/2010-04-01/Accounts/{ACCOUNT}/Messages/..%2F..%2FAccounts%3Fx%3D1.json"
