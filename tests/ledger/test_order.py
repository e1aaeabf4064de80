"""DOMAIN.md, "Order decides nothing": the same deliveries in any order, any number of times, in any
batches, lead to the same rows; and those equal what a plain recount finds."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ledger.deliveries import HAND_OVER, HANDED_OVER, OTHERS, OURS, deliveries
from tests.ledger.rows import Rows, rows
from tests.scene import company, tracker
from textmeter.accounts.models import Company
from textmeter.carriers.seen import Seen
from textmeter.ledger.check import check
from textmeter.ledger.record import record

pytestmark = pytest.mark.django_db
by_chance = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def two_companies() -> tuple[Company, Company]:
    shop, stranger = company("Shop"), company("Stranger", "Pacific/Honolulu")
    for number in OURS:
        tracker(shop, number, name=number)
    tracker(stranger, OTHERS, name="Theirs")
    tracker(shop, HANDED_OVER, name="Once ours")
    tracker(stranger, HANDED_OVER, name="Now theirs", owns_from=HAND_OVER)
    return shop, stranger


def after(batches: Sequence[Sequence[Seen]]) -> Rows:
    """The rows that these batches leave in an empty ledger, which is empty again afterwards."""
    with transaction.atomic():
        shop, stranger = two_companies()
        for batch in batches:
            record(shop, batch)
        assert check() == []
        assert rows(stranger) == {name: [] for name in rows(stranger)}
        found = rows(shop)
        transaction.set_rollback(True)
    return found


@by_chance
@given(seen=deliveries(), chance=st.data())
def test_any_order_any_repetition_and_any_batches_lead_to_the_same_rows(
    seen: list[Seen], chance: st.DataObject
) -> None:
    again = chance.draw(st.lists(st.sampled_from(seen), max_size=4))
    shuffled = chance.draw(st.permutations(seen + again))
    cuts = sorted(chance.draw(st.lists(st.integers(0, len(shuffled)), max_size=6)))
    batches = [shuffled[first:last] for first, last in zip([0, *cuts], [*cuts, len(shuffled)], strict=True)]
    assert after(batches) == after([seen])


@by_chance
@given(seen=deliveries())
def test_one_by_one_is_the_same_as_all_at_once(seen: list[Seen]) -> None:
    assert after([[one] for one in seen]) == after([seen])
