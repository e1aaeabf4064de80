"""Arguments that several commands share, and how they are read."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from textmeter.cli.errors import Problem, WrongUsage
from textmeter.lib.quotes import quoted

if TYPE_CHECKING:
    from textmeter.accounts.models import Company

company_option = click.option(
    "--company",
    "company_id",
    required=True,
    metavar="ID",
    help="The company's id; see `textmeter company list`.",
)
any_company_option = click.option(
    "--company", "company_id", metavar="ID", help="Only this company; see `textmeter company list`."
)


def company_of(company_id: str) -> Company:
    """The company of that id; raises Problem that says how to find the right one."""
    from textmeter.accounts.models import Company

    found = Company.objects.filter(pk=int(company_id), removed_at=None).first() if is_id(company_id) else None
    if found is None:
        raise Problem(f"There is no company {quoted(company_id)}. `textmeter company list` shows the ids.")
    return found


def is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def not_empty(what: str, text: str, limit: int = 200) -> str:
    """The text without spaces around it; raises WrongUsage when nothing is left or it is too long."""
    stripped = text.strip()
    if not stripped or len(stripped) > limit or not stripped.isprintable():
        raise WrongUsage(f"{what} is {quoted(text)}; allowed: 1 to {limit} characters on one line.")
    return stripped


def secret_from_stdin(what: str) -> str:
    """One line of standard input, never echoed; raises Problem when it is empty."""
    return secrets_from_stdin(what)[0]


def secrets_from_stdin(first: str, second: str = "") -> tuple[str, str]:
    """One line of standard input, or two where `second` names another that may follow (else empty);
    never echoed. Raises Problem when the first is empty or there are more."""
    if sys.stdin.isatty():
        lines = [click.prompt(first, hide_input=True, err=True)]
        if second:
            lines.append(click.prompt(second, hide_input=True, err=True, default="", show_default=False))
    else:
        lines = _lines(first, sys.stdin.read(10_000))
    if not 1 <= len(lines) <= (2 if second else 1) or not lines[0].strip():
        more = f", and on a second line {second.lower()}" if second else ""
        raise Problem(f"{first} is read from standard input: one line, not empty{more}.")
    return lines[0], lines[1] if len(lines) > 1 else ""


def _lines(what: str, given: str) -> list[str]:
    """Only line ends divide: a password may hold whatever else Unicode takes for one. Those at the end were
    copied along."""
    try:
        given.encode()
    except UnicodeEncodeError:
        raise Problem(f"{what} on standard input is not in UTF-8.") from None
    return given.replace("\r\n", "\n").rstrip("\n").split("\n")


def phone_number(what: str, given: str) -> str:
    """The number as E.164; raises WrongUsage when it is none."""
    from textmeter.lib.phone import tracking_number

    number = tracking_number(given)
    if number is None:
        raise WrongUsage(f"{what} is {quoted(given)}; allowed: a phone number such as +14045550100.")
    return number
