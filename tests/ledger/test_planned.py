"""Hand-overs whose time lies ahead, taken back: DOMAIN.md "Who owns a number"."""

from __future__ import annotations

import pytest

from tests.ledger.rows import rows
from tests.scene import at_ms, calls, company, says, tracker
from textmeter.accounts.models import AuditLine, Company
from textmeter.ledger import planned, tracker_acts
from textmeter.ledger.check import check
from textmeter.ledger.planned import CannotTakeBack, Planned, planned_of
from textmeter.ledger.remove import remove_ledger
from textmeter.ledger.trackers import Owner, Tracker, owners_of, trackers_of
from textmeter.lib.days import now_ms
from textmeter.reports.changes import change_number

pytestmark = pytest.mark.django_db
NUMBER, ANN = "+14045550180", "+17705550101"
DAY = "2090-03-04 09:00"


@pytest.fixture
def shop() -> Company:
    return company("Shop")


@pytest.fixture
def line(shop: Company) -> Tracker:
    made = tracker(shop, NUMBER, "Main line", destination="+14045550199")
    says(shop, made, ANN, "Hi", "2026-03-04 09:00")
    return made


def plan(giver: Company, receiver: Company, day: str = DAY, name: str = "Later") -> Tracker:
    return tracker(receiver, NUMBER, name, owns_from=at_ms(giver, day))


def seen(line: Tracker) -> Planned:
    found = planned_of(line, now_ms())
    assert found is not None
    return found


@pytest.mark.parametrize("is_own", [True, False])
def test_taken_back_all_is_as_before_the_plan(shop: Company, line: Tracker, is_own: bool) -> None:
    receiver = shop if is_own else company("Other", "America/Chicago")
    before = (rows(shop), rows(receiver), owners_of([NUMBER]))
    changes = (change_number(shop.id), change_number(receiver.id))
    later = plan(shop, receiver)
    assert planned.take_back(shop.id, line.id, seen(line)) == later
    assert owners_of([NUMBER]) == before[2] == {NUMBER: [Owner(NUMBER, 0, None, shop.id, line.id)]}
    assert (rows(shop), rows(receiver)) == before[:2]
    assert change_number(shop.id) > changes[0], "open pages notice"
    assert change_number(receiver.id) > changes[1]
    says(shop, line, ANN, "Still here", "2090-03-05 09:00")
    assert check() == []
    again = plan(shop, receiver, "2090-03-06 09:00")
    assert seen(line).receiver == owners_of([NUMBER])[NUMBER][1]
    assert again in trackers_of(receiver.id)


