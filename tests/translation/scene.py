"""More on the pages of tests.every_page than one sees at first: whatever has words of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from tests import scene
from tests.every_page import DANA, HOUR, MARCUS, House
from tests.intake.twilio import inbound
from tests.people import person
from tests.translation.bare_words import bare_words
from tests.translation.pseudo import LANGUAGE
from textmeter.accounts.models import Company, Role, User
from textmeter.carriers.seen import Direction, LegStatus, Media, Place, Recording, Status
from textmeter.intake.models import Connection, Job, JobKind
from textmeter.ledger import tracker_acts
from textmeter.ledger.statements import fetch, run
from textmeter.ledger.trackers import trackers_of
from textmeter.lib.days import now_ms
from textmeter.pages.formats import with_national

OLGA, PAUL, RUTH = "+14045550121", "+14045550122", "+14045550123"


@dataclass(frozen=True, slots=True)
class Crowd:
    shop: Company
    mia: User  # a manager
    rob: User  # reads
    lonely: User  # reads nothing
    empty: Company  # without numbers
    wired: Company  # with a connection, without numbers
    quiet: Company  # with a number, without texts


def crowd(house: House) -> Crowd:
    shop = Company.objects.get(is_sample=False)
    mia, now = User.objects.get(email="mia@example.com"), now_ms()
    _numbers(shop, now)
    _texts(shop, now)
    _calls(shop, now)
    wired = scene.company("Wired")
    Connection.objects.filter(company=shop).update(previous_secret="x", previous_until=now + HOUR)
    connection = Connection.objects.get()
    connection.pk, connection.company, connection.key = connection.pk + 1, wired, "other"
    connection.save(force_insert=True)
    quiet = scene.company("Quiet")
    scene.tracker(quiet, "+14045550190", "Desk")
    return Crowd(
        shop=shop,
        mia=mia,
        rob=person("rob@example.com", Role.REPORTING, shop, quiet, name="Rob"),
        lonely=person("lea@example.com", Role.REPORTING, name="Lea"),
        empty=scene.company("Empty"),
        wired=wired,
        quiet=quiet,
    )


def _numbers(shop: Company, now: int) -> None:
    scene.tracker(shop, "+18005550199", "Toll-free line", destination="+14045550199")
    old = scene.tracker(shop, "+14045550182", "Website", source="Website", destination="+14045550198")
    tracker_acts.change(shop, old.id, "mia@example.com", is_disabled=True)
    handed = scene.tracker(shop, "+14045550183", "Former mailer")
    scene.tracker(shop, handed.number, "Present mailer", owns_from=now - HOUR)
    leaving = scene.tracker(shop, "+14045550184", "Leaving mailer")
    scene.tracker(shop, leaving.number, "Coming mailer", owns_from=now + 9_000 * HOUR)
    for place in range(10):  # so many that there is a search
        scene.tracker(shop, f"+1404555016{place}", f"Spare {place}")


def _texts(shop: Company, now: int) -> None:
    line = next(each for each in trackers_of(shop.id) if each.name == "Spring campaign of the year")
    other = next(each for each in trackers_of(shop.id) if each.name == "Former mailer")
    for place, status in enumerate(Status):
        more: dict[str, Any] = {"status": status}
        if status in (Status.FAILED, Status.UNDELIVERED):
            more["error_code"] = "30006" if status == Status.FAILED else "99999"
        scene.answers(shop, line, DANA, "Hello again", now - 3 * HOUR + place, agent="Nora", **more)
    media = tuple(
        Media("https://api.example/1", kind) for kind in ("image/png", "text/vcard", "application/pdf", "")
    )
    scene.says(shop, line, DANA, "See this", now - 2 * HOUR, media=media)
    scene.says(shop, line, DANA, "", now - 2 * HOUR + 1)
    scene.says(shop, other, DANA, "To the other one", now - 2 * HOUR + 2)
    scene.answers(shop, line, DANA, "An automatic one", now - 2 * HOUR + 3, is_automatic=True)
    scene.answers(shop, line, DANA, None, now - 2 * HOUR + 4)
    scene.says(shop, line, OLGA, "STOP", now - 30 * HOUR, place=Place("ATLANTA", "GA", "30309", "DE"))
    scene.says(shop, line, OLGA, "START", now - 29 * HOUR, customer_name="Olga Nord")
    scene.says(shop, line, PAUL, "Anybody there?", now - 28 * HOUR)
    scene.says(shop, line, RUTH, "Erase me", now - 400 * 24 * HOUR)
    run("UPDATE ledger_customer SET erased_to = %s WHERE number = %s", [now - HOUR, RUTH])


def _calls(shop: Company, now: int) -> None:
    line = next(each for each in trackers_of(shop.id) if each.name == "Spring campaign of the year")
    voicemail = Recording("RE1", seconds=27, is_voicemail=True)
    legs = (LegStatus.BUSY, LegStatus.NO_ANSWER, LegStatus.FAILED, LegStatus.CANCELED)
    for place, leg in enumerate(legs):
        scene.calls(shop, line, DANA, now - 7 * HOUR + place, dial_status=leg)
    scene.calls(shop, line, DANA, now - 8 * HOUR, recording=voicemail)
    scene.calls(shop, line, DANA, now - 9 * HOUR, seconds=40, recording=Recording("RE2", seconds=40))
    scene.calls(shop, line, "anonymous", now - 10 * HOUR)
    scene.calls(
        shop, line, MARCUS, now - 4 * HOUR, parent_status=LegStatus.IN_PROGRESS, dial_status=LegStatus.UNKNOWN
    )
    for place, parent in enumerate((LegStatus.COMPLETED, LegStatus.NO_ANSWER)):
        scene.calls(
            *(shop, line, line.number, now - 11 * HOUR + place),
            to_number=DANA,
            direction=Direction.OUTBOUND,
            parent_status=parent,
            dial_status=LegStatus.UNKNOWN,
        )


ABOUT = {
    JobKind.REMOVE_CONNECTION: "1\nTwilio\nAC12",
    JobKind.ERASE_CUSTOMER: "1",
    JobKind.MAIL_LINK: "1",
    JobKind.CHANGE_ZONE: "America/Denver",
    JobKind.REMOVE_COMPANY: "Piedmont",
    JobKind.FILL_SAMPLE: "",
    JobKind.TRY_FILE: "1\nold.csv",
    JobKind.IMPORT_FILE: "1\nold.csv",
}


def jobs(shop: Company) -> list[Job]:
    """Of each kind one that waits, one that is under way, and one that is done."""
    made = []
    for kind, about in ABOUT.items():
        for state in ({}, {"done": 3, "total": 1200}, {"ended_at": now_ms()}):
            known = {"kind": kind, "company_id": shop.id, "about": about, "asked_by": "ada@example.com"}
            made.append(Job.objects.create(**known, asked_at=1, **state))
    return made


def each_of(shop: Company, page: str, what: str) -> list[str]:
    """Addresses of a page for each of the company's customers, or of its numbers."""
    table = {"customers": "ledger_customer", "numbers": "ledger_tracker"}[what]
    ids = fetch(f"SELECT id FROM {table} WHERE company_id = %s ORDER BY id", [shop.id])
    return [reverse(page, args=[shop.id, id]) for (id,) in ids]


