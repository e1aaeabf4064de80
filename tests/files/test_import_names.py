"""What a file calls numbers: a name that they have here stays, and where they differ the report says so."""

from __future__ import annotations

import pytest

from tests.files.reading import export, file_of, imported, reader_of
from tests.scene import at_ms, company, says, tracker
from textmeter.accounts.models import Company
from textmeter.ledger.remove import remove_ledger
from textmeter.ledger.trackers import trackers_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Company:
    return company()


def test_trackers_that_are_there_stay_as_they_are(shop: Company) -> None:
    tracker(shop, name="Mine", source="print")
    file = file_of({"number_name": "mine "}, {"number_name": "Other", "source": "web", "body": "Again"})
    for dry_run in (True, False):
        assert imported(shop, file, dry_run=dry_run).notes == (
            "What the file has of +14045550180 as “Other” stands under “Mine”, as the number is named here.",
        )
    (line,) = trackers_of(shop.id)
    assert (line.name, line.source) == ("Mine", "print")


def test_what_another_company_calls_a_number_is_not_told(shop: Company) -> None:
    tracker(company("Elsewhere"), name="Theirs")
    assert imported(shop, file_of({"number_name": "Other"})).notes == ()


def test_of_many_numbers_called_otherwise_the_first_are_named(shop: Company) -> None:
    numbers = [f"+140455501{place}" for place in range(80, 88)]
    for number in numbers:
        tracker(shop, number, name="Mine")
    notes = imported(
        shop, file_of(*({"tracking_number": each, "number_name": "Other"} for each in numbers))
    ).notes
    assert (len(notes), notes[-1]) == (6, "So it is with 3 more numbers.")


def test_other_files_may_spell_names_as_they_like(shop: Company) -> None:
    names = enumerate(["Ads", "ads", "Ads "], 1)
    rows = [{"number_name": name, "sent_at": f"2026-03-0{day} 09:00"} for day, name in names]
    assert imported(shop, file_of(*rows)).notes == ()
    assert [line.name for line in trackers_of(shop.id)] == ["Ads"]


def test_where_other_files_have_two_names_for_a_number_the_first_holds_and_it_is_said(shop: Company) -> None:
    rows = [{"number_name": name, "body": name} for name in ("Spring", "Summer", "Autumn")]
    assert imported(shop, file_of(*rows), dry_run=True).notes == (
        "What the file has of +14045550180 as “Summer” stands under “Spring”, as the number is named here.",
    )


def test_lines_of_before_a_number_went_on_are_where_the_file_says(shop: Company) -> None:
    """In whatever order they stand."""
    line = tracker(shop, name="Spring")
    tracker(shop, name="Summer", owns_from=at_ms(shop, "2026-05-01 00:00"))
    for at in ("2026-04-01 09:00", "2026-04-02 09:00", "2026-05-02 09:00"):
        says(shop, line, "+17705550101", at, at)
    head, first, second, third = export(reader_of(shop), shop).splitlines(keepends=True)
    remove_ledger(shop.id)
    notes = imported(company("Copy"), head + second + third + first).notes
    assert notes == ("By the file +14045550180 goes on from “Spring” to “Summer” at 2026-05-02 09:00 EDT.",)
