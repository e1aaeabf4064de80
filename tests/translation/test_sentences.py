"""What is put into English below the pages can be said again in another language."""

from __future__ import annotations

import json
import pickle
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Message
from django.utils.translation import override

from tests.translation.pseudo import LANGUAGE, write_language
from textmeter.lib.sentences import Sentence, counted, from_text, kept, taken_up, to_text
from textmeter.pages import dates
from textmeter.pages.said import said, why

LINES = counted("%(count)s line of %(file)s", "%(count)s lines of %(file)s", 1200, file="a.csv")
NESTED = Sentence("It can't be read. %(why)s", why=Sentence("It is empty."))


@pytest.fixture
def language(tmp_path: Path, settings: Any) -> str:
    write_language(
        tmp_path,
        [
            Message("It is empty."),
            Message("It can't be read. %(why)s"),
            Message(("%(count)s line of %(file)s", "%(count)s lines of %(file)s")),
        ],
    )
    settings.LOCALE_PATHS = [tmp_path]
    settings.LANGUAGES = [("en", "English"), (LANGUAGE, LANGUAGE)]
    return LANGUAGE


def test_it_is_its_english_text() -> None:
    assert LINES == "1,200 lines of a.csv"
    assert counted("%(count)s line", "%(count)s lines", 1) == "1 line"
    assert NESTED == "It can't be read. It is empty."
    assert Sentence("100% of it") == "100% of it"


def test_a_page_says_it_in_its_reader_s_language(language: str) -> None:
    with override(language):
        assert said(LINES) == "⟦1,200 línés óf a.csv⟧"
        assert said(NESTED) == "⟦Ít cán't bé réád. ⟦Ít ís émpty.⟧⟧"
        assert said("Dana Whitfield") == "Dana Whitfield", "no sentence of ours"
        assert why(ValueError(Sentence("It is empty."))) == "⟦Ít ís émpty.⟧"
    assert said(LINES) == LINES


@pytest.mark.parametrize("one", [LINES, NESTED, Sentence("100% of it"), "no sentence"])
def test_it_is_kept_whole(one: str, language: str) -> None:
    """In JSON, in a column of texts, and on the way from the process that reads a file."""
    with override(language):
        wanted = said(one)
        for again in (
            taken_up(json.loads(json.dumps(kept(one)))),
            from_text(to_text(one)),
            pickle.loads(pickle.dumps(one)),
        ):
            assert (again, said(again)) == (one, wanted)


def test_texts_of_before_are_taken_as_they_are() -> None:
    assert from_text("3 added, 0 known already, 0 refused.") == "3 added, 0 known already, 0 refused."
    assert from_text("{}") == "{}"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            [
                "Mar 4",
                "Wed, Mar 4",
                "Mar 4, 2026",
                "Wed, Mar 4, 2026",
                "Wednesday, March 4, 2026",
                "March 2026",
            ],
        ),
        (
            "de",
            [
                "4. März",
                "Mi., 4. März",
                "4. März 2026",
                "Mi., 4. März 2026",
                "Mittwoch, 4. März 2026",
                "März 2026",
            ],
        ),
        (
            "es",
            [
                "4 mar",
                "mié, 4 mar",
                "4 mar 2026",
                "mié, 4 mar 2026",
                "miércoles, 4 de marzo de 2026",
                "marzo de 2026",
            ],
        ),
    ],
)
def test_days_follow_the_language_of_the_words(language: str, words: list[str]) -> None:
    forms = (
        *(dates.short_day, dates.short_day_of, dates.day_of_year),
        *(dates.full_day, dates.long_day, dates.month),
    )
    with override(language):
        assert [form(date(2026, 3, 4)) for form in forms] == words


def test_a_span_of_days_in_another_language() -> None:
    with override("de"):
        assert dates.span_of_days(date(2026, 2, 3), date(2026, 3, 4)) == "3. Feb.\u2009–\u20094. März 2026"
        assert dates.span_of_days(date(2026, 3, 4), date(2026, 3, 4)) == "4. März 2026"
        assert dates.short_month(date(2026, 3, 4), with_year=False) == "Mär"
    with override("tlh"):
        assert dates.short_day(date(2026, 3, 4)) == "Mar 4", "nobody knows that language's months"


@pytest.mark.parametrize(
    "held",
    [
        '{"pattern": no',
        '{"pattern": "x"}',
        '{"pattern": "50% off", "many": "", "values": {"a": 1}}',
        '{"pattern": 5, "many": "", "values": []}',
        '{"a": 1}',
    ],
)
def test_what_only_looks_like_a_sentence_stays_as_it_is(held: str) -> None:
    assert from_text(held) == held
