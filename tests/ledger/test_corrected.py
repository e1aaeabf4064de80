"""The moment of a hand-over, corrected: DOMAIN.md "Who owns a number"."""

from __future__ import annotations

from random import Random

import pytest

from tests.ledger.rows import rows
from tests.scene import answers, at_ms, calls, company, says, tracker
from textmeter.accounts.models import AuditLine, Company
from textmeter.ledger import corrected, rebuild, tracker_acts
from textmeter.ledger.check import check
from textmeter.ledger.coming_over import BeingMoved
from textmeter.ledger.corrected import Between, CannotCorrect, HandOver, between, hand_over_of
from textmeter.ledger.statements import fetch
from textmeter.ledger.trackers import Tracker, owners_of, trackers_of
from textmeter.reports.changes import change_number

pytestmark = pytest.mark.django_db
NUMBER, ANN, BEN = "+14045550180", "+17705550101", "+17705550102"
HOUR = 3_600_000


@pytest.fixture
def shop() -> Company:
    return company("Shop")


@pytest.fixture
def line(shop: Company) -> Tracker:
    return tracker(shop, NUMBER, "Main line")


def hand_over(shop: Company, day: str, name: str = "Newer") -> Tracker:
    return tracker(shop, NUMBER, name, owns_from=at_ms(shop, day))


def seen(line: Tracker) -> HandOver:
    found = hand_over_of(line)
    assert found is not None
    return found


def holders(shop: Company) -> dict[str, str]:
    """The name that has each text, and each call by its day."""
    names = {one.id: one.name for one in trackers_of(shop.id)}
    texts = fetch("SELECT body, tracker_id FROM ledger_message WHERE company_id = %s", [shop.id])
    called = fetch("SELECT local_date, tracker_id FROM ledger_call WHERE company_id = %s", [shop.id])
    return {str(key): names[id] for key, id in (*texts, *called)}


def filled(shop: Company, line: Tracker) -> None:
    for day in ("03", "04", "05", "06"):
        says(shop, line, ANN, f"on {day}", f"2026-03-{day} 09:00")
        calls(shop, line, BEN, f"2026-03-{day} 10:00")
    calls(shop, line, "anonymous", "2026-03-07 10:00")


@pytest.mark.parametrize("wrong", ["2026-03-04 09:00", "2026-03-06 12:00", "2090-03-04 09:00"])
def test_corrected_all_is_as_if_it_had_been_entered_rightly(shop: Company, line: Tracker, wrong: str) -> None:
    filled(shop, line)
    newer = hand_over(shop, wrong)
    right = at_ms(shop, "2026-03-05 09:00")
    before = change_number(shop.id)
    going = between(shop, seen(line), right)
    held = holders(shop)
    tracker_acts.correct(shop, line.id, "ada@example.com", seen(line), right)
    assert not rebuild.is_rebuilding(shop.id)
    assert change_number(shop.id) > before, "open pages notice"
    assert holders(shop) == {
        **{f"on {day}": "Main line" for day in ("03", "04")},
        **{f"on {day}": "Newer" for day in ("05", "06")},
        **{f"202603{day}": "Main line" for day in ("03", "04")},
        **{f"202603{day}": "Newer" for day in ("05", "06", "07")},
    }
    moved = [key for key, name in holders(shop).items() if held[key] != name]
    assert len(moved) == going.texts + going.calls > 0
    assert going.goes_on is (wrong != "2026-03-04 09:00")
    assert check() == []
    assert seen(line) == HandOver(right, *owners_of([NUMBER])[NUMBER])
    says(shop, newer, ANN, "Between", "2026-03-05 08:59")
    assert holders(shop)["Between"] == "Main line"


def test_the_line_in_changes_names_both_moments(shop: Company, line: Tracker) -> None:
    hand_over(shop, "2025-03-04 09:00")
    tracker_acts.correct(shop, line.id, "ada@example.com", seen(line), at_ms(shop, "2026-03-04 09:00"))
    (told,) = AuditLine.objects.all()
    assert told.what == (
        f"Moved the hand-over of {NUMBER} (Main line) to Newer from 2025-03-04 09:00 EST"
        " to 2026-03-04 09:00 EST."
    )


def test_undone_all_is_as_before_the_hand_over(shop: Company, line: Tracker) -> None:
    filled(shop, line)
    rebuild.rebuild(shop)
    before = (rows(shop), owners_of([NUMBER]))
    hand_over(shop, "2026-03-05 09:00")
    assert tracker_acts.undo(shop, line.id, "ada@example.com", seen(line))
    assert (rows(shop), owners_of([NUMBER])) == before
    assert trackers_of(shop.id) == [line]
    assert check() == []
    (told,) = AuditLine.objects.all()
    assert told.what == (
        f"Took back the hand-over of {NUMBER} (Main line) to Newer, which was at 2026-03-05 09:00 EST."
    )


