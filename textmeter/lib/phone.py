"""Phone numbers: E.164 for keys, national form for people, and which numbers may text."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from textmeter.lib.sentences import Sentence

TEXTING_REGIONS = frozenset({"US", "CA"})
TEXTING_TYPES = frozenset(
    {PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
)
# What carriers put where a caller withheld the number: words, and 266696687 (ANONYMOUS on a keypad),
# 7378742833 (RESTRICTED), 2562533 (BLOCKED), 8656696 (UNKNOWN), 86282452253 (UNAVAILABLE).
WITHHELD = frozenset(
    {"anonymous", "restricted", "blocked", "unavailable", "unknown", "private", "withheld", ""}
    | {"266696687", "7378742833", "2562533", "8656696", "86282452253"}
)

_SHORT_CODE = re.compile(r"[0-9]{5,6}")
# Kept free for stories by the North American plan: nobody has one.
_FICTIONAL = re.compile(r"\+1[2-9][0-9]{2}55501[0-9]{2}")
_NORTH_AMERICAN = re.compile(r"\+1[2-9][0-9]{9}")


class CannotText(StrEnum):
    """Why a tracking number can't text; the value is the sentence that people read."""

    INVALID = Sentence("This is not a valid phone number.")
    TOLL_FREE = Sentence("Toll-free numbers can’t text: only local U.S. and Canadian numbers can.")
    TERRITORY = Sentence(
        "Numbers of U.S. territories and Caribbean countries can’t text: "
        "only local U.S. and Canadian numbers can."
    )
    FOREIGN = Sentence(
        "Numbers outside the U.S. and Canada can’t text: only local U.S. and Canadian numbers can."
    )
    NOT_LOCAL = Sentence(
        "Premium, personal and other special numbers can’t text: only local U.S. and Canadian numbers can."
    )

    @property
    def sentence(self) -> Sentence:
        return Sentence(self.value)


@lru_cache(maxsize=200_000)
def e164_or_raw(raw: str) -> str:
    """The number as E.164 where it parses, else the string as it came, stripped.

    Ten or eleven digits without a plus are read as North American. Short codes and alphanumeric
    senders stay as they are: parsing would invent a country for them.
    """
    text = raw.strip()
    if _NORTH_AMERICAN.fullmatch(text):
        return text  # parsing it would cost 100 times as much and lead to the same
    number = _parse(text)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if number else text


def tracking_number(raw: str) -> str | None:
    """A tracking number as E.164, or None where it doesn't parse as a possible number."""
    number = _parse(raw.strip())
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if number else None


@lru_cache(maxsize=100_000)
def why_it_cannot_text(e164: str) -> CannotText | None:
    """None when the number may text, else why not. Validity is tested before the region: the short
    code 24273 would pass for a number of the Bahamas."""
    try:
        number = phonenumbers.parse(e164, None)
    except NumberParseException:
        return CannotText.INVALID
    if not phonenumbers.is_valid_number(number):
        return CannotText.INVALID
    if number.country_code != 1:
        return CannotText.FOREIGN
    kind = phonenumbers.number_type(number)
    if kind == PhoneNumberType.TOLL_FREE:
        return CannotText.TOLL_FREE
    if phonenumbers.region_code_for_number(number) not in TEXTING_REGIONS:
        return CannotText.TERRITORY
    return None if kind in TEXTING_TYPES else CannotText.NOT_LOCAL


@lru_cache(maxsize=100_000)
def national(number: str) -> str:
    """`(404) 555-0112` for North America, the international form elsewhere, anything else unchanged."""
    parsed = _parse(number)
    if parsed is None:
        return number
    form = PhoneNumberFormat.NATIONAL if parsed.country_code == 1 else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form)


def is_fictional(e164: str) -> bool:
    """Such as every number of the sample."""
    return _FICTIONAL.fullmatch(e164) is not None


def is_withheld(number: str) -> bool:
    """A caller who hid the number: a call without a customer."""
    return number.strip().lower().removeprefix("+") in WITHHELD


@lru_cache(maxsize=100_000)
def is_odd_customer(number: str) -> bool:
    """Neither a phone number, nor a short code (five or six digits in the U.S. and Canada), nor a sender's
    word, nor withheld. It may be right all the same: the customer's side is free."""
    text = number.strip()
    if is_withheld(text) or any(sign.isalpha() for sign in text) or _SHORT_CODE.fullmatch(text):
        return False
    return _parse(text) is None


@lru_cache(maxsize=100_000)
def can_be_called(number: str) -> bool:
    """A whole number as E.164: no short code, no word of a sender, nothing that stands for a withheld one."""
    return number.startswith("+") and not is_withheld(number) and _parse(number) is not None


def digits(number: str) -> str:
    return "".join(sign for sign in number if sign.isascii() and sign.isdigit())


def _parse(text: str) -> PhoneNumber | None:
    if any(sign.isalpha() for sign in text):
        return None
    try:
        number = phonenumbers.parse(text, None if text.startswith("+") else "US")
    except NumberParseException:
        return None
    if not text.startswith("+") and len(digits(text)) not in (10, 11):
        return None
    return number if phonenumbers.is_possible_number(number) else None