def data() -> list[str]:
    """Words on the pages that are nobody's but the scene's, or were written down in English."""
    stored = (
        "SELECT name FROM accounts_company UNION SELECT name FROM accounts_user UNION"
        " SELECT name FROM ledger_tracker UNION SELECT source FROM ledger_tracker UNION"
        " SELECT what FROM accounts_auditline UNION SELECT body FROM ledger_message WHERE body IS NOT NULL"
    )
    words = [*(with_national(word) for (word,) in fetch(stored, []) if word), *OTHERS]
    # Where a search has found the word "crown", the rest of the text stands before and behind it.
    return [part.strip() for word in words for part in (word, *word.split("crown")) if part.strip()]


def see_that_no_word_is_bare(pages: dict[str, Any]) -> None:
    """`pages`: answers, by a name."""
    known = data()
    for name, answer in pages.items():
        # Where a line may break or may not says nothing of its words.
        html = answer.content.decode().replace("<wbr>", "").replace("\N{NO-BREAK SPACE}", " ")
        assert f'<html lang="{LANGUAGE}">' in html or "<html" not in html, name
        fields = FIELDS if 'class="fields"' in html else ()
        found = bare_words(html, [*known, *fields])
        assert not found, f"{name}: {found}"


OTHERS = (
    *(
        "Dana Whitfield",
        "Olga Nord",
        "DW",
        "ON",
        "AM",
        "MI",
        "RO",
        "Nora",
        "Atlanta, GA",
        "GA",
        "DE",
        "crown",
    ),
    *("America/Denver", "Piedmont", "old.csv", "image/png", "text/vcard", "application/pdf"),
    *("the command line", "dana", "nothingofthekind", "RESTRICTED"),
    *("sent_at", "sender", "receiver"),
    # The names of a connection's addresses.
    *("message", "status", "voice", "voice-status", "dial-status", "recording"),
)
# What stands in the deliveries of tests.every_page, as the carrier names it.
FIELDS = ("CallSid", "CA", *inbound("Hi"), *filter(str.isalpha, inbound("Hi").values()), "user-agent")