def test_in_a_large_company_it_lies_ahead_until_all_has_come_back(shop: Company, line: Tracker) -> None:
    filled(shop, line)
    newer = hand_over(shop, "2026-03-05 09:00")
    assert not tracker_acts.undo(shop, line.id, "ada@example.com", seen(line), goes_on=False)
    says(shop, line, BEN, "Meanwhile", "2026-03-08 09:00")
    assert holders(shop)["Meanwhile"] == "Main line"
    with pytest.raises(BeingMoved):
        corrected.correct(shop, line.id, seen(line), at_ms(shop, "2026-03-06"))
    corrected.end_undone()
    assert newer in trackers_of(shop.id), "it still has texts"
    rebuild.go_on(shop.id)
    assert set(holders(shop).values()) == {"Main line"}
    corrected.end_undone(company("Elsewhere").id)
    assert newer in trackers_of(shop.id)
    corrected.end_undone()
    assert trackers_of(shop.id) == [line]
    assert check() == []


def test_a_plan_for_that_very_day_is_none_that_was_taken_back(shop: Company, line: Tracker) -> None:
    newer = hand_over(shop, "2099-12-31 00:00")
    corrected.end_undone()
    assert newer in trackers_of(shop.id)


def test_it_stays_between_its_neighbours(shop: Company, line: Tracker) -> None:
    newer = hand_over(shop, "2026-03-04 09:00")
    hand_over(shop, "2026-03-06 09:00", "Newest")
    for giver, at, why in (
        (line, at_ms(shop, "2026-03-06 09:00"), "By then the number was handed on already."),
        (line, 0, "after its present owner got it"),
        (newer, at_ms(shop, "2026-03-04 09:00"), "after its present owner got it"),
    ):
        before = owners_of([NUMBER])
        with pytest.raises(CannotCorrect, match=why):
            corrected.correct(shop, giver.id, seen(giver), at)
        assert owners_of([NUMBER]) == before
    with pytest.raises(CannotCorrect, match="handed on already"):
        tracker_acts.undo(shop, line.id, "ada@example.com", seen(line))


def test_another_hand_over_than_the_one_seen_stays(shop: Company, line: Tracker) -> None:
    hand_over(shop, "2026-03-04 09:00")
    found = seen(line)
    corrected.correct(shop, line.id, found, found.at + HOUR)
    with pytest.raises(CannotCorrect, match="changed meanwhile"):
        corrected.correct(shop, line.id, found, found.at + 2 * HOUR)
    with pytest.raises(LookupError):
        corrected.correct(company("Other"), line.id, found, found.at)


def test_between_two_companies_there_is_none(shop: Company, line: Tracker) -> None:
    says(shop, line, ANN, "Hi", "2026-03-03 09:00")
    theirs = hand_over(company("Other"), "2026-03-04 09:00")
    assert (hand_over_of(line), hand_over_of(theirs)) == (None, None)


def test_what_is_counted_is_what_then_moves(shop: Company, line: Tracker) -> None:
    rng = Random(5)
    stranger = company("Stranger")
    theirs = tracker(stranger, "+14045550190")
    begin = at_ms(shop, "2026-03-07")  # before a day of 23 hours
    for place in range(60):
        at = begin + rng.randrange(72 * HOUR)
        rng.choice((says, answers))(shop, line, rng.choice((ANN, BEN)), f"text {place}", at)
        calls(shop, line, rng.choice((ANN, "anonymous")), at + 1)
        says(stranger, theirs, ANN, "Theirs", at)
    hand_over(shop, "2026-03-08 06:00")
    for _ in range(6):
        at = begin + rng.randrange(72 * HOUR)
        found, held = seen(line), _by_id(shop)
        going = between(shop, found, at)
        assert going == Between(*_counted(held, found, at), at < found.at)
        corrected.correct(shop, line.id, found, at)
        rebuild.go_on(shop.id)
        assert sum(_by_id(shop)[key] != value for key, value in held.items()) == going.texts + going.calls
    assert check() == []
    assert between(shop, seen(line), seen(line).at) == Between(0, 0, False)
    early = between(shop, seen(line), begin, until=begin + HOUR)
    assert early.texts <= between(shop, seen(line), begin).texts


def _by_id(shop: Company) -> dict[tuple[str, int, int], int]:
    """The tracker of each text and call, by its kind, id and instant."""
    found = {}
    for kind, table, at in (("text", "ledger_message", "sent_at"), ("call", "ledger_call", "started_at")):
        sql = f"SELECT id, {at}, tracker_id FROM {table} WHERE company_id = %s"
        found |= {(kind, id, instant): owner for id, instant, owner in fetch(sql, [shop.id])}
    return found


def _counted(held: dict[tuple[str, int, int], int], found: HandOver, at: int) -> tuple[int, int]:
    first, last = sorted((at, found.at))
    kinds = [kind for kind, _, instant in held if first <= instant < last]
    return kinds.count("text"), kinds.count("call")
