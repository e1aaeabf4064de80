"""No page has a word that a translator can't reach: read in a language in which every marked text stands in
brackets, nothing but data and names is outside of them."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import DisallowedHost
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.translation import override

from tests.every_page import SIGNED_OUT, House
from tests.translation import scene
from tests.translation.bare_words import bare_words
from tests.translation.conftest import ReaderOf
from tests.translation.pseudo import LANGUAGE
from tests.translation.scene import Crowd, see_that_no_word_is_bare
from textmeter.intake.models import Connection, Job
from textmeter.pages import errors

OF_COMPANY = (
    *("text_conversations", "print_conversations", "all_calls", "missed_calls", "customers", "numbers"),
    *("print_calls", "print_missed_calls", "print_customers"),
    *("new_number", "number_lines", "settings", "connections", "new_connection", "imports", "quarantine"),
    *("delete_company", "start_connection", "start_number", "start_first_text"),
)


def test_every_page(reader_of: ReaderOf, house: House, there: Crowd) -> None:
    pages = {
        name: reader_of(None if name in SIGNED_OUT else house.ada).get(path, follow=True)
        for name, path in house.paths.items()
    }
    assert {answer.status_code for answer in pages.values()} == {200, 404}
    see_that_no_word_is_bare(pages)


def test_a_page_in_english_is_full_of_bare_words(house: House, there: Crowd) -> None:
    """A control of the test above."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(house.ada)
    answer = client.get(house.paths["text_conversations"])
    with pytest.raises(AssertionError):
        see_that_no_word_is_bare({"text_conversations": answer})
    found = " ".join(bare_words(answer.content.decode(), scene.data()))
    assert all(each in found for each in ("Message volume", "aria-label of <form>: Filters", "Waiting since"))


def test_who_may_less_reads_the_same_pages(reader_of: ReaderOf, house: House, there: Crowd) -> None:
    pages = {
        f"{name} of {user}": reader_of(user).get(path, follow=True)
        for user in (there.mia, there.rob)
        for name, path in house.paths.items()
        if name not in SIGNED_OUT
    }
    pages["no company"] = reader_of(there.lonely).get("/", follow=True)
    assert {answer.status_code for answer in pages.values()} == {200, 403, 404}
    see_that_no_word_is_bare(pages)


def test_companies_with_less(ada: Client, reader_of: ReaderOf, there: Crowd) -> None:
    rob, pages = reader_of(there.rob), {}
    for company in (there.empty, there.wired, there.quiet):
        for name in OF_COMPANY:
            path = reverse(name, args=[company.id])
            pages[f"{name} of {company.name}"] = ada.get(path, follow=True)
            if company == there.quiet:
                pages[f"{name} for Rob"] = rob.get(path, follow=True)
    see_that_no_word_is_bare(pages)


@pytest.mark.parametrize(
    "query",
    [
        "range=custom&start=2026-03-04&end=2026-03-01",
        "start=2099-03-04",
        "range=custom&start=1990-01-01&end=2099-01-01&interval=hour",
        "range=custom&interval=week&compare=none&hour=99&numbers=1&after=x&sort=x&q=" + "x" * 300,
        "range=today&interval=hour&hour=9&direction=outbound",
        "range=all_time&interval=month&sort=-total",
        "range=last_7_days&direction=inbound&q=crown",
    ],
)
def test_filters_right_and_wrong(ada: Client, there: Crowd, query: str) -> None:
    lists = ("text_conversations", "print_conversations", "text_figures", "all_calls", "missed_calls")
    pages = {
        each: ada.get(f"{reverse(each, args=[there.shop.id])}?{query}") for each in (*lists, "customers")
    }
    see_that_no_word_is_bare(pages)


@pytest.mark.parametrize(
    "query", ["show=calls", "show=texts&frequency=day", "day=2026-02-31", "day=2020-01-01&q=crown"]
)
def test_a_timeline_in_each_form(ada: Client, house: House, query: str) -> None:
    see_that_no_word_is_bare({query: ada.get(f"{house.paths['timeline']}?{query}")})


def test_every_customer_and_number(ada: Client, there: Crowd) -> None:
    pages = {
        path: ada.get(path)
        for name, list_of in (("timeline", "customers"), ("number", "numbers"), ("hand_over", "numbers"))
        for path in scene.each_of(there.shop, name, list_of)
    }
    see_that_no_word_is_bare(pages)


def test_jobs_in_each_state(ada: Client, there: Crowd) -> None:
    pages = {f"{job.kind} {job.pk}": ada.get(reverse("job", args=[job.pk])) for job in scene.jobs(there.shop)}
    see_that_no_word_is_bare(pages)


def test_people_without_rights_or_password(ada: Client, there: Crowd) -> None:
    there.rob.set_unusable_password()
    there.rob.is_active = False
    there.rob.save()
    pages = {each: ada.get(reverse(each, args=[there.rob.pk])) for each in ("person", "remove_person")}
    see_that_no_word_is_bare(pages | {"people": ada.get(reverse("people"))})


def test_health_when_all_goes_wrong(ada: Client, there: Crowd) -> None:
    Connection.objects.update(secret="locked")
    Job.objects.all().delete()
    see_that_no_word_is_bare({"health": ada.get(reverse("health"))})


def test_news_is_said_in_the_words_of_the_page(ada: Client, house: House, there: Crowd) -> None:
    customer = house.paths["timeline"].split("/")[-2]
    shop = there.shop.id
    news = [
        *(reverse(each, args=[shop]) for each in ("text_changes", "call_changes", "missed_call_changes")),
        reverse("customer_changes", args=[shop]),
        reverse("timeline_changes", args=[shop, customer]),
    ]
    for path in news:
        answer = ada.get(f"{path}?since=0")
        assert re.fullmatch(r"⟦\d+\+? .*néw.*⟧", answer.json()["said"]), path
        assert "Accept-Language" in answer["Vary"]


def test_errors(house: House) -> None:
    request = RequestFactory().get("/", headers={"Host": "texts.example.com"})
    with override(LANGUAGE):
        pages = {
            "bad request": errors.bad_request(request, ValueError()),
            "unknown name": errors.bad_request(request, DisallowedHost()),
            "forbidden": errors.forbidden(request, PermissionError()),
            "not found": errors.not_found(request, ValueError()),
            "too many": errors.too_many(request),
            "broken": errors.broken(request),
            "unavailable": errors.unavailable(request, "gone"),
            "forged": errors.forged(request),
        }
    see_that_no_word_is_bare(pages)
