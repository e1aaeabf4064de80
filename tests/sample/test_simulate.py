"""The simulator speaks as the carrier does: signed, late, twice; and puts things back."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl

import httpx
import pytest
from django.test import override_settings
from twilio.request_validator import RequestValidator

from tests import scene
from textmeter.carriers.trouble import Gone, WrongCredentials
from textmeter.carriers.twilio_history import Credentials, fetch_text
from textmeter.intake.connections import add_connection
from textmeter.intake.models import Connection
from textmeter.ledger.customers import name_customer
from textmeter.ledger.statements import fetch
from textmeter.ledger.trackers import trackers_of
from textmeter.sample.carrier_api import CarrierApi
from textmeter.sample.demo import NOWHERE
from textmeter.sample.posting import Posted, Simulated
from textmeter.sample.simulate import CannotSimulate, _shown, run
from textmeter.sample.traffic import Shown

NOW = 1_772_650_000_000
MESSAGE_RESOURCE = {
    *("account_sid", "api_version", "body", "date_created", "date_sent", "date_updated", "direction"),
    *("error_code", "error_message", "from", "messaging_service_sid", "num_media", "num_segments"),
    *("price", "price_unit", "sid", "status", "subresource_uris", "to", "uri"),
}


@pytest.fixture
def api() -> Iterator[CarrierApi]:
    one = CarrierApi("AC1", "AC1", "secret")
    one.start()
    yield one
    one.stop()


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
        yield add_connection(
            shop, account_sid="AC" + "1" * 32, secret="token", api_url=NOWHERE, is_sample=True
        )


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

    def test_one_that_is_killed_has_kept_the_words_of_what_it_sent(
        self, connection: Connection, door: Door, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("textmeter.sample.simulate.KEEPS_EVERY", 0.0)
        kept: set[str] = set()

        def look(_: Posted, __: Simulated) -> None:
            note = json.loads((tmp_path / f"simulated-{connection.key}.json").read_text())
            assert note["api_url"] == NOWHERE
            kept.update(note["texts"])
            assert {dict(pairs)["MessageSid"] for path, _, pairs in door.posts if "/status" in path} <= kept

        run(connection, base_url=door.url, rate=100, count=20, seed=1, report=look)
        assert kept

    def test_customers_are_called_as_their_pages_show_them(self, connection: Connection) -> None:
        scene.says(
            connection.company,
            trackers_of(connection.company_id)[0],
            "+14045550112",
            "Hi",
            "2026-03-04 09:00",
        )
        assert _shown(connection.company_id, "+14045550112") == Shown("")
        assert _shown(connection.company_id, "+14045550113") is None
        (found,) = fetch("SELECT id FROM ledger_customer WHERE company_id = %s", [connection.company_id])
        name_customer(connection.company_id, found[0], "Chloe Ross", "ana@example.com", NOW)
        assert _shown(connection.company_id, "+14045550112") == Shown("Chloe Ross")
        stranger = scene.company("Next Door")
        assert _shown(stranger.id, "+14045550112") is None

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
        connection = add_connection(shop, account_sid="AC" + "1" * 32, secret="token", is_sample=True)
        with pytest.raises(CannotSimulate, match="has no tracker that can text"):
            run(connection, base_url=door.url, count=1)
