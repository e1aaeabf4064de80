"""A proxy's mistake is told from a wrong secret: which part of the address differs, and which would fit."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings

from tests.intake.twilio import connect, inbound, post
from tests.scene import company
from textmeter.intake.address_trouble import AddressTrouble, address_called, look_at, parts
from textmeter.intake.models import Connection
from textmeter.intake.reasons import Reason
from textmeter.intake.set_aside import newest_by_connection
from textmeter.ledger.statements import run

pytestmark = pytest.mark.django_db(transaction=True)
PUBLIC = "https://texts.example.com"


@pytest.fixture
def twilio() -> Connection:
    return connect(company())


def found(twilio: Connection) -> AddressTrouble:
    (aside,) = newest_by_connection(twilio.company_id, Reason.BAD_SIGNATURE)
    trouble = look_at(aside.receipt)
    assert trouble is not None
    return trouble


def signed_for(twilio: Connection, url: str, secret: str = "", **headers: str) -> AddressTrouble:
    more: dict[str, Any] = {"secret": secret} if secret else {}
    answer = post(twilio, "message", inbound(), url=f"{url}/hooks/{twilio.key}/message", **more, **headers)
    assert answer.status_code == 403
    return found(twilio)


def differing(trouble: AddressTrouble) -> dict[str, tuple[str, str]]:
    return {part.name: (part.expected, part.came) for part in trouble.parts if part.differs}


def test_a_proxy_that_ends_tls_while_no_public_address_is_set(twilio: Connection) -> None:
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "texts.example.com"}
    trouble = signed_for(twilio, PUBLIC, **forwarded)
    assert differing(trouble) == {
        "scheme": ("http", "https"),
        "host": ("testserver", "texts.example.com"),
        "port": ("80", "443"),
    }
    assert trouble.fits == f"{PUBLIC}/hooks/{twilio.key}/message"
    assert not trouble.fits_now
    with override_settings(PUBLIC_URL=PUBLIC):
        assert found(twilio).fits_now
        assert differing(found(twilio)) == {}


@override_settings(PUBLIC_URL="https://old.example.com")
def test_a_public_address_with_the_wrong_host(twilio: Connection) -> None:
    trouble = signed_for(twilio, PUBLIC, **{"X-Forwarded-Proto": "https", "Host": "texts.example.com"})
    assert differing(trouble) == {"host": ("old.example.com", "texts.example.com")}
    assert trouble.fits == f"{PUBLIC}/hooks/{twilio.key}/message"


@override_settings(PUBLIC_URL="http://texts.example.com")
def test_a_public_address_with_the_wrong_scheme_behind_a_silent_proxy(twilio: Connection) -> None:
    """The server was called by plain http, and nothing says otherwise: the signature does."""
    trouble = signed_for(twilio, PUBLIC, Host="texts.example.com")
    assert differing(trouble) == {}
    assert trouble.fits == f"{PUBLIC}/hooks/{twilio.key}/message"


@override_settings(PUBLIC_URL=PUBLIC)
def test_a_public_address_without_its_port(twilio: Connection) -> None:
    trouble = signed_for(twilio, f"{PUBLIC}:8443", Host="texts.example.com:8443")
    assert differing(trouble) == {"scheme": ("https", "http"), "port": ("443", "8443")}
    assert trouble.fits == f"{PUBLIC}:8443/hooks/{twilio.key}/message"


@override_settings(PUBLIC_URL=PUBLIC)
def test_a_proxy_that_cuts_off_a_part_of_the_path(twilio: Connection) -> None:
    forwarded = {"X-Forwarded-Proto": "https", "Host": "texts.example.com", "X-Forwarded-Prefix": "/tm/"}
    trouble = signed_for(twilio, f"{PUBLIC}/tm", **forwarded)
    path = f"/hooks/{twilio.key}/message"
    assert differing(trouble) == {"path": (path, f"/tm{path}")}
    assert trouble.fits == f"{PUBLIC}/tm{path}"


@override_settings(PUBLIC_URL=PUBLIC)
def test_a_wrong_secret_fits_no_address(twilio: Connection) -> None:
    trouble = signed_for(
        twilio, PUBLIC, secret="f" * 32, **{"X-Forwarded-Proto": "https", "Host": "texts.example.com"}
    )
    assert (trouble.fits, differing(trouble)) == ("", {})


def test_a_secret_that_can_t_be_opened_and_a_connection_that_is_gone(twilio: Connection) -> None:
    post(twilio, "message", inbound(), "wrong")
    (aside,) = newest_by_connection(twilio.company_id, Reason.BAD_SIGNATURE)
    run("UPDATE intake_connection SET secret = 'sealed'", [])
    trouble = look_at(aside.receipt)
    assert trouble is not None
    assert (trouble.is_openable, trouble.fits) == (False, "")
    twilio.delete()
    assert look_at(aside.receipt) is None


@pytest.mark.parametrize(
    ("headers", "called"),
    [
        ({}, "http://10.0.0.2:8000/hooks/k/message?a=b"),
        ({"host": "texts.example.com"}, "http://texts.example.com/hooks/k/message?a=b"),
        (
            {"x-forwarded-proto": "https, http", "x-forwarded-host": "a.example, b.example"},
            "https://a.example/hooks/k/message?a=b",
        ),
        (
            {"x-forwarded-proto": "https", "host": "a.example", "x-forwarded-port": "8443"},
            "https://a.example:8443/hooks/k/message?a=b",
        ),
        (
            {"x-forwarded-proto": "https", "host": "a.example", "x-forwarded-port": "443"},
            "https://a.example/hooks/k/message?a=b",
        ),
        (
            {"forwarded": 'for=1.2.3.4;host="a.example";proto=https, for=10.0.0.1'},
            "https://a.example/hooks/k/message?a=b",
        ),
        ({"host": "a.example", "x-original-url": "/other?x=y"}, "http://a.example/other?a=b"),
        (
            {":called": "https://b.example/hooks/k/message", "host": "b.example"},
            "https://b.example/hooks/k/message",
        ),
    ],
)
def test_what_proxies_say_stands_over_what_the_server_saw(headers: dict[str, str], called: str) -> None:
    assert address_called("http://10.0.0.2:8000/hooks/k/message?a=b", headers) == called


def test_parts_that_nobody_wrote_are_those_of_the_scheme() -> None:
    compared = parts("https://A.example/x?q", "http://a.example:443/x?q")
    assert [(part.name, part.expected, part.came, part.differs) for part in compared] == [
        ("scheme", "https", "http", True),
        ("host", "a.example", "a.example", False),
        ("port", "443", "443", False),
        ("path", "/x?q", "/x?q", False),
    ]
