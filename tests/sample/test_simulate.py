"""The simulator speaks as the carrier does: signed, late, twice; and puts things back."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from pathlib import Path
from random import Random
from urllib.parse import parse_qsl

import httpx
import pytest
from django.test import override_settings
from twilio.request_validator import RequestValidator

from tests import scene
from textmeter.carriers.seen import CallSeen, LegStatus, Status, TextSeen
from textmeter.carriers.trouble import Gone, WrongCredentials
from textmeter.carriers.twilio import read_fields
from textmeter.carriers.twilio_history import Credentials, fetch_text
from textmeter.intake.connections import add_connection
from textmeter.intake.models import Connection
from textmeter.ledger.trackers import Tracker
from textmeter.sample.call_fields import Call
from textmeter.sample.carrier_api import CarrierApi
from textmeter.sample.demo import NOWHERE
from textmeter.sample.live_pace import STEP, as_in_a_practice, between_texts, steadily
from textmeter.sample.people import person
from textmeter.sample.posting import Posted, Simulated
from textmeter.sample.practice import TZ
from textmeter.sample.simulate import CannotSimulate, run
from textmeter.sample.traffic import Delivery, Shown, Traffic

NOW = 1_772_650_000_000
MESSAGE_RESOURCE = {
    *("account_sid", "api_version", "body", "date_created", "date_sent", "date_updated", "direction"),
    *("error_code", "error_message", "from", "messaging_service_sid", "num_media", "num_segments"),
    *("price", "price_unit", "sid", "status", "subresource_uris", "to", "uri"),
}
LINES = [
    Tracker(1, 1, "+14045550180", "Ads", "", "+14045550199", True, 0),
    Tracker(1, 2, "+14045550181", "Web", "", "+14045550199", False, 0),
]
KNOWN = [f"+1404555015{digit}" for digit in range(5)]


@pytest.fixture
def api() -> Iterator[CarrierApi]:
    one = CarrierApi("AC1", "AC1", "secret")
    one.start()
    yield one
    one.stop()


def traffic(api: CarrierApi, count: int, seed: int = 1) -> list[Delivery]:
    endless = Traffic(Random(seed), trackers=LINES, known=KNOWN, api=api, now=lambda: NOW)
    return list(islice(endless, count))


class TestTraffic:
    def test_the_same_seed_sends_the_same(self, api: CarrierApi) -> None:
        assert traffic(api, 200) == traffic(api, 200)
        assert traffic(api, 200) != traffic(api, 200, seed=2)

    def test_every_kind_of_delivery_comes_and_can_be_read(self, api: CarrierApi) -> None:
        sent = traffic(api, 2_000)
        assert {one.what for one in sent} == {
            *("message", "status", "voice", "voice-status", "dial-status", "recording")
        }
        for one in sent:
            (seen,) = read_fields(one.what, dict(one.pairs), NOW)
            assert seen.carrier_ref == one.ref

    def test_some_come_twice_with_the_same_token_and_the_same_fields(self, api: CarrierApi) -> None:
        by_token: dict[str, list[Delivery]] = defaultdict(list)
        for one in traffic(api, 800):
            by_token[one.token].append(one)
        assert {len(some) for some in by_token.values()} == {1, 2}
        for some in by_token.values():
            assert len({tuple(one.pairs) for one in some}) == 1
            assert [one.is_again for one in some] == [False, True][: len(some)]

    def test_statuses_come_in_more_than_one_order(self, api: CarrierApi) -> None:
        orders = defaultdict(list)
        for one in traffic(api, 800):
            if one.what == "status" and not one.is_again:
                orders[one.ref].append(dict(one.pairs)["MessageStatus"])
        whole = Counter(tuple(order) for order in orders.values() if len(order) == 3)
        assert whole[("queued", "sent", "delivered")] > 20
        assert len(whole) > 3

    def test_texts_of_the_business_come_without_words_and_the_api_has_them(self, api: CarrierApi) -> None:
        sent = [one for one in traffic(api, 300) if one.what == "status"]
        for one in sent:
            (seen,) = read_fields("status", dict(one.pairs), NOW)
            assert isinstance(seen, TextSeen)
            assert seen.body is None
        assert {one.ref for one in sent} <= api.texts.keys()
        with httpx.Client() as client:
            known = Credentials("AC1", "AC1", "secret", api.url)
            text = fetch_text(client, known, sent[0].ref, NOW)
        assert (text.body, text.from_number) == (
            api.texts[sent[0].ref]["body"],
            dict(sent[0].pairs)["From"],
        )
        assert text.carrier_time == NOW
        assert text.status in (Status.QUEUED, Status.SENT, Status.DELIVERED, Status.UNDELIVERED)
        assert api.fetched == {sent[0].ref}

    def test_photos_come_with_their_addresses(self, api: CarrierApi) -> None:
        texts = [
            read_fields("message", dict(one.pairs), NOW)[0]
            for one in traffic(api, 800)
            if one.what == "message"
        ]
        media = [one.media for one in texts if isinstance(one, TextSeen) and one.media]
        assert media
        assert all(len(some) == 1 and some[0].content_type == "image/jpeg" for some in media)


class TestNames:
    def test_nobody_is_called_by_another_name_than_people_see(self, api: CarrierApi) -> None:
        """Known customers by the name on their page, also one that somebody wrote by hand; the others, of
        whom a page shows the number, by none."""
        pages = {KNOWN[0]: Shown("Ångström Bo"), KNOWN[1]: Shown("Chloe Ross"), KNOWN[2]: Shown("")}
        names = called(greetings(api, pages.get))
        assert names[KNOWN[0]] == {"Ångström"}
        assert names[KNOWN[1]] == {"Chloe"}
        assert names[KNOWN[2]] == {"there"}
        assert len(names) > 20
        assert set().union(*(some for number, some in names.items() if number not in pages)) == {"there"}

    def test_who_turns_up_anew_has_no_customers_number(self, api: CarrierApi) -> None:
        """A number whose customer has opted out is left alone too."""
        there = {f"+1404555{line:04d}": Shown(None) for line in range(100, 150)}
        there |= {number: Shown("Chloe Ross", has_opted_out=True) for number in KNOWN}
        written_to = {one["to"] for one in greetings(api, there.get)}
        assert len(written_to) > 20
        assert not written_to & there.keys()


def greetings(api: CarrierApi, shown: Callable[[str], Shown | None]) -> list[dict[str, str]]:
    """The business's texts of a long while, as the carrier's API has them."""
    endless = Traffic(Random(1), trackers=LINES, known=KNOWN, api=api, now=lambda: NOW, shown=shown)
    deque(islice(endless, 3_000), maxlen=0)
    return list(api.texts.values())


def called(texts: list[dict[str, str]]) -> dict[str, set[str]]:
    """By number: what they were called at the beginning of texts."""
    names: dict[str, set[str]] = defaultdict(set)
    for one in texts:
        if found := re.match(r"(?:Hi|Thanks,) (\w+)", one["body"]):
            names[one["to"]].add(found[1])
    return names


class TestPace:
    def test_a_demo_is_lively_at_first_and_then_a_practice(self) -> None:
        noon, night = datetime(2026, 3, 4, 12, 30, tzinfo=TZ), datetime(2026, 3, 4, 3, 0, tzinfo=TZ)
        assert between_texts(60, noon) == 5
        assert 5 < between_texts(150, noon) < 20
        assert between_texts(600, noon) == 60
        assert 300 < between_texts(18_000, noon) < 900
        assert between_texts(18_000, night) == 1_500

    @pytest.mark.parametrize("hour", [0, 9, 17])
    def test_a_day_of_it_is_about_as_full_as_the_samples_busiest(self, hour: int) -> None:
        begin, running, texts = datetime(2026, 3, 4, hour, 0, tzinfo=TZ), 0.0, 0
        while running < 86_400:
            running += between_texts(running, begin + timedelta(seconds=running))
            texts += 1
        assert 110 < texts < 160

    def test_one_text_has_one_long_pause_however_many_callbacks(self, api: CarrierApi) -> None:
        pause = as_in_a_practice(Random(1), lambda: NOW)
        long = Counter(one.ref for one in traffic(api, 800) if pause(one) > STEP)
        assert set(long.values()) == {1}
        assert {ref[:2] for ref in long} == {"SM", "MM", "CA"}

    def test_a_rate_is_exact(self, api: CarrierApi) -> None:
        pause = steadily(4)
        assert {pause(one) for one in traffic(api, 50)} == {0.25}


@pytest.mark.parametrize(("seconds", "dial"), [(95, LegStatus.COMPLETED), (None, LegStatus.NO_ANSWER)])
def test_a_calls_callbacks_tell_one_call(seconds: int | None, dial: LegStatus) -> None:
    """DOMAIN, Calls: only a parent leg is a call; the duration is the dialled leg's."""
    call = Call(
        "AC1",
        "CA1",
        "CA2",
        person("+14045550112"),
        "+14045550180",
        "+14045550199",
        NOW,
        seconds,
        "RE1" if seconds else None,
    )
    told = [(what, *read_fields(what, dict(pairs), NOW)) for what, pairs in call.callbacks()]
    calls = [seen for _, seen in told if isinstance(seen, CallSeen)]
    assert len(calls) == len(told) == (8 if seconds else 6)
    assert {one.carrier_ref for one in calls} == {"CA1"}
    assert max(one.dial_status for one in calls) == dial
    assert {one.seconds for one in calls if one.seconds} == ({seconds} if seconds else set())
    # The end of the call dates its beginning.
    assert [one.carrier_time for one in calls if one.carrier_time] == [NOW - NOW % 1000]


