"""The sample company: the same for the same seed, alive, and gone whole."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest
from django.db import connection as database
from django.http import QueryDict

from tests import scene
from textmeter.accounts.models import Company
from textmeter.carriers.seen import CallSeen, Direction, LegStatus, Place, Seen, TextSeen
from textmeter.intake.connections import credentials_of
from textmeter.ledger.check import check
from textmeter.ledger.statements import fetch
from textmeter.ledger.trackers import NumberTaken, add_tracker, trackers_of
from textmeter.lib.days import local_day_and_hour, to_ms
from textmeter.lib.phone import why_it_cannot_text
from textmeter.reports.figures import figures
from textmeter.reports.query import read_filter
from textmeter.sample.demo import NOWHERE, NumbersTaken, fill_sample, find_sample, remove_sample
from textmeter.sample.life import Life
from textmeter.sample.people import METRO, MOST_PEOPLE, Roster, person
from textmeter.sample.practice import NUMBERS, TRACKERS, TZ, opening

NOW = to_ms(datetime(2026, 3, 4, 14, 30, tzinfo=TZ))


def life(messages: int, seed: int = 1, now: int = NOW) -> list[Seen]:
    whole = Life(numbers=list(NUMBERS[:6]), account_sid="AC1", seed=seed, now=now)
    return [one for day in whole.days(messages) for one in day]


def texts(seen: list[Seen]) -> list[TextSeen]:
    return [one for one in seen if isinstance(one, TextSeen)]


@pytest.fixture(scope="module")
def default() -> list[Seen]:
    return life(5_000)


@pytest.mark.parametrize("messages", [1, 7, 300])
@pytest.mark.parametrize("hour", [0, 3, 14])
def test_there_are_exactly_so_many_texts_and_none_in_the_future(messages: int, hour: int) -> None:
    now = to_ms(datetime(2026, 3, 2, hour, 0, tzinfo=TZ))
    seen = life(messages, now=now)
    assert len(texts(seen)) == messages
    assert max(one.arrived_at for one in seen) <= now
    assert local_day_and_hour(min(one.arrived_at for one in seen), TZ)[0] >= 20251203


def test_a_dialogue_that_still_goes_on_ends_at_now(default: list[Seen]) -> None:
    assert len(texts(default)) == 5_000
    assert NOW - 1_800_000 < max(one.arrived_at for one in default) <= NOW


def test_the_same_seed_gives_the_same_and_another_seed_another() -> None:
    assert life(400) == life(400)
    assert {one.carrier_ref for one in life(400)} & {one.carrier_ref for one in life(400, seed=2)} == set()


def test_every_text_and_call_has_an_id_of_its_own(default: list[Seen]) -> None:
    assert len({one.carrier_ref for one in default}) == len(default)


def test_it_holds_what_a_business_lives_through(default: list[Seen]) -> None:
    said = texts(default)
    calls = [one for one in default if isinstance(one, CallSeen)]
    assert {one.error_code for one in said} >= {None, "30003", "30005", "30006", "30007"}
    assert any(one.media for one in said)
    assert {one.opt_out_type for one in said} == {None, "STOP", "START"}
    assert any(one.is_automatic and "unsubscribed" in (one.body or "") for one in said)
    assert len({one.agent for one in said}) == 5  # four people, and nobody
    assert {one.dial_status for one in calls} >= {LegStatus.COMPLETED, LegStatus.NO_ANSWER}
    recordings = [one.recording for one in calls if one.recording]
    assert {one.is_voicemail for one in recordings} == {True, False}
    assert any(one.from_number == "anonymous" for one in calls)
    assert {one.to_number for one in said if one.direction == Direction.INBOUND} == set(NUMBERS[:6])


def test_it_lives_in_business_hours_and_grows(default: list[Seen]) -> None:
    said = texts(default)
    by_people = [one for one in said if one.agent]
    open_hours = 0
    for one in by_people:
        day = datetime.fromtimestamp(one.arrived_at / 1000, TZ).date()
        hours = opening(day)
        open_hours += hours is not None and hours[0] <= one.arrived_at < hours[1] + 2 * 3_600_000
    assert open_hours > 0.98 * len(by_people)
    weekdays = Counter(datetime.fromtimestamp(one.arrived_at / 1000, TZ).weekday() for one in said)
    assert weekdays[6] < weekdays[5] < weekdays[2] / 2
    month = 30 * 24 * 3_600_000
    late = sum(one.arrived_at > NOW - month for one in said)
    before = sum(NOW - 2 * month < one.arrived_at <= NOW - month for one in said)
    assert late > before


def test_nobody_who_opted_out_is_written_to_by_a_person_before_opting_in_again(default: list[Seen]) -> None:
    out: set[str | None] = set()
    for one in sorted(texts(default), key=lambda text: text.arrived_at):
        customer = one.from_number if one.direction == Direction.INBOUND else one.to_number
        if one.opt_out_type:
            out = out | {customer} if one.opt_out_type == "STOP" else out - {customer}
        assert not (one.agent and customer in out)


def test_the_numbers_belong_to_nobody_and_may_text() -> None:
    """DOMAIN, Numbers that may text: local U.S. and Canadian numbers only."""
    assert [why_it_cannot_text(number) for number in NUMBERS] == [None] * len(NUMBERS)
    roster = Roster(1)
    people = [roster.number(index) for index in [*range(12_000), *range(43_000, 56_000), MOST_PEOPLE - 1]]
    assert len(set(people)) == len(people)
    assert not set(people) & set(NUMBERS)
    # 555-01XX is set aside for fiction.
    assert all(number[5:10] == "55501" for number in people[:4_000])
    with pytest.raises(IndexError):
        roster.number(MOST_PEOPLE)


def test_customers_live_around_atlanta_and_no_last_digits_recur(default: list[Seen]) -> None:
    customers = {
        str(one.from_number if one.direction == Direction.INBOUND else one.to_number)
        for one in texts(default)
    }
    in_town = [number for number in customers if number[2:5] in METRO]
    assert 0.93 < len(in_town) / len(customers) < 0.98
    assert Counter(number[-4:] for number in customers).most_common(1)[0][1] <= len(METRO) + 4
    assert len({number[-4:] for number in customers}) > 95
    assert [Roster(1).number(index) for index in range(40)] != [
        Roster(2).number(index) for index in range(40)
    ]


def test_a_number_has_the_same_person_every_time_and_a_city_in_capitals() -> None:
    one, again = person("+14045550112"), person("+14045550112")
    assert (one.name, one.place, one.is_named) == (again.name, again.place, again.is_named)
    assert one.place == Place(one.place.city.upper(), "GA", one.place.zip, "US")
    assert person("+14165550112").place == Place("TORONTO", "ON", "", "CA")


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_practice_is_a_good_one_and_gets_better(seed: int) -> None:
    made = fill_sample(5_000, seed, NOW)
    flt, _ = read_filter(QueryDict(""), made.company, NOW)
    found = figures(flt)
    now, before = found.now, found.previous
    assert before
    assert 0 < (now.median_first_response_ms or 0) < (before.median_first_response_ms or 0)
    assert 0.03 < now.unanswered / now.conversations < 0.08
    assert 3 <= found.waiting_now <= 10


def counts() -> dict[str, int]:
    """Rows by table; the search index can't be counted, `check` looks into it."""
    rooms = ("ledger_", "intake_", "accounts_")
    tables = [one for one in database.introspection.table_names() if one.startswith(rooms)]
    return {
        table: fetch(f"SELECT count(*) FROM {table}", [])[0][0]
        for table in tables
        if not table.startswith("ledger_message_words")
    }


