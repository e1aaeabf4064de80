"""`textmeter connection`: addresses are printed, secrets never."""

import pytest
from django.conf import settings

from tests.cli.terminal import Ran, Terminal
from tests.scene import company
from textmeter.accounts.models import Company
from textmeter.intake.connections import WHATS, credentials_of, secrets_of
from textmeter.intake.models import Connection
from textmeter.lib.days import now_ms

SID = "AC" + "0" * 32
SECRET = "b1946ac92492d2347c6235b4d2611184"


def test_a_connection_is_added_with_its_webhook_addresses(terminal: Terminal) -> None:
    shop = company()
    ran = terminal(
        *("connection", "add", "--company", shop.id, "--carrier", "twilio", "--account-sid", SID),
        *("--secret-stdin", "--json"),
        stdin=SECRET + "\n",
    )
    made = Connection.objects.get()
    assert ran.json == {
        "id": str(made.id),
        "key": made.key,
        "company": str(shop.id),
        "carrier": "twilio",
        "account_sid": SID,
        "api_key": "",
        "api_url": "",
        "is_sample": False,
        "webhooks": {what: f"http://127.0.0.1:8000/hooks/{made.key}/{what}" for what in WHATS},
    }
    assert secrets_of(made, now_ms()) == [SECRET]
    assert terminal("connection", "list", "--json").json == [ran.json]
    assert terminal("connection", "list", "--company", company("B").id, "--json").json == []
    for said in (ran, terminal("connection", "list"), terminal("connection", "list", "--json")):
        assert SECRET not in said.out + said.err


def test_a_secret_is_changed_and_the_one_before_stays_for_a_day(terminal: Terminal) -> None:
    terminal(
        *("connection", "add", "--company", company().id, "--carrier", "twilio", "--account-sid", SID),
        "--secret-stdin",
        stdin=SECRET,
    )
    key = Connection.objects.get().key
    assert terminal("connection", "set-secret", key, "--secret-stdin", stdin="new").code == 0
    made, day = Connection.objects.get(), 24 * 3600 * 1000
    assert secrets_of(made, now_ms()) == ["new", SECRET]
    assert secrets_of(made, now_ms() + day + 1) == ["new"]
    assert terminal("connection", "set-secret", "nonsense", "--secret-stdin", stdin="new").code == 1


def test_an_api_keys_secret_is_the_second_line(terminal: Terminal) -> None:
    ran = terminal(
        *("connection", "add", "--company", company().id, "--carrier", "twilio", "--account-sid", SID),
        *("--api-key", "SK" + "1" * 32, "--secret-stdin", "--json"),
        stdin=f"{SECRET}\nthe key's own\n",
    )
    asked_with = credentials_of(Connection.objects.get())
    assert (asked_with.user, asked_with.password) == ("SK" + "1" * 32, "the key's own")
    assert secrets_of(Connection.objects.get(), now_ms()) == [SECRET]
    assert "the key's own" not in ran.out + ran.err


def test_wrong_words_are_refused_in_one_line(terminal: Terminal) -> None:
    """Exit code 2 for what is wrong whatever the data says, 1 for what depends on it."""
    shop = company()
    right = {"--company": shop.id, "--carrier": "twilio", "--account-sid": SID}
    for wrong, stdin, code in (
        ({"--company": 12}, SECRET, 1),
        ({"--carrier": "pigeon"}, SECRET, 2),
        ({"--account-sid": "a b"}, SECRET, 2),
        ({"--account-sid": SID[:-1]}, SECRET, 2),
        ({"--api-url": "ftp://x"}, SECRET, 2),
        ({}, "", 1),
        ({}, "\n", 1),
        ({}, "two\nlines", 1),
    ):
        options = [word for pair in (right | wrong).items() for word in pair]
        ran = terminal("connection", "add", *options, "--secret-stdin", stdin=stdin)
        assert (ran.code, ran.out, ran.err.count("\n")) == (code, "", 1)
    assert terminal("connection", "add", "--company", shop.id, "--carrier", "twilio").code == 2
    assert not Connection.objects.exists()


def test_a_second_connection_of_an_account_is_noted(terminal: Terminal) -> None:
    first, second = company("A"), company("B")

    def add(shop: Company) -> Ran:
        return terminal(
            *("connection", "add", "--company", shop.id, "--carrier", "twilio", "--account-sid", SID),
            "--secret-stdin",
            stdin=SECRET,
        )

    assert add(first).code == 0
    key = Connection.objects.get().key
    again = add(first)
    assert again.code == 0
    assert f"`textmeter connection set-secret {key} --secret-stdin`" in again.err
    assert "set-secret" not in add(second).err  # of another company's connection nothing is said
    assert Connection.objects.count() == 3


def test_addresses_that_no_carrier_reaches_are_noted_beside_the_result(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(*more: str) -> tuple[str, str]:
        ran = terminal("connection", "list", *more)
        return ran.out, ran.err

    assert "Note:" not in told()[1]  # nothing to reach yet
    ran = terminal(
        *("connection", "add", "--company", company().id, "--carrier", "twilio", "--account-sid", SID),
        "--secret-stdin",
        stdin=SECRET,
    )
    for out, err in ((ran.out, ran.err), told()):
        assert "Note" not in out
        assert err.startswith("Note: TEXTMETER_PUBLIC_URL isn't set")
    assert told("--json")[1] == ""
    monkeypatch.setattr(settings, "PUBLIC_URL", "https://texts.example.com")
    assert told()[1] == ""


def test_odd_addresses_and_secrets_are_answered_in_one_line(terminal: Terminal) -> None:
    shop = company()
    add = (
        "connection",
        "add",
        "--company",
        shop.id,
        "--carrier",
        "twilio",
        "--account-sid",
        SID,
        "--secret-stdin",
    )
    for address in ("http://[bad", "ftp://x", "http://"):
        ran = terminal(*add, "--api-url", address, stdin=SECRET)
        assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    ran = terminal(*add, stdin="\udcffodd")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert "UTF-8" in ran.err
    assert Connection.objects.count() == 0


def test_what_is_no_auth_token_is_refused_and_what_is_odd_is_noted(terminal: Terminal) -> None:
    """Kept all the same: whoever asks another carrier than Twilio, or tries, has other secrets."""
    add = (
        *("connection", "add", "--company", company().id, "--carrier", "twilio", "--account-sid", SID),
        "--secret-stdin",
    )
    for sid, said in ((SID, "This is an account SID."), ("SK" + "1" * 32, "the SID of an API key")):
        ran = terminal(*add, stdin=sid)
        assert (ran.code, ran.out, said in ran.err) == (2, "", True)
    assert not Connection.objects.exists()
    odd = terminal(*add, stdin=SECRET[:-1])
    assert odd.code == 0
    assert (
        "Note: This doesn't look like Twilio's auth token, and is kept as it is. An auth token has" in odd.err
    )
    assert SECRET[:-1] not in odd.err
    key = Connection.objects.get().key
    for secret in (SECRET, f"\ufeff{SECRET}  \r\n\r\n"):
        ran = terminal("connection", "set-secret", key, "--secret-stdin", stdin=secret)
        assert (ran.code, ran.err) == (0, "")
    assert secrets_of(Connection.objects.get(), now_ms())[0] == SECRET
    assert (
        "doesn't look" in terminal("connection", "set-secret", key, "--secret-stdin", stdin="two words").err
    )
    elsewhere = terminal(*add, "--api-url", "https://carrier.example.com", stdin="two words")
    assert "doesn't look" not in elsewhere.err
    assert terminal("connection", "set-secret", key, "--secret-stdin", stdin=SID).code == 2