class TestApi:
    def test_wrong_credentials_are_refused_and_unknown_texts_not_found(self, api: CarrierApi) -> None:
        api.add("SM1", sender="+14045550180", receiver="+14045550112", body="Hi", at=NOW)
        with httpx.Client() as client:
            with pytest.raises(WrongCredentials):
                fetch_text(client, Credentials("AC1", "AC1", "wrong", api.url), "SM1", NOW)
            with pytest.raises(Gone):
                fetch_text(client, Credentials("AC1", "AC1", "secret", api.url), "SM2", NOW)
            with pytest.raises(Gone):
                fetch_text(client, Credentials("AC2", "AC1", "secret", api.url), "SM1", NOW)
        assert list(api.unfetched()) == ["SM1"]

    def test_it_answers_what_the_carriers_specification_promises(self, api: CarrierApi) -> None:
        api.add("SM1", sender="+14045550180", receiver="+14045550112", body="Hi", at=NOW)
        answer = httpx.get(
            f"{api.url}/2010-04-01/Accounts/AC1/Messages/SM1.json", auth=("AC1", "secret")
        ).json()
        assert answer.keys() == MESSAGE_RESOURCE

    def test_a_status_only_moves_forward(self, api: CarrierApi) -> None:
        api.add("SM1", sender="+14045550180", receiver="+14045550112", body="Hi", at=NOW)
        for status in ("delivered", "sent", "queued"):
            api.move_on("SM1", status, None)
        assert api.texts["SM1"]["status"] == "delivered"


