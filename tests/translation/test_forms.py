"""What is said after a form was sent, right or wrong, can be translated, too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.every_page import DANA, OTHERS, House
from tests.settings.conftest import work
from tests.translation.conftest import ReaderOf
from tests.translation.pseudo import LANGUAGE
from tests.translation.scene import Crowd, see_that_no_word_is_bare
from textmeter.accounts.models import AuditLine
from textmeter.intake.models import Connection, Job
from textmeter.ledger.corrected import hand_over_of
from textmeter.ledger.trackers import trackers_of
from textmeter.pages.urls import urlpatterns

TOO_LONG, UNSEEN = "5" * 400, "5\u200b5"
SID = "AC" + "0" * 32

PERSON = {"email": "new@example.com", "role": "manager", "name": "Mia"}
HAND_OVER = {"name": "Desk", "begins": "at", "day": "2020-02-02"}
# By the name of the address; more than one of each.
FORMS = [
    ("new_company", {}),
    ("new_company", {"name": TOO_LONG, "time_zone": "Nowhere"}),
    ("new_company", {"name": UNSEEN, "time_zone": "York"}),
    ("new_company", {"name": "Desk", "time_zone": "America/Denver"}),
    ("rename_company", {"name": ""}),
    ("rename_company", {"name": "Desk"}),
    ("time_zone", {"time_zone": "Nowhere"}),
    ("time_zone", {"time_zone": "America/New_York"}),
    ("time_zone", {"time_zone": "America/Denver"}),
    ("delete_company", {"typed": "5"}),
    ("new_connection", {}),
    ("new_connection", {"account_sid": "AC5", "auth_token": "5 5"}),
    ("new_connection", {"account_sid": "55", "auth_token": TOO_LONG}),
    ("new_connection", {"account_sid": SID, "auth_token": "5" * 32}),
    ("new_secret", {}),
    ("new_secret", {"auth_token": SID}),
    ("new_secret", {"auth_token": f"SK{SID[2:]}"}),
    ("new_secret", {"auth_token": "z" * 32}),
    ("new_secret", {"auth_token": "5"}),
    ("new_secret", {"auth_token": "5" * 32}),
    ("test_connection", {}),
    ("remove_connection", {"typed": "5"}),
    ("remove_connection", {"typed": "abcdef"}),
    ("imports", {}),
    ("new_person", {}),
    ("new_person", {"email": "5", "role": "5", "name": UNSEEN, "company_ids": "5"}),
    ("new_person", PERSON),
    ("new_person", PERSON | {"email": "ada@example.com", "role": "admin", "name": TOO_LONG}),
    ("new_person", PERSON | {"email": "ada@example.com", "role": "admin"}),
    ("new_person", PERSON | {"role": "admin"}),
    ("person", {"role": ""}),
    ("person", {"role": "admin", "is_active": "on"}),
    ("persons_address", {}),
    ("persons_address", {"email": "5"}),
    ("persons_address", {"email": "mia@example.com"}),
    ("persons_address", {"email": "ada@example.com"}),
    ("persons_address", {"email": "new@example.com"}),
    ("own_address", {}),
    ("password_link", {"how": "show"}),
    ("password_link", {"how": "mail"}),
    ("remove_person", {"typed": "5"}),
    ("remove_person", {"typed": "mia@example.com"}),
    ("own_page", {"name": UNSEEN}),
    ("own_page", {"name": "Ada"}),
    ("end_sessions", {}),
    ("end_sessions", {"session": "5"}),
    ("new_number", {}),
    ("new_number", {"number": "5", "name": TOO_LONG, "source": TOO_LONG, "destination": TOO_LONG}),
    ("new_number", {"number": TOO_LONG, "name": UNSEEN, "destination": "5"}),
    ("new_number", {"number": "+14045550155", "name": "Desk", "destination": "+14045550155"}),
    ("new_number", {"number": "+14045550180", "name": "Desk"}),
    ("new_number", {"number": "+14045550190", "name": "Desk"}),
    ("new_number", {"number": "+14045550155", "name": "Desk"}),
    ("number", {"name": ""}),
    ("number", {"name": "Desk", "destination": "+14045550199"}),
    ("number_disabled", {"disabled": "1"}),
    ("number_disabled", {"disabled": "0"}),
    ("hand_over", {}),
    ("hand_over", {"name": "Desk", "begins": "5", "company": "5"}),
    ("hand_over", HAND_OVER | {"day": "5", "clock": "5"}),
    ("hand_over", HAND_OVER | {"day": "1960-01-01"}),
    ("hand_over", HAND_OVER | {"day": "2026-03-08", "clock": "02:30"}),
    ("hand_over", HAND_OVER),
    ("hand_over", HAND_OVER | {"begins": "now"}),
    ("hand_over", HAND_OVER | {"day": "2090-02-02"}),
    ("hand_over_moment", {}),
    ("hand_over_moment", {"begins": "at", "day": "5"}),
    ("take_back", {"at": "5"}),
    ("take_back", {"at": "9999999999999"}),
    ("number_lines", {"lines": ""}),
    ("number_lines", {"lines": "name\nDesk"}),
    ("number_lines", {"lines": "+14045550155\n" * 1_100}),
    ("number_lines", {"lines": f"+14045550155,{TOO_LONG}\n+14045550155\n5\n,5\n+14045550156,{UNSEEN}"}),
    ("number_lines", {"lines": "+14045550155,Desk\n+14045550156\t5\n+14045550157;5"}),
    ("number_lines", {"lines": "+14045550155\tDesk\n+14045550156,5"}),
    ("number_lines", {"lines": "+14045550155,Desk,,5\n+14045550156,Desk,,+14045550156\n+14045550180"}),
    ("number_lines", {"lines": "+14045550155,Desk\n+18005550100,Desk\n+14045550190,Desk"}),
    ("number_lines", {"lines": "+14045550155,Desk\n+18005550100,Desk", "add": "1"}),
    ("number_lines", {"lines": "+14045550180", "add": "1"}),
    ("quarantine_replays", {"reason": "unknown_number"}),
    ("quarantine_replays", {"reason": "bad_signature"}),
    ("quarantine_replays", {"reason": "cannot_text"}),
    ("quarantine_trackers", {"number": "+14045550180", "name": ""}),
    ("quarantine_trackers", {"number": "+14045550180", "name": UNSEEN}),
    ("quarantine_trackers", {"number": "+14045550180", "name": "Desk"}),
    ("quarantine_trackers", {"number": "+14045550155", "name": "Desk"}),
    ("quarantine_discard", {"reason": "unreadable"}),
    ("quarantine_discard", {"reason": "unreadable", "id": "3", "why": TOO_LONG, "until": "1"}),
    ("quarantine_discard", {"reason": "unreadable", "id": "3", "why": "5", "until": "9999999999999"}),
    ("customer_name", {"name": TOO_LONG}),
    ("customer_name", {"name": ""}),
    ("customer_name", {"name": "Dana Whitfield"}),
    ("erase_customer", {"typed": "5"}),
    ("erase_customer", {"typed": DANA}),
    ("change_password", {}),
    ("change_password", {"oldpassword": "5", "password1": "5", "password2": "6"}),
    ("start_connection", {}),
    ("start_number", {}),
    ("start_number", {"number": "5", "name": UNSEEN}),
    ("start_number", {"number": "+14045550180", "name": "Desk"}),
    ("start_number", {"number": "+14045550190", "name": "Desk"}),
    ("start_number", {"number": "+18005550100", "name": "Desk"}),
    ("add_sample", {}),
    ("remove_samples", {}),
]


@pytest.fixture
def sent_to(house: House, there: Crowd) -> dict[str, list[Any]]:
    """The arguments of each address."""
    parts = {name: path.split("/") for name, path in house.paths.items()}
    shop, customer, tracker = there.shop.id, parts["timeline"][-2], parts["number"][-1]
    connection, person = parts["connection"][-1], parts["person"][-1]
    given: dict[str, list[Any]] = {
        "<int:tracker>": [shop, tracker],
        "<int:customer>": [shop, customer],
        "<int:connection>": [shop, connection],
        "<int:person>": [person],
        "<int:company>": [shop],
    }
    return {
        str(one.name): next((given[each] for each in given if each in str(one.pattern)), [])
        for one in urlpatterns
    }


@pytest.mark.parametrize(("name", "form"), FORMS, ids=str)
def test_each_answer(
    ada: Client,
    sent_to: dict[str, list[Any]],
    name: str,
    form: dict[str, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """And what is written down stays English: others read it, or nobody does."""
    answer = ada.post(reverse(name, args=sent_to[name]), form, follow=True)
    assert answer.status_code in (200, 400)
    see_that_no_word_is_bare({name: answer})
    written = [*AuditLine.objects.values_list("what"), *Job.objects.values_list("about"), caplog.text]
    assert "⟦" not in str(written)


def test_what_a_hand_over_would_move(ada: Client, there: Crowd) -> None:
    line = next(each for each in trackers_of(there.shop.id) if each.name == "Spring campaign of the year")
    form = HAND_OVER | {"company": str(there.shop.id)}
    asked = ada.post(reverse("hand_over", args=[there.shop.id, line.id]), form)
    assert asked.status_code == 200
    see_that_no_word_is_bare({"question": asked})


def test_what_another_moment_of_a_hand_over_would_move(ada: Client, there: Crowd) -> None:
    line = next(each for each in trackers_of(there.shop.id) if each.name == "Former mailer")
    found = hand_over_of(line)
    assert found is not None
    path = reverse("hand_over_moment", args=[there.shop.id, line.id])
    form = {"begins": "at", "day": "2020-02-02", "seen": found.at}
    pages = {
        "stale": ada.post(path, form | {"seen": "5"}),
        "too early": ada.post(path, form | {"day": "2090-02-02", "seen": found.at}, follow=True),
        "ahead": ada.get(path),
    }
    found = hand_over_of(line)
    assert found is not None
    pages["question"] = asked = ada.post(path, form | {"seen": found.at})
    assert asked.status_code == 200
    pages["never"] = ada.post(path, {"begins": "never", "seen": found.at}, follow=True)
    see_that_no_word_is_bare(pages)


def test_each_form_is_sent(house: House) -> None:
    """What is new on the pages is sent here, too."""
    posted = {name for name, _form in FORMS}
    read_only = {"healthz", "readyz", "metrics", "sign_out", "quarantine_waiting", "text_figures"}
    scripts = {each.name for each in urlpatterns if str(each.name).endswith("_changes")}
    elsewhere = {"import_file", "first_admin", "sign_in"}
    assert OTHERS - posted - read_only - scripts - elsewhere == set()


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("account_login", {}),
        ("account_login", {"login": "5", "password": "5"}),
        ("account_login", {"login": "ada@example.com", "password": "5"}),
        ("choose_password", {}),
        ("choose_password", {"password": "5", "password_again": "6"}),
        ("choose_password", {"password": "password", "password_again": "password"}),
    ],
    ids=str,
)
def test_signing_in(reader_of: ReaderOf, house: House, path: str, form: dict[str, str]) -> None:
    see_that_no_word_is_bare({path: reader_of(None).post(house.paths[path], form)})


def test_one_s_own_rights(ada: Client, house: House) -> None:
    see_that_no_word_is_bare(
        {
            "role": ada.post(reverse("person", args=[house.ada.pk]), {"role": "manager", "is_active": "on"}),
            "removal": ada.post(reverse("remove_person", args=[house.ada.pk]), {"typed": "ada@example.com"}),
        }
    )


def test_what_others_may_not_change(reader_of: ReaderOf, there: Crowd) -> None:
    rob = reader_of(there.rob)
    pages = {
        name: rob.post(reverse(name, args=[there.shop.id]), {})
        for name in ("new_number", "rename_company", "imports")
    }
    assert {answer.status_code for answer in pages.values()} == {403}
    see_that_no_word_is_bare(pages)


def test_a_form_without_its_token(house: House) -> None:
    client = Client(enforce_csrf_checks=True, headers={"Accept-Language": LANGUAGE})
    client.force_login(house.ada)
    see_that_no_word_is_bare({"forged": client.post(house.paths["own_page"], {"name": "Ada"})})


def test_a_self_test(ada: Client, house: House, settings: Any) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    answer = ada.post(f"{house.paths['connection']}/test", follow=True)
    assert "⟦Nóthíng lísténs át 127.0.0.1, pórt 9." in answer.content.decode()
    see_that_no_word_is_bare({"refused": answer})
    Connection.objects.update(secret="locked")
    see_that_no_word_is_bare({"locked": ada.post(f"{house.paths['connection']}/test", follow=True)})


FILE = "\n".join(
    [
        "sent_at,sender,receiver,5",
        f"3/4/2026 9:33 AM,{DANA},+14045550180,5",
        f"5,{DANA},+14045550180,5",
        f"13/4/2026 9:33 AM,{DANA},+14045550180,5",
        f"3/4/2026,{DANA},+14045550180,5",
        f",{DANA},+14045550180,5",
        "3/4/2026 9:33 AM,,+14045550180,5",
        f"3/4/2026 9:33 AM,{DANA},+14045559999,5",
        f"3/4/2026 9:33 AM,{DANA},+14045550180",
        '"5',
    ]
)


def test_the_report_of_an_import(ada: Client, there: Crowd, tmp_path: Path) -> None:
    """Written down by a worker, who reads in no language at all."""
    answer = ada.post(
        reverse("imports", args=[there.shop.id]), {"file": SimpleUploadedFile("old.csv", FILE.encode())}
    )
    here = answer["Location"]
    pages = {"a look": ada.get(here)}
    columns = {"column-0": "at", "column-1": "from", "column-2": "to"}
    pages["wrong"] = ada.post(here, columns | {"do": "try", "time_zone": "5"})
    pages["twice"] = ada.post(here, columns | {"do": "try", "column-1": "at"})
    ada.post(here, columns | {"do": "try", "column-3": "body"})
    pages["waiting"] = ada.get(here)
    pages["busy"] = ada.post(here, {"do": "import"}, follow=True)
    work()
    pages["tried"] = ada.get(here)
    ada.post(here, {"do": "import"})
    work()
    pages["imported"] = ada.get(here)
    for job in Job.objects.filter(company_id=there.shop.id):
        pages[f"job {job.kind}"] = ada.get(reverse("job", args=[job.pk]))
    pages["uploads"] = ada.get(reverse("imports", args=[there.shop.id]))
    assert "⟦Réfúséd línés⟧" in pages["tried"].content.decode()
    see_that_no_word_is_bare(pages)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04\0", b'5,"5\n', b"5,5\n5,5\n", b"\xff\xfe5\n"])
def test_what_is_no_file_of_texts(ada: Client, there: Crowd, content: bytes) -> None:
    file = SimpleUploadedFile("old.csv", content)
    answer = ada.post(reverse("imports", args=[there.shop.id]), {"file": file}, follow=True)
    see_that_no_word_is_bare({"upload": answer})


def test_what_became_of_jobs(ada: Client, there: Crowd) -> None:
    """Moved, failed and gone: their words were put down by a worker."""
    ada.post(reverse("time_zone", args=[there.shop.id]), {"time_zone": "America/Denver"})
    ada.post(reverse("delete_company", args=[there.wired.id]), {"typed": "Wired"})
    work()
    pages = {job.kind: ada.get(reverse("job", args=[job.pk])) for job in Job.objects.all()}
    assert {*pages} >= {"change_zone", "remove_company", "mail_link"}
    see_that_no_word_is_bare(pages)
