"""All pages that people open, with something on each of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from tests import scene
from tests.intake.twilio import inbound
from tests.people import person
from textmeter.accounts.models import Company, Role, User
from textmeter.accounts.password_links import password_token
from textmeter.carriers.seen import Status
from textmeter.intake.connections import add_connection
from textmeter.intake.jobs import order
from textmeter.intake.models import JobKind
from textmeter.ledger.customers import name_customer
from textmeter.ledger.statements import fetch, run
from textmeter.lib.days import now_ms
from textmeter.pages.urls import urlpatterns

HOUR = 3_600_000
DANA, MARCUS = "+14045550112", "+14045550149"
# Two steps of a form's way that tests/browser goes as a person does: test_imports, test_sign_in.
STEPS = {"import_file", "first_admin"}
# Not for reading: asked by scripts and programs, answers to forms, or files.
OTHERS = {
    *("text_figures", "text_changes", "call_changes", "missed_call_changes", "customer_changes"),
    *("timeline_changes", "quarantine_waiting", "healthz", "readyz", "metrics"),
    *(
        "quarantine_replays",
        "quarantine_trackers",
        "number_disabled",
        "take_back",
        "rename_company",
    ),
    *("new_secret", "test_connection", "add_sample", "password_link", "end_sessions"),
    *("customer_name", "sign_out", "sign_in"),
    *STEPS,
}
SIGNED_OUT = ("account_login", "account_inactive", "choose_password")


@dataclass(frozen=True, slots=True)
class House:
    ada: User  # an admin
    paths: dict[str, str]  # by the name of the address, or what is shown there
    others: dict[str, str]  # of OTHERS, but for STEPS


def furnished() -> House:
    """A company with texts, calls, deliveries in quarantine, people and a job; and the addresses."""
    shop = scene.company("Piedmont Dental & Orthodontics of Greater Atlanta")
    ada = person("ada@example.com", Role.ADMIN, name="Ada")
    mia = person("mia@example.com", Role.MANAGER, shop, name="Mia")
    line = scene.tracker(shop, "+14045550180", "Spring campaign of the year", source="Google Ads")
    now = now_ms()
    scene.says(shop, line, DANA, "Is my crown ready? I could come on Friday.", now - 5 * HOUR)
    scene.answers(shop, line, DANA, "It is. Friday at ten is free.", now - 4 * HOUR, status=Status.DELIVERED)
    scene.says(shop, line, MARCUS, "STOP", now - 3 * HOUR)
    scene.answers(shop, line, MARCUS, "Too late", now - 2 * HOUR, status=Status.FAILED, error_code="30006")
    scene.calls(shop, line, DANA, now - 6 * HOUR, seconds=83)
    scene.calls(shop, line, "+17705550113", now - HOUR)
    ((dana,),) = fetch("SELECT id FROM ledger_customer WHERE number = %s", [DANA])
    name_customer(shop.id, dana, "Dana Whitfield", by="mia@example.com", now=now)
    made = add_connection(shop, account_sid="AC0123456789abcdef0123456789abcdef", secret="x" * 32)
    for place, reason in enumerate(("unknown_number", "bad_signature", "unreadable")):
        run(
            "INSERT INTO intake_receipt (id, connection_id, company_id, what, url, headers, body,"
            " received_at, state, reason, detail) VALUES (%s, %s, %s, 'message', %s, %s, %s, %s, 2, %s, '')",
            [
                *(place + 1, made.id, shop.id, f"http://127.0.0.1/hooks/{made.key}/message"),
                *(json.dumps({}), urlencode(inbound("Hi")).encode(), now - place, reason),
            ],
        )
    sample = scene.company("Sample Dental")
    scene.tracker(sample, "+14045550123", "Sample line")
    scene.tracker(sample, "+14042550123", "Added by somebody")
    Company.objects.filter(pk=sample.pk).update(is_sample=True)
    autumn = scene.tracker(shop, "+14045550185", "Autumn mailer")
    scene.tracker(shop, autumn.number, "Winter mailer", owns_from=now - HOUR)
    job = order(JobKind.MAIL_LINK, by="ada@example.com", about="1")
    arguments = {
        "customer": dana,
        "tracker": line.id,
        "connection": made.id,
        "person": mia.pk,
        "job": job.pk,
        "token": password_token(mia, by="ada@example.com"),
    }
    by_name = _by_name(arguments | {"company": shop.id})
    by_name["hand_over_moment"] = reverse("hand_over_moment", args=[shop.id, autumn.id])
    others = {name: path for name, path in by_name.items() if name in OTHERS}
    return House(ada, _paths(shop, {name: by_name[name] for name in by_name.keys() - OTHERS}), others)


def _by_name(known: dict[str, object]) -> dict[str, str]:
    return {
        str(one.name): reverse(str(one.name), kwargs={each: known[each] for each in one.pattern.converters})
        for one in urlpatterns
        if one.name not in STEPS
    }


def _paths(shop: Company, paths: dict[str, str]) -> dict[str, str]:
    texts, quarantine = paths["text_conversations"], paths["quarantine"]
    return paths | {
        "a search": f"{texts}?q=crown",
        "every filter": f"{texts}?range=all_time&direction=inbound&hour=9&q=crown&sort=total",
        "nothing found": f"{texts}?q=nothingofthekind",
        "a wrong filter": f"{texts}?start=2026-02-31&direction=up",
        "a timeline of a search": f"{paths['timeline']}?q=crown",
        "a customer's search": f"{paths['customers']}?q=dana",
        "one reason": f"{quarantine}?reason=unknown_number",
        "quarantine_discard": f"{paths['quarantine_discard']}?reason=unreadable",
        "time_zone": f"{paths['time_zone']}?time_zone=America/Denver",
        "no such page": f"/c/{shop.id}/nothing",
    }