@pytest.mark.django_db
def test_it_is_filled_whole_and_removed_whole_beside_another_company() -> None:
    """What is filled equals what the messages say; a stranger's rows stay, and the numbers are free."""
    shop = scene.company("Next Door")
    line = scene.tracker(shop, NUMBERS[0])
    scene.says(shop, line, "+14045550112", "Hello", "2026-03-04 09:00")
    before = counts()
    told: list[tuple[int, int]] = []
    made = fill_sample(300, 3, NOW, lambda done, of: told.append((done, of)))
    assert made.is_new
    assert made.company.is_sample
    assert made.connection.is_sample
    assert told[-1] == (300, 300)
    # Nobody listens there: no sample ever asks a real carrier.
    assert credentials_of(made.connection).api_url == NOWHERE
    assert [one.name for one in trackers_of(made.company.id)] == sorted(one.name for one in TRACKERS)
    assert NUMBERS[0] not in {one.number for one in trackers_of(made.company.id)}
    assert check() == []
    stored = fetch("SELECT count(*) FROM ledger_message WHERE company_id = %s", [made.company.id])
    assert stored == [(300,)]
    remove_sample(made.company)
    assert counts() == before
    assert check() == []
    assert [one.name for one in Company.objects.all()] == ["Next Door"]
    add_tracker(shop.id, number=NUMBERS[1], name="Free again")


@pytest.mark.django_db
def test_a_second_time_adds_nothing() -> None:
    made = fill_sample(60, 3, NOW)
    before = counts()
    again = fill_sample(60, 3, NOW)
    assert (again.is_new, again.company, again.connection) == (False, made.company, made.connection)
    assert counts() == before


@pytest.mark.django_db
def test_a_filling_that_was_broken_off_is_made_anew() -> None:
    def give_up(done: int, _: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fill_sample(60, 3, NOW, give_up)
    assert find_sample() is None
    made = fill_sample(60, 3, NOW)
    assert made.is_new
    assert [one.id for one in Company.objects.all()] == [made.company.id]
    assert fetch("SELECT count(*) FROM ledger_message", []) == [(60,)]


@pytest.mark.django_db
def test_a_company_that_is_no_sample_is_never_removed() -> None:
    shop = scene.company()
    with pytest.raises(ValueError, match="is not a sample"):
        remove_sample(shop)
    assert Company.objects.filter(pk=shop.pk).exists()


@pytest.mark.django_db
def test_without_free_numbers_it_says_so_and_leaves_nothing() -> None:
    shop = scene.company()
    for number in NUMBERS[5:]:
        scene.tracker(shop, number)
    with pytest.raises(NumbersTaken, match="The sample needs 6 of the numbers"):
        fill_sample(60, 3, NOW)
    assert not Company.objects.filter(is_sample=True).exists()
    with pytest.raises(NumberTaken):
        add_tracker(shop.id, number=NUMBERS[-1], name="Twice")