class Door:
    """A server that notes what was posted to it and answers with one code."""

    def __init__(self, code: int = 204) -> None:
        self.posts: list[tuple[str, dict[str, str], list[tuple[str, str]]]] = []
        self.lock = threading.Lock()
        door = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                with door.lock:
                    headers = {name.lower(): value for name, value in self.headers.items()}
                    door.posts.append((self.path, headers, parse_qsl(body, keep_blank_values=True)))
                self.send_response(code)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def door() -> Iterator[Door]:
    one = Door()
    yield one
    one.close()


@pytest.fixture
def connection(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    monkeypatch.setattr("textmeter.sample.simulate.LINGER", 0.1)
    shop = scene.company()
    scene.tracker(shop, destination="+14045550199", record_calls=True)
    with override_settings(DATA_DIR=tmp_path):
        yield add_connection(shop, account_sid="AC1", secret="token", api_url=NOWHERE, is_sample=True)


class TestRun:
    def test_every_post_is_signed_as_the_carriers_own_library_signs(
        self, connection: Connection, door: Door
    ) -> None:
        simulated = run(connection, base_url=door.url, rate=500, count=60, seed=1)
        assert len(door.posts) == 60
        for path, headers, pairs in door.posts:
            assert path.startswith(f"/hooks/{connection.key}/")
            url, signature = door.url + path, headers["x-twilio-signature"]
            assert RequestValidator("token").validate(url, dict(pairs), signature)
            assert headers["i-twilio-idempotency-token"]
        whats = Counter(path.rpartition("/")[2] for path, _, _ in door.posts)
        assert (simulated.sent, simulated.answered) == (whats, Counter({"204": 60}))
        assert simulated.is_fine

    def test_while_it_runs_the_worker_asks_it_and_then_nobody(
        self, connection: Connection, door: Door, tmp_path: Path
    ) -> None:
        asked: list[str] = []

        def look(_: Posted, __: Simulated) -> None:
            asked.append(Connection.objects.get(pk=connection.pk).api_url)

        run(connection, base_url=door.url, rate=500, count=20, seed=1, report=look)
        assert len(set(asked)) == 1
        assert asked[0].startswith("http://127.0.0.1:")
        assert Connection.objects.get(pk=connection.pk).api_url == NOWHERE
        # What nobody asked for is there for the next time.
        left = json.loads((tmp_path / f"simulated-{connection.key}.json").read_text())["texts"]
        assert left
        assert all(text["body"] for text in left.values())

    def test_after_it_was_killed_the_next_one_puts_the_address_back(
        self, connection: Connection, door: Door, tmp_path: Path
    ) -> None:
        own = "https://api.example.com"
        # So a killed one leaves it: the dead API's address, and what to put back.
        Connection.objects.filter(pk=connection.pk).update(api_url="http://127.0.0.1:9")
        (tmp_path / f"simulated-{connection.key}.json").write_text(json.dumps({"api_url": own}))
        run(connection, base_url=door.url, rate=500, count=5, seed=1)
        assert Connection.objects.get(pk=connection.pk).api_url == own

    def test_one_that_ends_first_leaves_the_other_in_place(self, connection: Connection, door: Door) -> None:
        def start_another(_: Posted, simulated: Simulated) -> None:
            if simulated.sent.total() == 1:
                Connection.objects.filter(pk=connection.pk).update(api_url="http://127.0.0.1:1")

        run(connection, base_url=door.url, rate=500, count=5, seed=1, report=start_another)
        assert Connection.objects.get(pk=connection.pk).api_url == "http://127.0.0.1:1"

    def test_what_is_not_accepted_is_counted_and_is_not_fine(self, connection: Connection) -> None:
        door = Door(503)
        simulated = run(connection, base_url=door.url, rate=500, count=5, seed=1)
        door.close()
        assert simulated.answered == {"503": 5}
        assert not simulated.is_fine
        assert simulated.trouble() == "5 x 503"

    def test_it_keeps_the_pace(self, connection: Connection, door: Door) -> None:
        simulated = run(connection, base_url=door.url, rate=20, count=10, seed=1)
        assert 0.45 <= simulated.seconds < 1.5

    def test_it_ends_when_told_to(self, connection: Connection, door: Door) -> None:
        stop = threading.Event()

        def enough(_: Posted, simulated: Simulated) -> None:
            if simulated.sent.total() >= 3:
                stop.set()

        simulated = run(connection, base_url=door.url, rate=200, report=enough, stop=stop)
        assert 3 <= simulated.sent.total() < 60

    def test_nobody_there_is_said_in_one_sentence(self, connection: Connection) -> None:
        with pytest.raises(CannotSimulate, match=r"Nobody answers at http://127.0.0.1:9\. Start the server"):
            run(connection, base_url="http://127.0.0.1:9", count=1)
        assert Connection.objects.get(pk=connection.pk).api_url == NOWHERE

    def test_a_connection_that_is_no_sample_needs_force_and_gets_its_address_back(
        self, connection: Connection, door: Door
    ) -> None:
        own = "https://api.example.com"
        Connection.objects.filter(pk=connection.pk).update(is_sample=False, api_url=own)
        connection.refresh_from_db()
        with pytest.raises(CannotSimulate, match="is not a sample's"):
            run(connection, base_url=door.url, count=1)
        assert door.posts == []
        run(connection, base_url=door.url, rate=500, count=5, seed=1, force=True)
        assert len(door.posts) == 5
        assert Connection.objects.get(pk=connection.pk).api_url == own

    def test_without_a_number_that_may_text_it_says_so(self, db: None, door: Door) -> None:
        """DOMAIN, Numbers that may text: a toll-free number can't."""
        shop = scene.company()
        scene.tracker(shop, "+18005550199")
        connection = add_connection(shop, account_sid="AC1", secret="token", is_sample=True)
        with pytest.raises(CannotSimulate, match="has no tracker that can text"):
            run(connection, base_url=door.url, count=1)
