"""DOMAIN.md, "Numbers that may text", held against a table of phonenumbers' answers: a new version of
that library that answers otherwise shows here."""

from __future__ import annotations

import phonenumbers
import pytest

from textmeter.lib.phone import (
    CannotText,
    can_be_called,
    digits,
    e164_or_raw,
    is_fictional,
    is_withheld,
    national,
    tracking_number,
    why_it_cannot_text,
)

# number, possible, valid, region, type, why it can't text
TABLE = [
    ("+12125550123", True, True, "US", "FIXED_LINE_OR_MOBILE", None),
    ("+16502530000", True, True, "US", "FIXED_LINE_OR_MOBILE", None),
    ("+18212345678", True, True, "US", "FIXED_LINE_OR_MOBILE", None),
    ("+14165550123", True, True, "CA", "FIXED_LINE_OR_MOBILE", None),
    ("+16042345678", True, True, "CA", "FIXED_LINE_OR_MOBILE", None),
    ("+19422345678", True, True, "CA", "FIXED_LINE_OR_MOBILE", None),
    ("+16002345678", True, True, "CA", "VOIP", CannotText.NOT_LOCAL),
    ("+18002345678", True, True, "US", "TOLL_FREE", CannotText.TOLL_FREE),
    ("+18332345678", True, True, "US", "TOLL_FREE", CannotText.TOLL_FREE),
    ("+18442345678", True, True, "US", "TOLL_FREE", CannotText.TOLL_FREE),
    ("+18762345678", True, True, "JM", "MOBILE", CannotText.TERRITORY),
    ("+16582345678", True, True, "JM", "MOBILE", CannotText.TERRITORY),
    ("+17872345678", True, True, "PR", "FIXED_LINE_OR_MOBILE", CannotText.TERRITORY),
    ("+16716461234", True, True, "GU", "FIXED_LINE_OR_MOBILE", CannotText.TERRITORY),
    ("+13407741234", True, True, "VI", "FIXED_LINE_OR_MOBILE", CannotText.TERRITORY),
    ("+16846331234", True, True, "AS", "FIXED_LINE", CannotText.TERRITORY),
    ("+16702341234", True, True, "MP", "FIXED_LINE_OR_MOBILE", CannotText.TERRITORY),
    ("+12423221234", True, True, "BS", "FIXED_LINE", CannotText.TERRITORY),
    ("+18095551234", True, True, "DO", "FIXED_LINE_OR_MOBILE", CannotText.TERRITORY),
    ("+19002345678", True, True, "US", "PREMIUM_RATE", CannotText.NOT_LOCAL),
    ("+15002345678", True, True, "US", "PERSONAL_NUMBER", CannotText.NOT_LOCAL),
    ("+17102345678", True, False, None, "UNKNOWN", CannotText.INVALID),
    ("24273", False, False, "BS", "UNKNOWN", CannotText.INVALID),
    ("+1242733", False, False, "BS", "UNKNOWN", CannotText.INVALID),
    ("+447400123456", True, True, "GB", "MOBILE", CannotText.FOREIGN),
    ("+525512345678", True, True, "MX", "FIXED_LINE_OR_MOBILE", CannotText.FOREIGN),
    ("+11234567890", True, False, None, "UNKNOWN", CannotText.INVALID),
    ("+12115550123", True, False, None, "UNKNOWN", CannotText.INVALID),
    ("+1212555", False, False, None, "UNKNOWN", CannotText.INVALID),
]


@pytest.mark.parametrize(("number", "possible", "valid", "region", "kind", "why"), TABLE)
def test_which_numbers_may_text(
    *, number: str, possible: bool, valid: bool, region: str | None, kind: str, why: CannotText | None
) -> None:
    parsed = phonenumbers.parse(number, "US")
    assert phonenumbers.is_possible_number(parsed) is possible
    assert phonenumbers.is_valid_number(parsed) is valid
    assert phonenumbers.region_code_for_number(parsed) == region
    assert phonenumbers.PhoneNumberType.to_string(phonenumbers.number_type(parsed)) == kind
    assert why_it_cannot_text(number) == why


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ("(404) 555-0112", "+14045550112"),
        ("1 404 555 0112", "+14045550112"),
        (" +1 404 555 0112 ", "+14045550112"),
        ("+447400123456", "+447400123456"),
        ("24273", "24273"),
        ("242733", "242733"),
        ("ACME", "ACME"),
        ("Acme 24", "Acme 24"),
        ("555-0112", "555-0112"),
        ("", ""),
        ("+1", "+1"),
    ],
)
def test_the_customers_side_is_e164_where_it_parses_and_the_raw_string_where_not(raw: str, key: str) -> None:
    assert e164_or_raw(raw) == key
    assert tracking_number(raw) == (key if key.startswith("+") and len(key) > 2 else None)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+14045550112", "(404) 555-0112"),
        ("+447400123456", "+44 7400 123456"),
        ("ACME", "ACME"),
        ("24273", "24273"),
    ],
)
def test_numbers_in_national_form(number: str, shown: str) -> None:
    assert national(number) == shown


WITHHELD = ["anonymous", "Anonymous", "+266696687", "266696687", "+7378742833", "+2562533", "+8656696", ""]
WITHHELD += ["+86282452253", "Restricted", "BLOCKED", "unavailable"]


@pytest.mark.parametrize("number", WITHHELD)
def test_withheld(number: str) -> None:
    assert is_withheld(number)


@pytest.mark.parametrize("number", ["+14045550112", "24273", "ACME", "+1266696687"])
def test_not_withheld(number: str) -> None:
    assert not is_withheld(number)


@pytest.mark.parametrize("number", ["+14045550112", "+447400123456", "+18005550199"])
def test_whole_numbers_can_be_called(number: str) -> None:
    assert can_be_called(number)


@pytest.mark.parametrize("number", [*WITHHELD, "24273", "242733", "ACME", "555-0112", "4045550112", "+1"])
def test_nothing_else_can_be_called(number: str) -> None:
    assert not can_be_called(number)


def test_what_is_kept_free_for_stories_is_fictional() -> None:
    assert is_fictional("+14045550100")
    assert is_fictional("+17705550199")
    for number in ("+14045550200", "+14045551100", "+14042550123", "+44745550123", "24273"):
        assert not is_fictional(number)


def test_digits() -> None:
    assert digits("+1 (404) 555-0112 x٣") == "14045550112"


def test_a_number_of_ten_digits_behind_plus_one_is_what_parsing_would_make_of_it() -> None:
    for area in range(200, 1000):
        number = f"+1{area}{7 * area % 1000:03d}{13 * area % 10_000:04d}"
        parsed = phonenumbers.parse(number, None)
        assert phonenumbers.is_possible_number(parsed)
        assert (
            e164_or_raw(number)
            == phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
            == number
        )
