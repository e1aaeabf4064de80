"""`textmeter tracker …`"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from textmeter.cli.arguments import any_company_option, company_of, company_option, not_empty
from textmeter.cli.errors import Problem
from textmeter.cli.ground import on_database
from textmeter.cli.output import json_option, show, table

if TYPE_CHECKING:
    from textmeter.accounts.models import Company
    from textmeter.ledger.trackers import Tracker


@click.group()
def tracker() -> None:
    """The numbers that customers text and call.

    \b
    Example:
      textmeter tracker add --company 1234567 --number +14045550180 --name "Google Ads"
    """


@tracker.command()
@company_option
@click.option("--number", required=True, metavar="E164", help="The tracking number: +14045550180.")
@click.option("--name", required=True, help="What people call it: Google Ads.")
@click.option("--source", default="", help="The marketing source that the number stands for.")
@click.option("--destination", default="", metavar="E164", help="The number that calls are passed on to.")
@click.option("--record-calls", is_flag=True, help="Record calls that are passed on.")
@click.option("--hand-over", is_flag=True, help="Take the number over from its present owner, from now on.")
@click.option(
    "--owns-from",
    metavar="TIME",
    help="Take it over from this time on: 2026-03-04T09:00, in the company's zone.",
)
@json_option
@on_database
def add(
    *,
    company_id: str,
    number: str,
    name: str,
    source: str,
    destination: str,
    record_calls: bool,
    hand_over: bool,
    owns_from: str | None,
    as_json: bool,
) -> None:
    """Add a tracking number to a company.

    Only local U.S. and Canadian numbers can text; any other number is added for its calls.

    \b
    Example:
      textmeter tracker add --company 1234567 --number +14045550180 --name "Google Ads" \\
          --source google --destination +14045550100
    """
    owner = company_of(company_id)
    made = _add(
        owner,
        {
            "number": number,
            "name": not_empty("--name", name),
            "source": source.strip(),
            "destination": _destination(destination),
            "record_calls": record_calls,
            "owns_from": _owns_from(owner, hand_over, owns_from),
        },
    )
    show(_as_json(made), as_json, lambda: _added(made))


def _add(owner: Company, fields: dict[str, object]) -> Tracker:
    from textmeter.ledger.trackers import BadHandOver, BadNumber, NumberTaken, add_tracker

    try:
        return add_tracker(owner.id, **fields)  # type: ignore[arg-type]  # checked by the callers above
    except BadNumber:
        raise Problem(
            f"--number is {fields['number']!r}; allowed: a phone number such as +14045550180."
        ) from None
    except NumberTaken as taken:
        raise Problem(
            f"{fields['number']} belongs to the tracker {taken.name!r} of company {taken.company_id}. "
            "To take it over from now on, add --hand-over; from another time on, --owns-from TIME."
        ) from None
    except BadHandOver:
        raise Problem("--owns-from is too early: it lies before the present owner got the number.") from None


def _destination(given: str) -> str:
    from textmeter.lib.phone import tracking_number

    if not given.strip():
        return ""
    number = tracking_number(given)
    if number is None:
        raise Problem(f"--destination is {given!r}; allowed: a phone number such as +14045550100.")
    return number


def _owns_from(owner: Company, hand_over: bool, given: str | None) -> int | None:
    """The instant (ms) of the hand-over; None when nobody has to hand anything over."""
    from textmeter.lib.days import now_ms, to_ms

    if hand_over and given is not None:
        raise click.UsageError("Give --hand-over or --owns-from, not both.")
    if given is None:
        return now_ms() if hand_over else None
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        raise Problem(
            f"--owns-from is {given!r}; allowed: a time such as 2026-03-04T09:00 or 2026-03-04T09:00-05:00."
        ) from None
    return to_ms(at if at.tzinfo else at.replace(tzinfo=owner.zone))


def _added(made: Tracker) -> str:
    from textmeter.lib.phone import national, why_it_cannot_text

    reason = why_it_cannot_text(made.number)
    words = f"Added tracker {made.id}: {made.name}, {national(made.number)}."
    return f"{words} For calls only: {reason}" if reason else words


@tracker.command("list")
@any_company_option
@json_option
@on_database
def list_(company_id: str | None, as_json: bool) -> None:
    """List trackers, of all companies or of one.

    \b
    Example:
      textmeter tracker list --company 1234567
    """
    from textmeter.accounts.models import Company
    from textmeter.ledger.trackers import trackers_of

    owners = [company_of(company_id)] if company_id is not None else list(Company.objects.all())
    found = [one for owner in owners for one in trackers_of(owner.id)]
    rows = [(one.id, one.company_id, one.number, one.name, one.source, one.destination) for one in found]
    headers = ("ID", "COMPANY", "NUMBER", "NAME", "SOURCE", "DESTINATION")
    show(
        [_as_json(one) for one in found],
        as_json,
        lambda: table(headers, rows) if rows else "No tracker yet: `textmeter tracker add`.",
    )


def _as_json(one: Tracker) -> dict[str, object]:
    from textmeter.lib.phone import why_it_cannot_text

    reason = why_it_cannot_text(one.number)
    return {
        "id": str(one.id),
        "company": str(one.company_id),
        "number": one.number,
        "name": one.name,
        "source": one.source,
        "destination": one.destination,
        "record_calls": one.record_calls,
        "can_text": reason is None,
        "why_not": reason.value if reason else "",
    }
