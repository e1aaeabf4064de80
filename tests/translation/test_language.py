"""Which language a page is in, and what is English whoever asks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.translation import get_language, gettext

from tests.every_page import House
from tests.intake.twilio import inbound, post
from tests.settings.conftest import work
from tests.translation.conftest import ReaderOf
from tests.translation.pseudo import LANGUAGE
from tests.translation.scene import Crowd
from textmeter.intake.jobs import order
from textmeter.intake.models import Connection, JobKind
from textmeter.pages.reader import ReaderMiddleware


def title(client: Client, accept: str) -> tuple[str, str]:
    """(the language that the page says it is in, its first heading)"""
    html = client.get(reverse("learn_texting"), headers={"Accept-Language": accept}).content.decode()
    return html.partition('<html lang="')[2].partition('"')[0], html.partition("<h1>")[2].partition("</h1>")[
        0
    ]


def test_a_page_takes_the_first_language_that_there_is(ada: Client) -> None:
    pseudo, english = (LANGUAGE, "⟦Hów téxtíng wórks héré⟧"), ("en", "How texting works here")
    assert title(ada, LANGUAGE) == pseudo
    assert title(ada, f"tlh, {LANGUAGE}-XX;q=0.8, en;q=0.5") == pseudo
    for accept in (f"en, {LANGUAGE};q=0.9", "en-GB", "de, fr;q=0.5", "", "*", "\0", "q" * 10_000):
        assert title(ada, accept) == english, accept


def test_times_follow_the_browser_where_its_language_is_not_there(ada: Client, house: House) -> None:
    answer = ada.get(house.paths["text_conversations"], headers={"Accept-Language": f"de, {LANGUAGE};q=0.5"})
    html = answer.content.decode()
    assert "⟦Téxt Cónvérsátíóns⟧" in html
    assert "AM</time>" not in html
    assert "PM⟧</time>" not in html


def spoken(language: str) -> tuple[str, str]:
    """(what a page says in that language, what the thread speaks after it)"""
    request = RequestFactory().get("/", headers={"Accept-Language": language})
    answer: Any = ReaderMiddleware(lambda _request: HttpResponse(gettext("Sign in")))(request)
    return answer.content.decode(), gettext("Sign in")


def test_readers_side_by_side_keep_their_languages(reader_of: ReaderOf) -> None:
    """On one thread after another, and on many at once; who comes next on the thread finds English."""
    with ThreadPoolExecutor(8) as threads:
        said = list(threads.map(spoken, [LANGUAGE, "en"] * 40))
    assert said == [("⟦Sígn ín⟧", "Sign in"), ("Sign in", "Sign in")] * 40


def test_a_failing_page_leaves_no_language_behind(reader_of: ReaderOf) -> None:
    def fails(request: HttpRequest) -> HttpResponse:
        raise ValueError("no page")

    with pytest.raises(ValueError, match="no page"):
        ReaderMiddleware(fails)(RequestFactory().get("/", headers={"Accept-Language": LANGUAGE}))
    assert get_language() == "en"


def test_files_are_the_same_for_everyone(ada: Client, there: Crowd) -> None:
    for name in ("conversations_csv", "messages_csv", "calls_csv", "missed_calls_csv", "customers_csv"):
        path = reverse(name, args=[there.shop.id]) + "?range=all_time"
        pseudo, english = (
            ada.get(path, headers={"Accept-Language": each}).getvalue() for each in (LANGUAGE, "en")
        )
        assert pseudo == english, name


def test_programs_are_answered_in_english(ada: Client, there: Crowd) -> None:
    """Monitors, and carriers."""
    Connection.objects.update(secret="locked")
    ready = ada.get(reverse("readyz"))
    assert ready.json()["reasons"]
    assert "⟦" not in ready.content.decode()
    answer = post(Connection.objects.all()[0], "message", inbound("Hi"), **{"Accept-Language": LANGUAGE})
    assert "⟦" not in answer.content.decode()


def test_a_mail_is_in_english(ada: Client, there: Crowd, settings: Any) -> None:
    """A worker sends it, who doesn't know what its reader speaks."""
    settings.EMAIL_HOST, settings.PUBLIC_URL = "mail", "https://texts.example.com"
    ada.post(reverse("password_link", args=[there.mia.pk]), {"how": "mail"})
    work()
    assert mail.outbox
    assert all("⟦" not in one.subject + str(one.body) for one in mail.outbox)


def test_jobs_of_before_name_their_connection_as_those_of_now(ada: Client, there: Crowd) -> None:
    about = "7\nto Twilio, account AC12"
    job = order(JobKind.REMOVE_CONNECTION, by="ada@example.com", company_id=there.shop.id, about=about)
    import_module("textmeter.intake.migrations.0010_names_of_connections").part(apps, None)
    html = ada.get(reverse("job", args=[job.pk]), headers={"Accept-Language": "en"}).content.decode()
    assert "Deleting the connection to Twilio, account AC12" in html
