"""What people do with trackers: each act has its line, and a company's line names no other company."""

from __future__ import annotations

import pytest

from tests.scene import at_ms, calls, company, says, tracker
from textmeter.accounts.models import AuditLine
from textmeter.ledger import rebuild, tracker_acts
from textmeter.ledger.check import check
from textmeter.ledger.statements import fetch
from textmeter.ledger.tracker_acts import SampleStaysApart
from textmeter.ledger.trackers import NumberTaken, present_owners, trackers_of
from textmeter.ledger.trackers import tracker as tracker_of

pytestmark = pytest.mark.django_db
NUMBER, ANN = "+14045550180", "+17705550101"


def lines() -> list[tuple[str, str, str]]:
    return [(one.company_name, one.by, one.what) for one in AuditLine.objects.order_by("id")]


def test_each_act_leaves_its_line_and_what_changes_nothing_none() -> None:
    shop = company("Shop")
    made = tracker_acts.add(shop, "ann@example.com", number="404-555-0180", name="Ads")
    tracker_acts.change(shop, made.id, "leo@example.com", name="Google Ads", record_calls=True)
    tracker_acts.change(shop, made.id, "leo@example.com", name="Google Ads", source="")
    tracker_acts.change(shop, made.id, "leo@example.com", destination="404 555 0199", is_disabled=True)
    tracker_acts.change(shop, made.id, "ann@example.com", is_disabled=False)
    assert lines() == [
        ("Shop", "ann@example.com", "Added +14045550180 as Ads."),
        (
            "Shop",
            "leo@example.com",
            "Changed +14045550180 (Ads): name Ads is now Google Ads; calls are recorded.",
        ),
        (
            "Shop",
            "leo@example.com",
            "Changed +14045550180 (Google Ads): destination none is now +14045550199; disabled.",
        ),
        ("Shop", "ann@example.com", "Changed +14045550180 (Google Ads): in use again."),
    ]


def test_what_is_refused_leaves_no_line() -> None:
    shop, other = company("Shop"), company("Other")
    tracker(other, NUMBER)
    with pytest.raises(NumberTaken):
        tracker_acts.add(shop, "ann@example.com", number=NUMBER, name="Ads")
    assert lines() == []
    assert trackers_of(shop.id) == []


def test_a_hand_over_is_told_to_both_and_names_neither() -> None:
    """DOMAIN: a company never learns that another one exists."""
    shop, other = company("Secret Dental"), company("Other", "America/Chicago")
    tracker(shop, NUMBER, "Secret line")
    tracker_acts.add(
        other, "ann@example.com", number=NUMBER, name="Ads", owns_from=at_ms(shop, "2026-07-04 09:00")
    )
    assert lines() == [
        (
            "Secret Dental",
            "ann@example.com",
            "Handed +14045550180 (Secret line) over, from 2026-07-04 09:00 EDT on.",
        ),
        ("Other", "ann@example.com", "Added +14045550180 as Ads, from 2026-07-04 08:00 CDT on."),
    ]


@pytest.mark.parametrize("is_to_sample", [True, False])
def test_between_a_sample_and_a_real_company_nothing_changes_hands(is_to_sample: bool) -> None:
    """A sample is removed whole, with the numbers that it has; whoever asks for it."""
    giver, receiver = company("Giver"), company("Receiver")
    sample = receiver if is_to_sample else giver
    sample.is_sample = True
    sample.save()
    line = tracker(giver, NUMBER)
    with pytest.raises(SampleStaysApart, match="Between a sample company and real ones"):
        tracker_acts.add(receiver, "ann", number=NUMBER, name="Theirs", owns_from=at_ms(giver, "2026-03-04"))
    assert present_owners([NUMBER])[NUMBER].tracker_id == line.id
    assert lines() == []
    tracker_acts.add(giver, "ann", number=NUMBER, name="Own", owns_from=at_ms(giver, "2026-03-04"))


def test_what_comes_over_waits_for_whoever_goes_on() -> None:
    """DOMAIN Who owns a number: a message keeps the tracker that owned the number at its instant."""
    shop = company()
    first = tracker(shop, NUMBER, "First")
    says(shop, first, ANN, "Hi", "2026-03-04 09:00")
    second = tracker_acts.add(
        shop, "ann", number=NUMBER, name="Second", owns_from=at_ms(shop, "2026-03-01"), goes_on=False
    )
    assert rebuild.is_rebuilding(shop.id)
    rebuild.go_on(shop.id)
    assert fetch("SELECT tracker_id FROM ledger_message WHERE company_id = %s", [shop.id]) == [(second.id,)]
    assert present_owners([NUMBER])[NUMBER].tracker_id == second.id
    assert check() == []


def test_a_disabled_tracker_records_on() -> None:
    """DOMAIN: quarantined, never dropped; and a tracker that is disabled loses nothing at all."""
    shop = company()
    line = tracker(shop, NUMBER)
    says(shop, line, ANN, "Before", "2026-03-04 09:00")
    tracker_acts.change(shop, line.id, "ann", is_disabled=True)
    since = tracker_of(shop.id, line.id)
    assert since is not None
    assert since.disabled_at is not None
    tracker_acts.change(shop, line.id, "ann", is_disabled=True)
    assert tracker_of(shop.id, line.id) == since, "the first time counts"
    says(shop, line, ANN, "After", "2026-03-05 09:00")
    calls(shop, line, ANN, "2026-03-05 10:00", seconds=9)
    counts = [fetch(f"SELECT COUNT(*) FROM ledger_{each}", [])[0][0] for each in ("message", "call")]
    assert counts == [2, 1]
    assert check() == []


def test_few_customers_are_made_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = company()
    line = tracker(shop)
    monkeypatch.setattr(tracker_acts, "MOST_AT_ONCE", 1)
    says(shop, line, ANN, "Hi", "2026-03-04 09:00")
    assert tracker_acts.is_soon_done(shop.id)
    says(shop, line, "+17705550102", "Hi", "2026-03-04 09:00")
    assert not tracker_acts.is_soon_done(shop.id)
