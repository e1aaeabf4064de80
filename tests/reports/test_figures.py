"""DOMAIN.md, "Filters and figures" and "Conversation": each figure, filtered and compared."""

from __future__ import annotations

import pytest

from tests.reports.asking import chosen
from tests.scene import answers, calls, company, says, tracker
from textmeter.accounts.models import Company
from textmeter.carriers.seen import Status
from textmeter.ledger.trackers import Tracker
from textmeter.reports.conversations import each_conversation
from textmeter.reports.figures import figures
from textmeter.reports.rows import Figures

pytestmark = pytest.mark.django_db
ANN, BEN, CAT = "+17705550101", "+17705550102", "+17705550103"
MINUTE = 60_000


@pytest.fixture
def shop() -> Company:
    return company()


@pytest.fixture
def ads(shop) -> Tracker:
    return tracker(shop, "+14045550180", "Ads")


@pytest.fixture
def main(shop) -> Tracker:
    return tracker(shop, "+14045550181", "Main")


@pytest.fixture(autouse=True)
def stranger() -> Company:
    """Another company with the same customers."""
    other = company("Other")
    line = tracker(other, "+14045550990")
    says(other, line, ANN, "Hi", at="2026-03-20 09:00")
    says(other, line, BEN, "Hi", at="2020-01-01 09:00")
    return other


def test_the_figures_of_a_day_and_of_the_day_before(shop, ads):
    says(shop, ads, ANN, "Hi", at="2026-03-19 09:00")
    answers(shop, ads, ANN, "Hello", at="2026-03-19 09:10")
    says(shop, ads, ANN, "Again", at="2026-03-20 09:00")
    says(shop, ads, BEN, "Hi", at="2026-03-20 09:00")
    answers(shop, ads, BEN, "Hello", at="2026-03-20 09:04")
    compared = figures(chosen(shop, "range=today"))
    assert compared.now == Figures(2, 1, 2, 1, 4 * MINUTE, 1)
    assert compared.previous == Figures(1, 1, 1, 1, 10 * MINUTE, 0)
    assert compared.waiting_now == 1
    assert figures(chosen(shop, "range=today&compare=none")).previous is None
    assert figures(chosen(shop, "range=all_time")).previous is None


def test_an_empty_company_has_figures_of_zero(shop):
    compared = figures(chosen(shop, ""))
    assert compared.now == compared.previous == Figures(0, 0, 0, 0, None, 0)
    assert figures(chosen(shop, "q=x")).now == Figures(0, 0, 0, 0, None, 0)


@pytest.mark.parametrize(("minutes", "median"), [([5], 5), ([5, 9], 5), ([9, 1, 5], 5), ([1, 2, 8, 9], 2)])
def test_the_median_is_exact_and_the_lower_middle_one(shop, ads, minutes, median):
    for place, wait in enumerate(minutes):
        says(shop, ads, f"+1770555020{place}", "Hi", at="2026-03-20 09:00")
        answers(shop, ads, f"+1770555020{place}", "Hello", at=f"2026-03-20 09:{wait:02d}")
    assert figures(chosen(shop, "range=today")).now.median_first_response_ms == median * MINUTE
    assert (
        figures(chosen(shop, "range=today&direction=inbound")).now.median_first_response_ms == median * MINUTE
    )


def test_median_and_unanswered_are_of_listed_conversations_by_their_unfiltered_value(shop, ads, main):
    """The answer came over another number; the filter on Ads still shows it."""
    says(shop, ads, ANN, "Hi", at="2026-03-20 09:00")
    answers(shop, main, ANN, "Hello", at="2026-03-20 09:07")
    says(shop, main, BEN, "Hi", at="2026-03-20 09:00")
    assert figures(chosen(shop, f"range=today&numbers={ads.id}")).now == Figures(1, 0, 1, 1, 7 * MINUTE, 0)
    assert figures(chosen(shop, f"range=today&numbers={main.id}")).now == Figures(1, 1, 2, 2, 7 * MINUTE, 1)
    assert figures(chosen(shop, "range=today&direction=outbound")).now == Figures(0, 1, 1, 1, 7 * MINUTE, 0)


def test_a_new_customers_first_text_ever_lies_in_the_range(shop, ads, main):
    """And one of their selected messages too, which need not be that first one."""
    says(shop, ads, ANN, "Hi", at="2026-03-10 09:00")
    says(shop, ads, ANN, "Again", at="2026-03-20 09:00")
    answers(shop, ads, BEN, "Offer", at="2026-03-20 09:00")
    says(shop, main, BEN, "refund", at="2026-03-20 10:00")
    assert figures(chosen(shop, "range=today")).now.new_customers == 1
    assert figures(chosen(shop, "range=today&q=refund")).now.new_customers == 1
    assert figures(chosen(shop, "range=today&q=again")).now.new_customers == 0
    assert figures(chosen(shop, "range=last_30_days&q=again")).now.new_customers == 1
    assert figures(chosen(shop, "range=today&direction=inbound")).now.new_customers == 1


def test_waiting_now_whatever_the_filter_and_marked_on_the_latest_conversation(shop, ads):
    says(shop, ads, ANN, "Hi", at="2026-03-10 09:00")
    says(shop, ads, ANN, "Anyone?", at="2026-03-12 09:00")
    says(shop, ads, BEN, "Hi", at="2026-03-12 09:00")
    calls(shop, ads, BEN, at="2026-03-12 10:00", seconds=60)
    says(shop, ads, CAT, "STOP", at="2026-03-12 09:00")
    flt = chosen(shop, "")
    assert figures(flt).waiting_now == figures(chosen(shop, "range=today&q=x")).waiting_now == 1
    since = {(row.customer_number, row.date.day): row.waiting_since for row in each_conversation(flt)}
    first = min(row.first_at for row in each_conversation(flt))
    assert since == {(ANN, 12): first, (ANN, 10): None, (BEN, 12): None, (CAT, 12): None}
    assert figures(flt).now.unanswered == 3  # both of Ann's days, and Ben's by text


def test_failed_and_automatic_messages_count_as_messages_and_answer_nothing(shop, ads):
    says(shop, ads, ANN, "Hi", at="2026-03-20 09:00")
    answers(shop, ads, ANN, "We are closed", at="2026-03-20 09:01", is_automatic=True)
    answers(shop, ads, ANN, "Hello", at="2026-03-20 09:02", status=Status.FAILED)
    assert figures(chosen(shop, "range=today")).now == Figures(1, 2, 1, 1, None, 0)