def test_what_has_happened_is_not_taken_back(
    shop: Company, line: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time comes while somebody looks at the plan: to the millisecond."""
    plan(shop, shop)
    look = seen(line)
    owners = owners_of([NUMBER])
    monkeypatch.setattr(planned, "now_ms", lambda: look.at)
    with pytest.raises(CannotTakeBack, match="has changed hands meanwhile"):
        planned.take_back(shop.id, line.id, look)
    assert owners_of([NUMBER]) == owners
    assert planned_of(line, look.at) is None
    monkeypatch.setattr(planned, "now_ms", lambda: look.at - 1)
    assert planned.take_back(shop.id, line.id, look)


def test_another_plan_than_was_seen_stays(shop: Company, line: Tracker) -> None:
    plan(shop, shop)
    look = seen(line)
    planned.take_back(shop.id, line.id, look)
    with pytest.raises(CannotTakeBack, match="has changed meanwhile"):
        planned.take_back(shop.id, line.id, look)
    plan(shop, company("Other"))
    owners = owners_of([NUMBER])
    with pytest.raises(CannotTakeBack, match="has changed meanwhile"):
        planned.take_back(shop.id, line.id, look)
    assert owners_of([NUMBER]) == owners


def test_of_several_plans_the_last_goes_first(shop: Company, line: Tracker) -> None:
    later = plan(shop, shop)
    plan(shop, shop, "2091-03-04 09:00", "Last")
    with pytest.raises(CannotTakeBack, match="Take the later hand-over back first"):
        planned.take_back(shop.id, line.id, seen(line))
    planned.take_back(shop.id, later.id, seen(later))
    planned.take_back(shop.id, line.id, seen(line))
    assert trackers_of(shop.id) == [line]
    assert check() == []


def from_the_future(shop: Company, line: Tracker, kind: str) -> None:
    if kind == "text":
        says(shop, line, ANN, "From the future", "2090-03-05 09:00")
    else:
        calls(shop, line, "anonymous", "2090-03-05 09:00")


@pytest.mark.parametrize("kind", ["text", "call"])
def test_what_bears_a_date_of_the_future_holds_the_hand_over(shop: Company, line: Tracker, kind: str) -> None:
    """Such as a file with a wrong year: its rows would belong to nobody."""
    later = plan(shop, shop)
    from_the_future(shop, later, kind)
    with pytest.raises(CannotTakeBack, match="date after the hand-over"):
        planned.take_back(shop.id, line.id, seen(line))
    assert later in trackers_of(shop.id)
    assert check() == []


def test_where_the_receiver_s_company_was_removed_the_number_stays(shop: Company, line: Tracker) -> None:
    other = company("Other")
    plan(shop, other)
    remove_ledger(other.id)
    assert seen(line).receiver is None
    assert planned.take_back(shop.id, line.id, seen(line)) is None
    assert owners_of([NUMBER]) == {NUMBER: [Owner(NUMBER, 0, None, shop.id, line.id)]}


def test_who_has_it_from_a_later_day_on_is_no_receiver(shop: Company, line: Tracker) -> None:
    other = company("Other")
    plan(shop, other)
    remove_ledger(other.id)
    added = plan(shop, company("Third"), "2091-03-04 09:00", "Added by itself")
    assert seen(line).receiver is None
    with pytest.raises(CannotTakeBack, match="Somebody else gets the number after that"):
        planned.take_back(shop.id, line.id, seen(line))
    assert trackers_of(added.company_id) == [added]
    assert check() == []


def test_a_stranger_takes_nothing_back(shop: Company, line: Tracker) -> None:
    other = company("Other")
    plan(shop, shop)
    with pytest.raises(LookupError):
        planned.take_back(other.id, line.id, seen(line))
    assert seen(line).receiver is not None


def test_each_company_has_its_line_in_its_own_zone_and_neither_names_the_other(
    shop: Company, line: Tracker
) -> None:
    other = company("Other", "America/Chicago")
    at = at_ms(shop, DAY)
    tracker_acts.add(other, "ann", number=NUMBER, name="Theirs", owns_from=at)
    tracker_acts.take_back(shop, line.id, "leo", seen(line))
    assert [(one.company_name, one.by, one.what) for one in AuditLine.objects.order_by("id")] == [
        ("Shop", "ann", "Planned the hand-over of +14045550180 (Main line) for 2090-03-04 09:00 EST."),
        ("Other", "ann", "Added +14045550180 as Theirs, from 2090-03-04 08:00 CST on."),
        (
            "Shop",
            "leo",
            "Took back the hand-over of +14045550180 (Main line) that was planned for 2090-03-04 09:00 EST.",
        ),
        (
            "Other",
            "leo",
            "Took back the hand-over of +14045550180 to Theirs that was planned for 2090-03-04 08:00 CST.",
        ),
    ]


def test_within_a_company_one_line_tells_it(shop: Company, line: Tracker) -> None:
    tracker(shop, NUMBER, "Later", owns_from=at_ms(shop, DAY))
    tracker_acts.take_back(shop, line.id, "leo", seen(line))
    assert [one.what for one in AuditLine.objects.all()] == [
        "Took back the hand-over of +14045550180 (Main line) to Later that was planned for "
        "2090-03-04 09:00 EST.",
    ]
