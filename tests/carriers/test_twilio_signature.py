"""Signatures, with Twilio's own SDK as the oracle."""

from __future__ import annotations

from hashlib import sha256
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from textmeter.carriers.twilio_signature import is_signed, signature

URL = "https://texts.example.com/hooks/0123456789abcdef01234567/message"
TOKEN = "12345678901234567890123456789012"
FORM = "application/x-www-form-urlencoded; charset=UTF-8"
PAIRS = [("MessageSid", "SM1"), ("Body", ""), ("From", "+14045550112"), ("To", "+14045550180")]


def sdk_signature(url: str, body: str, token: str = TOKEN, algorithm: str | None = None) -> str:
    return str(RequestValidator(token).compute_signature(url, QueryDict(body.encode()), algorithm))


def signed(url: str, body: str, given: str, *secrets: str, **more: str) -> bool:
    headers = {"content-type": FORM, "x-twilio-signature": given} | {
        name.replace("_", "-"): value for name, value in more.items()
    }
    return is_signed(url, headers, body.encode(), secrets or (TOKEN,))


def test_the_example_of_twilios_documentation() -> None:
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    pairs = [
        ("CallSid", "CA1234567890ABCDE"),
        ("Caller", "+14158675309"),
        ("Digits", "1234"),
        ("From", "+14158675309"),
        ("To", "+18005551212"),
    ]
    body = urlencode(pairs)
    assert signature(url, pairs, "12345") == sdk_signature(url, body, "12345")
    assert signed(url, body, sdk_signature(url, body, "12345"), "12345")


@pytest.mark.parametrize(
    "body",
    [
        "A=&B=&MessageSid=SM1",
        "A=1&A=2&A=1&A=",
        "Body=%F0%9F%98%80+caf%C3%A9+%E4%BD%A0&To=1",
        "Body=a%00b&To=1",
        "Body=%FF%FE&To=1",
        "Body=a%2Bb+c%26d%3De;f",
        "",
        "novalue",
        "Body=ünïcode",
        "b=1&B=2&a=3&Ä=4",
    ],
)
@pytest.mark.parametrize("url", [URL, URL + "?a=1&b=%20&a=", "http://127.0.0.1:8000/hooks/k/status"])
def test_blank_repeated_and_odd_fields_sign_as_the_sdk_signs_them(url: str, body: str) -> None:
    good = sdk_signature(url, body)
    assert signed(url, body, good)
    assert not signed(url, body + "&Extra=1", good)
    assert not signed(url + "x", body, good)


_words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_forms = st.lists(st.tuples(_words, _words), max_size=8).map(urlencode)
_urls = st.sampled_from(
    [URL, URL + "?q=1", "https://h.example/x", "https://h.example:443/x", "http://h.example:8080/y?z=%2F"]
)


@given(url=_urls, body=_forms, other=_forms, algorithm=st.sampled_from(["HMAC_SHA1", "HMAC_SHA256"]))
@settings(max_examples=60, deadline=None)
def test_it_agrees_with_the_sdk_on_anything(url: str, body: str, other: str, algorithm: str) -> None:
    given_signature = sdk_signature(url, other, algorithm=algorithm)
    setting = f"key=webhooks_sharedkey_1,algorithm={algorithm}"
    mine = signed(url, body, given_signature, x_twilio_webhooks_signature_settings=setting)
    oracle = RequestValidator(TOKEN)
    assert mine == oracle.validate(url, QueryDict(body.encode()), given_signature, algorithm)


@pytest.mark.parametrize(
    ("signed_url", "seen_url"),
    [
        ("https://h.example/x", "https://h.example:443/x"),
        ("https://h.example:443/x", "https://h.example/x"),
        ("http://h.example:80/x", "http://h.example/x"),
        ("http://h.example/x?a=1", "http://h.example:8000/x?a=1"),
    ],
)
def test_the_port_may_stand_in_the_signed_address_or_not(signed_url: str, seen_url: str) -> None:
    good = sdk_signature(signed_url, "A=1")
    assert RequestValidator(TOKEN).validate(seen_url, QueryDict("A=1"), good)
    assert signed(seen_url, "A=1", good)


def test_the_shared_key_form() -> None:
    body = urlencode(PAIRS)
    good = sdk_signature(URL, body, algorithm="HMAC_SHA256")
    settings_header = "key=webhooks_sharedkey_1, algorithm=hmac_sha256"
    assert signed(URL, body, good, x_twilio_webhooks_signature_settings=settings_header)
    assert not signed(URL, body, good)
    assert not signed(URL, body, good, x_twilio_webhooks_signature_settings="algorithm=HMAC_MD5")
    assert not signed(URL, body, good, x_twilio_webhooks_signature_settings="algorithm=sha1")


def test_any_of_the_secrets_counts_and_no_other() -> None:
    body = urlencode(PAIRS)
    assert signed(URL, body, sdk_signature(URL, body, "old"), "new", "old")
    assert not signed(URL, body, sdk_signature(URL, body, "older"), "new", "old")
    assert not is_signed(URL, {"x-twilio-signature": sdk_signature(URL, body)}, body.encode(), [])


@pytest.mark.parametrize("bad", ["", "x", "é\u20ac", "=" * 28])
def test_what_is_no_signature_is_refused(bad: str) -> None:
    body = urlencode(PAIRS)
    good = sdk_signature(URL, body)
    for given_signature in (bad, good.lower(), good + "=", good + "," + good, " " + good):
        assert not signed(URL, body, given_signature)


def test_a_tampered_field_is_refused() -> None:
    good = sdk_signature(URL, urlencode(PAIRS))
    for name, value in PAIRS:
        changed = [(n, v + "1" if n == name else v) for n, v in PAIRS]
        assert not signed(URL, urlencode(changed), good), (name, value)


def test_a_body_that_is_no_form_is_covered_by_its_hash() -> None:
    body = '{"a": 1}'
    url = f"{URL}?bodySHA256={sha256(body.encode()).hexdigest()}"
    good = sdk_signature(url, "")
    headers = {"content-type": "application/json", "x-twilio-signature": good}
    assert is_signed(url, headers, body.encode(), [TOKEN])
    assert not is_signed(url, headers, b'{"a": 2}', [TOKEN])


@pytest.mark.parametrize(
    "url", ["http://h:abc/x", "http://[::1]:8000/x", "http://[::1]/x", "http://[::1/x", "", "http://h:99999/"]
)
def test_odd_addresses_break_nothing(url: str) -> None:
    assert signed(url, "A=1", signature(url, [("A", "1")], TOKEN))


def test_too_many_fields_are_refused() -> None:
    body = "&".join(["a=1"] * 10_001)
    assert not signed(URL, body, sdk_signature(URL, "a=1"))
