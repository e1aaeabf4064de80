"""How figures, spans, days and zones are said; and how a figure moved against the previous period."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from textmeter.carriers.seen import Direction, Media, Status
from textmeter.lib.days import to_ms
from textmeter.pages import formats, log_rows
from textmeter.pages.figure_cards import Delta, cards
from textmeter.pages.hits import Part
from textmeter.reports.rows import Figures, FiguresCompared, LastMessage, LogPage

NEW_YORK = ZoneInfo("America/New_York")


def ms(at: str) -> int:
    return to_ms(datetime.fromisoformat(at).replace(tzinfo=NEW_YORK))


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (0, "0s"),
        (59_999, "59s"),
        (60_000, "1m 00s"),
        (220_000, "3m 40s"),
        (7_500_000, "2h 05m"),
        (86_400_000 * 1200 + 3_600_000, "1,200d 1h"),
    ],
)
def test_spans(span: int, said: str) -> None:
    assert formats.duration(span) == said


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("America/New_York", "Eastern (America/New_York)"),
        ("America/Chicago", "Central (America/Chicago)"),
        ("America/St_Johns", "Newfoundland (America/St_Johns)"),
        ("America/Phoenix", "Arizona (America/Phoenix)"),
        ("America/Havana", "Cuba (America/Havana)"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires (America/Argentina/Buenos_Aires)"),
        ("Pacific/Honolulu", "Hawaii (Pacific/Honolulu)"),
        ("Asia/Shanghai", "Shanghai (Asia/Shanghai)"),
        ("UTC", "UTC"),
    ],
)
def test_zones_have_a_name_that_people_use(zone: str, said: str) -> None:
    assert formats.zone_label(ZoneInfo(zone)) == said


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-03-04 00:00", "12:00 AM"),
        ("2026-03-04 12:05", "12:05 PM"),
        ("2026-03-03 23:59", "Mar 3, 11:59 PM"),
        ("2025-12-31 09:07", "Dec 31, 2025, 9:07 AM"),
    ],
)
def test_latest_is_the_time_today_and_else_has_its_day(at: str, said: str) -> None:
    assert formats.latest(ms(at), NEW_YORK, date(2026, 3, 4)) == said


def test_hours() -> None:
    assert [formats.hour_span(hour) for hour in (0, 11, 12, 23)] == [
        "12–1 AM",
        "11 AM–12 PM",
        "12–1 PM",
        "11 PM–12 AM",
    ]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("image/jpeg", "Photo, image/jpeg"),
        ("video/mp4", "Video, video/mp4"),
        ("text/vcard; charset=utf-8", "Contact, text/vcard"),
        ("application/pdf", "Document, application/pdf"),
        ("application/x-zip", "File, application/x-zip"),
        ("", "File"),
    ],
)
def test_attachments(kind: str, said: str) -> None:
    assert formats.media_label(Media("", kind)) == said


def moved(now: int, before: int) -> list[Delta | None]:
    """Of messages in, median first response (in seconds) and unanswered."""
    first, second = (Figures(count, 0, 0, 0, count * 1000, count) for count in (now, before))
    found = {card.key: card.delta for card in cards(FiguresCompared(first, second, 0))}
    return [found["messages_in"], found["median_first_response"], found["unanswered"]]


def test_how_figures_moved() -> None:
    """Fewer unanswered and a faster answer are good; more messages are neither."""
    assert moved(150, 120) == [
        Delta("+25%", "up"),
        Delta("+30s", "up", "bad"),
        Delta("+30", "up", "bad"),
    ]
    assert moved(2, 3) == [Delta("−33.3%", "down"), Delta("−1s", "down", "good"), Delta("−1", "down", "good")]
    assert moved(5, 0)[0] == Delta("+5", "up")
    assert moved(0, 0) == [Delta("no change", "")] * 3
    assert moved(2_000, 1)[0] == Delta("+199,900%", "up")


def test_unknown_medians_are_unknown() -> None:
    nothing = Figures(0, 0, 0, 0, None, 0)
    median = next(
        card for card in cards(FiguresCompared(nothing, nothing, 0)) if card.key == "median_first_response"
    )
    assert (median.value, median.delta, median.was) == ("", None, "")


def last(body: str | None, *media: Media) -> LastMessage:
    return LastMessage(1, Direction.INBOUND, body, media, Status.RECEIVED, 0)


def test_words_of_the_last_message() -> None:
    assert log_rows.message_words(last("two\n lines ")) == ((Part("two lines"),), "")
    assert log_rows.message_words(last("x" * 300)) == ((Part("x" * 280), Part("…")), "")
    assert log_rows.message_words(last(None)) == ((), "Text not received yet")
    assert log_rows.message_words(last("")) == ((), "Empty text")
    assert log_rows.message_words(last("", Media("u", "image/png"))) == ((), "Photo, image/png")


def test_the_place_in_the_log() -> None:
    assert log_rows.place(LogPage((), 0, 0, None, False)) == ""
    row: tuple[object, ...] = (object(),) * 50
    assert log_rows.place(LogPage(row, 1_342, 51, None, False)) == "51–100"  # type: ignore[arg-type]
