"""Times and numbers as is usual where the browser's language is spoken; English words around them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from tests.files.reading import reader_of
from tests.pages.reading import rows, words
from tests.scene import company, says, tracker
from textmeter.pages import charts, formats
from textmeter.pages.reader import AMERICAN, ReaderMiddleware, read_reader, reader

CASES = [
    # Accept-Language, 21:05, 9 o'clock, the hour from 9, 1234567, 1234.5
    ("", "9:05 PM", "9 AM", "9–10 AM", "1,234,567", "1,234.5"),
    ("en", "9:05 PM", "9 AM", "9–10 AM", "1,234,567", "1,234.5"),
    ("en-US,en;q=0.9", "9:05 PM", "9 AM", "9–10 AM", "1,234,567", "1,234.5"),
    ("en-GB,en;q=0.9", "21:05", "09:00", "09:00–10:00", "1,234,567", "1,234.5"),
    ("de-DE,de;q=0.9,en;q=0.8", "21:05", "09:00", "09:00–10:00", "1.234.567", "1.234,5"),
    ("fr-FR", "21:05", "09:00", "09:00–10:00", "1\u202f234\u202f567", "1\u202f234,5"),
    ("ja", "21:05", "9:00", "9:00–10:00", "1,234,567", "1,234.5"),
    ("es-MX", "9:05 PM", "9 AM", "9–10 AM", "1,234,567", "1,234.5"),
    ("en-IN", "9:05 PM", "9 AM", "9–10 AM", "12,34,567", "1,234.5"),
    ("ar-EG", "9:05 PM", "9 AM", "9–10 AM", "1,234,567", "1,234.5"),
    ("tlh,xx-YY;q=0.9,de;q=0.5", "21:05", "09:00", "09:00–10:00", "1.234.567", "1.234,5"),
    ("*", "9:05 PM", "9 AM", "9–10 AM", "1,234,567", "1,234.5"),
]


def for_reader(language: str, say: object) -> str:
    """What `say` says while such a request is answered."""
    request = RequestFactory().get("/", headers={"Accept-Language": language} if language else {})
    return ReaderMiddleware(lambda _: HttpResponse(say()))(request).content.decode()  # type: ignore[operator]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_times_and_numbers(case: tuple[str, ...]) -> None:
    language, *expected = case
    said = for_reader(
        language,
        lambda: "|".join(
            [
                reader().clock(21, 5),
                formats.hour(9),
                formats.hour_span(9),
                formats.number(1234567),
                formats.decimal(1234.5, 1),
            ]
        ),
    )
    assert said.split("|") == expected


@pytest.mark.parametrize(
    "nonsense", ["\0", "q" * 10_000, ";;;q=,", "-", "de_DE@x", "ä", "en-" + "x" * 60, "1-2"]
)
def test_nonsense_reads_as_in_america(nonsense: str) -> None:
    assert read_reader(nonsense) == AMERICAN


def test_midnight_and_noon() -> None:
    assert for_reader("de", lambda: f"{formats.hour_span(23)} {formats.hour(0)}") == "23:00–00:00 00:00"
    assert for_reader("", lambda: f"{formats.hour_span(11)} {formats.hour(0)}") == "11 AM–12 PM 12 AM"


def test_an_axis_follows() -> None:
    labels = "|".join(["{}"] * 3).format
    assert (
        for_reader("de", lambda: labels(*map(charts.compact, (1500, 15_000, 1_250_000)))) == "1.500|15K|1,25M"
    )
    assert (
        for_reader("", lambda: labels(*map(charts.compact, (1500, 15_000, 1_250_000)))) == "1,500|15K|1.25M"
    )


def test_readers_side_by_side_keep_their_own() -> None:
    """On one thread after another, and on many at once."""

    def asked(language: str) -> str:
        return for_reader(language, lambda: formats.number(1000))

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(asked, ["de", "en-US"] * 40)) == ["1.000", "1,000"] * 40
    assert reader() == AMERICAN


def test_a_failing_page_leaves_no_reader_behind() -> None:
    def fails(request: HttpRequest) -> HttpResponse:
        raise ValueError("no page")

    with pytest.raises(ValueError, match="no page"):
        ReaderMiddleware(fails)(RequestFactory().get("/", headers={"Accept-Language": "de"}))
    assert reader() == AMERICAN


@pytest.mark.django_db
def test_a_page_says_times_as_its_reader_does() -> None:
    shop = company()
    says(shop, tracker(shop), "+14045550112", "Hi", "2026-03-04 21:05")
    client: Client = reader_of(shop)
    address = reverse("text_conversations", args=[shop.id]) + "?start=2026-03-04&end=2026-03-04&hour=21"
    german = client.get(address, headers={"Accept-Language": "de-DE"})
    american = client.get(address)
    assert "Mar 4, 21:05" in rows(german.content.decode())[0]
    assert "Mar 4, 9:05 PM" in rows(american.content.decode())[0]
    assert "21:00–22:00" in words(german.content.decode())
    assert "Accept-Language" in german["Vary"]
    file = reverse("conversations_csv", args=[shop.id]) + "?range=all_time"
    files = [
        b"".join(client.get(file, headers={"Accept-Language": language}).streaming_content)
        for language in ("de-DE", "en-US")
    ]
    assert files[0] == files[1]
