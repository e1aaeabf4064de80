"""What Changes says of an import: one line, true at any moment."""

from __future__ import annotations

import io

import pytest

from tests.files.reading import file_of, lines
from tests.scene import company, tracker
from textmeter.accounts.models import AuditLine, Company
from textmeter.intake import import_pace
from textmeter.intake.import_audit import ImportLine
from textmeter.intake.import_file import import_file
from textmeter.intake.import_header import UnreadableFile

pytestmark = pytest.mark.django_db
CALL = "2026-03-04T09:33:00-05:00,inbound,answered,+14045550112,+14045550180"
CALLS = lines("started_at,direction,outcome,customer_number,tracking_number", CALL)


@pytest.fixture
def shop() -> Company:
    return company()


def taken(shop: Company, file: str, name: str = "old.csv", *, dry_run: bool = False) -> list[str]:
    """What Changes says afterwards."""
    line = ImportLine(shop, by="ada@example.com", file=name, where="in the browser")
    import_file(shop, io.BytesIO(file.encode()), dry_run=dry_run, line=line)
    return said()


def said() -> list[str]:
    return [line.what for line in AuditLine.objects.order_by("id")]


def test_calls_are_counted_as_calls_and_numbers_that_it_made(shop: Company) -> None:
    assert taken(shop, CALLS) == [
        "Imported “old.csv” in the browser: 1 call new, 0 lines refused, 1 number added."
    ]


def test_where_nothing_was_taken_it_says_so(shop: Company) -> None:
    assert taken(shop, file_of({"sent_at": "soon"}, {"direction": "up"})) == [
        "Imported “old.csv” in the browser: 0 texts new, 2 lines refused."
    ]


def test_a_trial_leaves_no_line_and_neither_does_what_is_no_file(shop: Company) -> None:
    assert taken(shop, CALLS, dry_run=True) == []
    with pytest.raises(UnreadableFile):
        taken(shop, "a,b\n1,2\n")
    assert said() == []


def test_what_was_broken_off_says_how_far_it_came(shop: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Written with the rows themselves, so that it is true however an import ends: here by Ctrl+C."""
    monkeypatch.setattr(import_pace, "LARGEST_BATCH", 10)
    monkeypatch.setattr(import_pace, "SMALLEST_BATCH", 10)
    tracker(shop)
    line = ImportLine(shop, by="the command line", file="old.csv", where="on the command line")
    file = file_of({"sent_at": "soon"}, *({"body": f"text {n}"} for n in range(35)))

    def ended(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_file(shop, io.BytesIO(file.encode()), progress=ended, line=line)
    assert said() == ["Imported “old.csv” on the command line, not to its end: 10 texts new, 1 line refused."]


def test_the_name_of_a_file_stays_one_short_line(shop: Company) -> None:
    (line,) = taken(shop, CALLS, name=f"a\n\x1b[31m{'x' * 200}.csv")
    assert line.startswith("Imported “a \N{REPLACEMENT CHARACTER}[31mxxx")
    assert len(line) < 160


def test_the_name_of_a_file_says_nothing_of_its_own(shop: Company) -> None:
    (line,) = taken(shop, CALLS, name="old.csv”, not to its end: 5 texts new.")
    assert line.startswith("Imported “old.csv', not to its end: 5 texts new.” in the browser: ")


def test_no_words_of_a_text_stand_there(shop: Company) -> None:
    tracker(shop)
    file = file_of({"body": "Secret words"}, {"body": "Secret", "status": "Secret"})
    assert "Secret" not in "".join(taken(shop, file))
