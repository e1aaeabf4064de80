"""What the simulator sends: as the carrier does, at a practice's pace, and by the right name."""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from random import Random

import httpx
import pytest

from textmeter.carriers.seen import CallSeen, LegStatus, Status, TextSeen
from textmeter.carriers.twilio import read_fields
from textmeter.carriers.twilio_history import Credentials, fetch_text
from textmeter.ledger.trackers import Tracker
from textmeter.sample.call_fields import Call
from textmeter.sample.carrier_api import CarrierApi
from textmeter.sample.live_pace import STEP, as_in_a_practice, between_texts, steadily
from textmeter.sample.people import person
from textmeter.sample.practice import TZ
from textmeter.sample.traffic import Delivery, Shown, Traffic

NOW = 1_772_650_000_000
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

    def test_when_every_number_is_somebodys_they_write_again(self, api: CarrierApi) -> None:
        endless = Traffic(
            Random(1), trackers=LINES, known=[], api=api, now=lambda: NOW, shown=lambda _: Shown("Bo Lee")
        )
        assert len(list(islice(endless, 300))) == 300
        assert {one for names in called(list(api.texts.values())).values() for one in names} == {"Bo"}


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
