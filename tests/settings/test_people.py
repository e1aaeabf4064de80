"""People: added, their rights, links for passwords, removal; always an admin is left."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client

from tests.people import person, signed_in
from tests.scene import company
from tests.settings.conftest import People, audit, hidden, read, work
from textmeter.accounts import password_links
from textmeter.accounts.models import Company, Role, User
from textmeter.accounts.password_links import LASTS_MS, password_token, whose_link
from textmeter.intake.models import Job
from textmeter.lib.days import now_ms

PASSWORD = {"password": "correct horse battery", "password_again": "correct horse battery"}


def link_on(answer: Any) -> str:
    """The one-time link on the page; empty where there is none."""
    found = re.search(r'class="secret-link">([^<]+)</pre>', answer.content.decode())
    return unescape(found[1]) if found else ""


def test_somebody_is_added_and_comes_in_by_the_link(ada: Client, shop: Company) -> None:
    managing = "adds and changes numbers, and sets where their calls go and whether they are recorded."
    assert managing in read(ada.get("/settings/people/new"))
    answer = ada.post(
        "/settings/people/new",
        {"email": "Lea@Example.com", "name": "Lea", "role": "manager", "company_ids": [shop.id]},
        follow=True,
    )
    lea = User.objects.get(email="lea@example.com")
    assert (lea.name, lea.role, list(lea.companies.all())) == ("Lea", "manager", [shop])
    assert "Lea has no password yet." in read(answer)
    made = ada.post(f"/settings/people/{lea.pk}/link", {"how": "show"}, follow=True)
    link = link_on(made)
    assert link.startswith("http://testserver/password/new/")
    assert "It begins with testserver , under which you opened this page." in read(made)
    assert link_on(ada.get(f"/settings/people/{lea.pk}")) == "", "it is shown once"
    token = link.rstrip("/").rpartition("/")[2]
    assert not any(token in row.session_data for row in Session.objects.all())

    client = Client()
    page = client.get(link)
    assert "Choose your password" in read(page)
    assert "no-store" in page["Cache-Control"]
    assert "The two passwords differ." in read(client.post(link, PASSWORD | {"password_again": "x"}), 400)
    assert client.post(link, PASSWORD)["Location"] == "/"
    assert read(client.get(f"/c/{shop.id}/numbers"))
    for again in (Client().get(link), Client().post(link, PASSWORD)):
        assert "This link doesn’t work any more" in read(again, 404)
    assert audit() == [
        ("ada@example.com", "Added lea@example.com as manager of Piedmont Dental."),
        ("ada@example.com", "Made a link by which lea@example.com chooses a password."),
        ("lea@example.com", "Chose a password by a link."),
    ]
    assert token not in str(audit())


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"email": ""}, "Type the email address"),
        ({"email": "lea"}, "This is not an email address."),
        ({"email": "MIA@example.com"}, "mia@example.com is there already."),
        ({"role": "king"}, "Choose one of the three roles."),
        ({"company_ids": []}, "Choose at least one company"),
        ({"company_ids": ["1"]}, "One of these companies is no longer there."),
        ({"name": "x" * 201}, "Shorten the name"),
    ],
)
def test_what_is_wrong_is_said_and_nobody_is_added(
    ada: Client, shop: Company, wrong: dict[str, Any], said: str
) -> None:
    form = {"email": "lea@example.com", "name": "Lea", "role": "manager", "company_ids": [shop.id]} | wrong
    before = User.objects.count()
    assert said in read(ada.post("/settings/people/new", form), 400)
    assert (User.objects.count(), audit()) == (before, [])


def test_the_only_company_is_ticked_in_advance(ada: Client, shop: Company) -> None:
    ticked = f'value="{shop.id}" checked'
    assert ticked not in ada.get("/settings/people/new").content.decode(), "there are two"
    Company.objects.exclude(pk=shop.pk).delete()
    assert ticked in ada.get("/settings/people/new").content.decode()
    sent = ada.post("/settings/people/new", {"email": "", "role": "manager"})
    assert ticked not in sent.content.decode(), "it was taken away again"
    Company.objects.all().delete()
    assert "Companies There is no company yet." in read(ada.get("/settings/people/new"))


def test_rights_are_changed_and_each_change_is_noted(ada: Client, people: People, shop: Company) -> None:
    mia = User.objects.get(email="mia@example.com")
    other = Company.objects.get(name="Stranger & Sons")
    form = {"name": "Mia", "role": "reporting", "company_ids": [other.id], "is_active": "on"}
    assert "The changes are saved." in read(ada.post(f"/settings/people/{mia.pk}", form, follow=True))
    assert people.manager.get(f"/c/{shop.id}/numbers").status_code == 404
    assert people.manager.get(f"/c/{other.id}/numbers").status_code == 200
    del form["is_active"]
    ada.post(f"/settings/people/{mia.pk}", form)
    assert people.manager.get(f"/c/{other.id}/numbers")["Location"].startswith("/sign-in/")
    assert [what for _, what in audit()] == [
        "Made mia@example.com reporting of Stranger & Sons, who was manager of Piedmont Dental.",
        "Changed the name of mia@example.com to Mia.",
        "Turned the sign-in of mia@example.com off.",
    ]
    assert "Turned off" in read(ada.get("/settings/people"))


def test_an_older_page_gives_no_right_back(ada: Client, people: People, shop: Company) -> None:
    mia = User.objects.get(email="mia@example.com")
    other, path = Company.objects.get(name="Stranger & Sons"), f"/settings/people/{mia.pk}"

    def mark_on(page: Any) -> str:
        found = re.search(r'name="seen" value="([^"]+)"', page.content.decode())
        assert found
        return found[1]

    seen = mark_on(ada.get(path))
    taken = {"name": "", "role": "manager", "company_ids": [other.id], "is_active": "on", "seen": seen}
    assert "The changes are saved." in read(ada.post(path, taken, follow=True))
    older = {"name": "Mia", "role": "manager", "company_ids": [shop.id], "is_active": "on", "seen": seen}
    mistaken = ada.post(path, older | {"role": "queen"})
    assert "Choose one of the three roles." in read(mistaken, 400)
    assert mark_on(mistaken) == seen, "a mistake makes an older page no younger"
    answer = ada.post(path, older, follow=True)
    assert "Nothing was saved: somebody changed this person while the page was open." in read(answer)
    mia.refresh_from_db()
    assert (mia.name, list(mia.companies.all())) == ("", [other])
    assert people.manager.get(f"/c/{shop.id}/numbers").status_code == 404
    assert "The changes are saved." in read(ada.post(path, older | {"seen": mark_on(answer)}, follow=True))


def test_nobody_locks_themselves_out_and_an_admin_is_left(ada: Client, shop: Company) -> None:
    own = User.objects.get(email="ada@example.com")
    keep = {"name": "Ada", "role": "admin", "is_active": "on"}
    only = "This is the only admin who can sign in."
    for wrong in ({"role": "manager", "company_ids": [shop.id]}, {"is_active": ""}):
        assert only in read(ada.post(f"/settings/people/{own.pk}", keep | wrong), 400)
    second = person("two@example.com", Role.ADMIN)
    for wrong in ({"role": "manager", "company_ids": [shop.id]}, {"is_active": ""}):
        assert "You can’t take your own rights away." in read(
            ada.post(f"/settings/people/{own.pk}", keep | wrong), 400
        )
    assert "You can’t remove yourself." in read(
        ada.post(f"/settings/people/{own.pk}/remove", {"typed": "ada@example.com"}), 400
    )
    own.refresh_from_db()
    assert (own.role, own.is_active) == ("admin", True)
    assert "Remove…" not in read(ada.get(f"/settings/people/{own.pk}"))
    second.is_active = False
    second.save()
    assert only in read(ada.post(f"/settings/people/{own.pk}", keep | {"is_active": ""}), 400)
    assert audit() == []


def test_removing_needs_the_address_typed(ada: Client, people: People, shop: Company) -> None:
    mia = User.objects.get(email="mia@example.com")
    token = password_token(mia, by="x")
    path = f"/settings/people/{mia.pk}/remove"
    assert "Nobody was removed. Type mia@example.com to confirm." in read(
        ada.post(path, {"typed": "mia"}), 400
    )
    answer = ada.post(path, {"typed": " Mia@example.com "}, follow=True)
    assert "mia@example.com is removed and signed out everywhere." in read(answer)
    assert people.manager.get(f"/c/{shop.id}/numbers")["Location"].startswith("/sign-in/")
    assert whose_link(token) is None
    assert audit()[-1] == ("ada@example.com", "Removed mia@example.com, who was manager.")
    assert ada.get(f"/settings/people/{mia.pk}").status_code == 404
    assert ada.get(f"/settings/people/{2**70}").status_code == 404


def test_people_are_for_admins(people: People) -> None:
    mia = User.objects.get(email="mia@example.com")
    for page in ("people", "people/new", f"people/{mia.pk}", f"people/{mia.pk}/remove", "changes"):
        hidden(people, f"/settings/{page}")
    for page, form in (
        ("people/new", {"email": "x@example.com", "role": "admin"}),
        (f"people/{mia.pk}", {"role": "admin", "is_active": "on"}),
        (f"people/{mia.pk}/link", {"how": "show"}),
        (f"people/{mia.pk}/remove", {"typed": "mia@example.com"}),
    ):
        hidden(people, f"/settings/{page}", form=form)
    assert User.objects.filter(role="admin").count() == 1
    assert audit() == []


def test_a_link_ends_with_its_time_with_the_next_one_and_with_the_sign_in(
    shop: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    mia = person("mia@example.com", Role.MANAGER, shop)
    first = password_token(mia, by="ada@example.com")
    second = password_token(mia, by="ada@example.com")
    assert (whose_link(first), whose_link(second)) == (None, mia)
    mia.is_active = False
    mia.save()
    assert whose_link(second) is None
    mia.is_active = True
    mia.save()
    monkeypatch.setattr(password_links, "now_ms", lambda: now_ms() + LASTS_MS + 1)
    assert whose_link(second) is None


def test_a_link_is_mailed_where_there_is_a_mail_server(ada: Client, people: People, settings: Any) -> None:
    mia = User.objects.get(email="mia@example.com")
    assert "Mail a link" not in read(ada.get(f"/settings/people/{mia.pk}"))
    settings.PUBLIC_URL, settings.EMAIL_HOST = "https://texts.example.com", "mail.example.com"
    settings.ALLOWED_HOSTS = ["testserver"]
    assert "Mail a link" in read(ada.get(f"/settings/people/{mia.pk}"))
    answer = ada.post(f"/settings/people/{mia.pk}/link", {"how": "mail"}, follow=True)
    assert (mail.outbox, "Sending a mail" in read(answer)) == ([], True), "no request waits for a mail server"
    work()
    (sent,) = mail.outbox
    assert sent.to == ["mia@example.com"]
    link = re.search(r"https://texts\.example\.com(/password/new/\S+/)", str(sent.body))
    assert link
    assert "Choose your password" in read(Client().get(link[1]))
    assert "To mia@example.com, with a link that works once." in read(ada.get(answer.redirect_chain[-1][0]))


def test_a_mail_server_that_refuses_is_told(ada: Client, people: People, settings: Any) -> None:
    mia = User.objects.get(email="mia@example.com")
    settings.PUBLIC_URL, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "https://texts.example.com",
        "127.0.0.1",
        9,
    )
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    ada.post(f"/settings/people/{mia.pk}/link", {"how": "mail"})
    work()
    job = Job.objects.get()
    assert job.error.startswith("The mail was not sent; the mail server says: ")
    assert "hand it over yourself" in read(ada.get(f"/settings/jobs/{job.id}"))


def test_ones_own_page(people: People) -> None:
    mia = User.objects.get(email="mia@example.com")
    other = signed_in(mia)
    third = signed_in(mia)
    for client in (other, third):
        client.get("/you")  # tests sign people in by a door that notes nothing
    page = people.manager.get("/you")
    text = read(page)
    assert "mia@example.com · Manager" in text
    assert text.count("Unknown browser") == 3 + 2, "three, of which two can be ended"
    assert "This one" in text
    answer = people.manager.post("/you", {"name": "Mia Moe"}, follow=True)
    assert "Your name is saved." in read(answer)
    assert User.objects.get(pk=mia.pk).name == "Mia Moe"

    ids = re.findall(r'name="session" value="(\d+)"', page.content.decode())
    assert len(ids) == 2
    people.manager.post("/you/sessions/end", {"session": ids[0]})
    assert sorted(client.get("/you").status_code for client in (other, third)) == [200, 302]
    assert "Signed out there." in read(people.manager.post("/you/sessions/end", follow=True))
    assert [client.get("/you").status_code for client in (other, third)] == [302, 302]
    assert people.manager.get("/you").status_code == 200
    assert "already" in read(people.manager.post("/you/sessions/end", {"session": "x"}, follow=True))
    assert [what for _, what in audit()] == [
        "Changed their own name to Mia Moe.",
        "Signed out in 1 other browser.",
        "Signed out in 1 other browser.",
    ]


def test_nobody_ends_somebody_elses_session(people: People) -> None:
    people.ada.get("/you")
    from allauth.usersessions.models import UserSession

    theirs = UserSession.objects.get(user__email="ada@example.com")
    people.stranger.post("/you/sessions/end", {"session": str(theirs.pk)})
    assert people.ada.get("/you").status_code == 200


def test_a_session_says_which_browser(shop: Company) -> None:
    from textmeter.pages.browsers import browser_name

    agents = {
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0"
        " Safari/537.36 Edg/130.0": "Edge on Windows",
        "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0": "Firefox on Linux",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
        " Version/18.0 Mobile/15E148 Safari/604.1": "Safari on iPhone",
        "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile"
        " Safari/537.36": "Chrome on Android",
        "curl/8": "Unknown browser",
    }
    assert {agent: browser_name(agent) for agent in agents} == agents


def test_the_changes_are_written_for_reading(ada: Client, shop: Company) -> None:
    """Numbers and times as on other pages; a mail address breaks where its parts end."""
    from textmeter.accounts import audit as lines

    lines.note("ada.lovelace@example.com", "Added +14045550180 as A+1 <b>.", shop)
    page = ada.get("/settings/changes").content.decode()
    assert "Added (404) 555-0180 as A+1 &lt;b&gt;." in page
    lines.note("ada@example.com", "Handed Ads 2027-13-01 00:00 over, from 2027-01-10 00:00 EST on.", shop)
    page = ada.get("/settings/changes").content.decode()
    assert "Handed Ads 2027-13-01 00:00 over, from Sun, Jan 10, 2027, 12:00 AM EST on." in page
    assert "ada.lovelace@<wbr>example.<wbr>com" in page


def test_each_change_is_told_in_the_zone_of_its_company(
    ada: Client, shop: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever company was visited last; what is of none in the zone that all share, else in UTC."""
    from textmeter.accounts import audit as lines
    from textmeter.accounts.audit import COMMAND_LINE

    monkeypatch.setattr(lines, "now_ms", lambda: 1_772_634_780_000)
    Company.objects.exclude(pk=shop.id).delete()
    lines.note(COMMAND_LINE, "Added the sample company.")
    lines.note(COMMAND_LINE, "Renamed it.", shop)
    page = read(ada.get("/settings/changes"))
    assert "times in Eastern (America/New_York)" in page
    assert page.count("Wed, Mar 4, 2026, 9:33 AM EST") == 2
    far = company("Kolkata Dental", "Asia/Kolkata")
    lines.note(COMMAND_LINE, "Added the company.", far)
    for visited in (shop, far):
        ada.get(f"/c/{visited.id}/settings")
        page = read(ada.get("/settings/changes"))
        assert "times in each company’s own zone, those of the whole installation in UTC" in page
        for told in (
            "Wed, Mar 4, 2026, 8:03 PM IST the command line Added the company. Kolkata Dental",
            "Wed, Mar 4, 2026, 9:33 AM EST the command line Renamed it. Piedmont Dental",
            "Wed, Mar 4, 2026, 2:33 PM UTC the command line Added the sample company.",
        ):
            assert told in page
    Company.objects.filter(pk=far.id).update(is_sample=True)
    assert "those of the whole installation in Eastern" in read(ada.get("/settings/changes"))
    lines.note(COMMAND_LINE, "Deleted the company Gone.", Company(id=77, name="Gone"))
    assert "9:33 AM EST the command line Deleted the company Gone. Gone" in read(ada.get("/settings/changes"))


def test_the_changes_come_in_pages(ada: Client, shop: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    from textmeter.accounts import audit as lines
    from textmeter.pages import changes_page

    assert "Nothing was changed yet" in read(ada.get("/settings/changes"))
    for place in range(5):
        lines.note("ada@example.com", f"Change {place} <b>", shop)
    for module in (lines, changes_page):
        monkeypatch.setattr(module, "TOGETHER", 2)
    seen, path = [], "/settings/changes"
    while path:
        page = ada.get(path).content.decode()
        seen += re.findall(r"Change \d &lt;b&gt;", page)
        older = re.search(r'href="([^"]+)">Older', page)
        path = older[1] if older else ""
    assert [one[:8] for one in seen] == [f"Change {place}" for place in (4, 3, 2, 1, 0)]
    assert "Piedmont Dental" in read(ada.get("/settings/changes"))
    assert ada.get("/settings/changes?before=x").status_code == 200
