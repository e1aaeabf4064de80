"""`textmeter tracker …`"""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING

import click

from textmeter.cli import tracker_words as words
from textmeter.cli.arguments import (
    any_company_option,
    company_of,
    company_option,
    is_id,
    not_empty,
    phone_number,
)
from textmeter.cli.errors import Problem, WrongUsage
from textmeter.cli.ground import on_database
from textmeter.cli.output import json_option, note, show, table
from textmeter.lib.quotes import quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from textmeter.accounts.models import Company
    from textmeter.ledger.trackers import Tracker


FIRST_YEAR, LAST_YEAR = 1971, 2099


@click.group()
def tracker() -> None:
    """The numbers that customers text and call.

    \b
    Example:
      textmeter tracker add --company 1234567 --number +14045550180 --name "Google Ads" \\
          --source "Google Ads" --destination +14045550100
    """


@tracker.command()
@company_option
@click.option("--number", required=True, metavar="E164", help="The tracking number: +14045550180.")
@click.option("--name", required=True, help="What people call it: Google Ads.")
@click.option("--source", default="", help="The marketing source that the number stands for.")
@click.option(
    "--destination",
    default="",
    metavar="E164",
    help="The number that calls are passed on to. Without one callers hear a sentence.",
)
@click.option("--record-calls", is_flag=True, help="Record calls that are passed on.")
@click.option("--hand-over", is_flag=True, help="Take the number over from its present tracker, from now on.")
@click.option(
    "--owns-from",
    metavar="TIME",
    help="Take it over from this time on: 2026-03-04T09:00, in the company's zone.",
)
@click.option("--yes", "is_sure", is_flag=True, help="Don't ask before texts and calls move to it.")
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
    is_sure: bool,
    as_json: bool,
) -> None:
    """Add a tracking number to a company.

    Only local U.S. and Canadian numbers can text; any other number is added for its calls.

    Where --owns-from moves texts and calls from another tracker of the company, it says how many, and at a
    terminal asks first.

    \b
    Example:
      textmeter tracker add --company 1234567 --number +14045550180 --name "Google Ads" \\
          --source "Google Ads" --destination +14045550100
    """
    if hand_over and owns_from is not None:
        raise click.UsageError("Give --hand-over or --owns-from, not both.")
    fields = {
        "number": phone_number("--number", number),
        "name": not_empty("--name", name),
        "source": source.strip(),
        "destination": _destination(destination),
        "record_calls": record_calls,
    }
    moment = _moment("--owns-from", owns_from) if owns_from is not None else None
    owner = company_of(company_id)
    begins = _owns_from(owner, hand_over, moment)
    moving = _moving(owner, fields, begins)
    if moving:
        _ask(moving, "Hand it over?", is_sure, as_json)
    made = _add(owner, fields | {"owns_from": begins})
    show(_as_json(made), as_json, lambda: words.added(made))
    note(words.nobody_called(made), as_json)


def _moving(owner: Company, fields: dict[str, object], begins: int | None) -> str:
    from textmeter.ledger.coming_over import BeingMoved

    try:
        return words.moving(owner, str(fields["number"]), str(fields["name"]), begins)
    except BeingMoved as error:
        raise Problem(str(error)) from None


def _ask(moving: str, question: str, is_sure: bool, as_json: bool) -> None:
    """At a terminal alone: a script has nobody to ask. Raises Problem when the answer is no."""
    if is_sure or not sys.stdin.isatty():
        note(moving, as_json)
        return
    click.echo(moving[0].upper() + moving[1:], err=True)
    if not click.confirm(question, err=True):
        raise Problem("Nothing was changed.")


def _add(owner: Company, fields: dict[str, object]) -> Tracker:
    from textmeter.accounts.audit import COMMAND_LINE
    from textmeter.ledger import tracker_acts
    from textmeter.ledger.tracker_acts import SampleStaysApart
    from textmeter.ledger.trackers import BadHandOver, NumberTaken

    try:
        return tracker_acts.add(owner, COMMAND_LINE, **fields)  # type: ignore[arg-type]  # checked by the callers above
    except NumberTaken as taken:
        raise Problem(
            f"{fields['number']} belongs to the tracker {quoted(taken.name)} of company {taken.company_id}. "
            "To take it over from now on, add --hand-over; from another time on, --owns-from TIME."
        ) from None
    except BadHandOver as error:
        raise Problem(f"--owns-from is too early. {error}") from None
    except SampleStaysApart as error:
        raise Problem(str(error)) from None


def _destination(given: str) -> str:
    return phone_number("--destination", given) if given.strip() else ""


def _moment(option: str, given: str) -> datetime:
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        moment = None
    if moment is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise WrongUsage(
            f"{option} is {quoted(given)}; allowed: a time such as 2026-03-04T09:00 or "
            f"2026-03-04T09:00-05:00, from {FIRST_YEAR} to {LAST_YEAR}."
        )
    return moment


def _owns_from(owner: Company, hand_over: bool, given: datetime | None) -> int | None:
    """The instant (ms) of the hand-over; None when nobody has to hand anything over."""
    from textmeter.lib.days import now_ms

    if given is None:
        return now_ms() if hand_over else None
    return _instant(owner, given)


def _instant(owner: Company, given: datetime) -> int:
    from textmeter.lib.days import to_ms

    return to_ms(given if given.tzinfo else given.replace(tzinfo=owner.zone))


@tracker.command("set")
@click.argument("tracker_id", metavar="ID")
@company_option
@click.option("--name", help="What people call it.")
@click.option("--source", help="The marketing source that the number stands for; empty for none.")
@click.option("--destination", metavar="E164", help="The number that calls are passed on to; empty for none.")
@click.option("--record-calls/--no-record-calls", default=None, help="Record calls that are passed on.")
@click.option(
    "--disable/--enable",
    "is_disabled",
    default=None,
    help="Pass calls on no more; what comes in is still recorded.",
)
@json_option
@on_database
def set_(
    *,
    tracker_id: str,
    company_id: str,
    name: str | None,
    source: str | None,
    destination: str | None,
    record_calls: bool | None,
    is_disabled: bool | None,
    as_json: bool,
) -> None:
    """Change a tracker's name, source or destination, whether its calls are recorded, or disable it.

    What isn't given stays. The new name and source show for all of the past, too.

    \b
    Example:
      textmeter tracker set 7654321 --company 1234567 --destination +14045550100
    """
    fields: dict[str, object] = {
        "name": not_empty("--name", name) if name is not None else None,
        "source": source.strip() if source is not None else None,
        "destination": _destination(destination) if destination is not None else None,
        "record_calls": record_calls,
        "is_disabled": is_disabled,
    }
    if all(value is None for value in fields.values()):
        raise click.UsageError(
            "Give --name, --source, --destination, --record-calls, --no-record-calls, --disable or --enable."
        )
    changed = _set(company_of(company_id), tracker_id, fields)
    show(_as_json(changed), as_json, lambda: words.changed(changed))
    note(words.nobody_called(changed), as_json)


def _set(owner: Company, tracker_id: str, fields: dict[str, object]) -> Tracker:
    from textmeter.accounts.audit import COMMAND_LINE
    from textmeter.ledger import tracker_acts

    found = _tracker_of(owner, tracker_id)
    return tracker_acts.change(owner, found.id, COMMAND_LINE, **fields)  # type: ignore[arg-type]  # see set_


def _tracker_of(owner: Company, given: str) -> Tracker:
    from textmeter.ledger.trackers import tracker as by_id

    found = by_id(owner.id, int(given)) if is_id(given) else None
    if found is None:
        raise Problem(
            f"Company {owner.id} has no tracker {quoted(given)}. "
            f"`textmeter tracker list --company {owner.id}` shows the ids."
        )
    return found


def _as_json(one: Tracker) -> dict[str, object]:
    from textmeter.ledger.trackers import owner_by_tracker

    return words.as_json(one, owner_by_tracker([one]).get(one.id))


@tracker.command()
@click.argument("tracker_id", metavar="ID")
@company_option
@click.option("--until", metavar="TIME", help="Hand it over then instead: 2026-03-04T09:00.")
@click.option("--yes", "is_sure", is_flag=True, help="Don't ask before texts and calls move.")
@json_option
@on_database
def keep(*, tracker_id: str, company_id: str, until: str | None, is_sure: bool, as_json: bool) -> None:
    """Take back the hand-over of a tracker's number: it keeps it. Or correct when it is handed over.

    The tracker that was added for the hand-over goes. What it has comes back, of which it says how much, and
    at a terminal asks first. What another company has already stays there.

    \b
    Example:
      textmeter tracker keep 7654321 --company 1234567
      textmeter tracker keep 7654321 --company 1234567 --until 2026-03-04T09:00
    """
    from textmeter.ledger.coming_over import BeingMoved
    from textmeter.ledger.corrected import CannotCorrect
    from textmeter.ledger.planned import CannotTakeBack

    moment = _moment("--until", until) if until is not None else None
    owner = company_of(company_id)
    found = _tracker_of(owner, tracker_id)
    at = _instant(owner, moment) if moment is not None else None
    try:
        said = _keep(owner, found, at, lambda moving: _ask(moving, "Move them?", is_sure, as_json))
    except (CannotTakeBack, CannotCorrect, BeingMoved) as error:
        raise Problem(str(error)) from None
    show(_as_json(found), as_json, lambda: said)


def _keep(owner: Company, found: Tracker, at: int | None, ask: Callable[[str], None]) -> str:
    """What was done, as people read it. Raises ledger's CannotTakeBack, CannotCorrect and BeingMoved."""
    from textmeter.accounts.audit import COMMAND_LINE
    from textmeter.ledger import tracker_acts
    from textmeter.ledger.corrected import NEVER, hand_over_of
    from textmeter.ledger.planned import planned_of
    from textmeter.ledger.trackers import tracker as by_id
    from textmeter.lib.days import now_ms

    planned, past = planned_of(found, now_ms()), hand_over_of(found)
    if planned and at is None:
        return words.kept(found, tracker_acts.take_back(owner, found.id, COMMAND_LINE, planned))
    if past is None:
        raise Problem(
            f"Tracker {found.id} hands its number over to none of its company and has nothing to take back."
        )
    moving = words.going_over(owner, past, NEVER if at is None else at)
    if moving:
        ask(moving)
    if at is not None:
        tracker_acts.correct(owner, found.id, COMMAND_LINE, past, at)
        return words.corrected(found, at, owner)
    receiver = by_id(owner.id, past.receiver.tracker_id)
    tracker_acts.undo(owner, found.id, COMMAND_LINE, past)
    return words.kept(found, receiver)


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
    from textmeter.ledger.trackers import owner_by_tracker, trackers_of

    owners = (
        [company_of(company_id)] if company_id is not None else list(Company.objects.filter(removed_at=None))
    )
    found = [one for owner in owners for one in trackers_of(owner.id)]
    owned = owner_by_tracker(found)
    zones = {owner.id: owner.zone for owner in owners}
    rows = [
        (
            *(one.id, one.company_id, one.number, one.name, one.source, one.destination),
            words.standing(one, owned.get(one.id), zones[one.company_id]),
        )
        for one in found
    ]
    headers = ("ID", "COMPANY", "NUMBER", "NAME", "SOURCE", "DESTINATION", "")
    show(
        [words.as_json(one, owned.get(one.id)) for one in found],
        as_json,
        lambda: table(headers, rows) if rows else "No tracker yet: `textmeter tracker add`.",
    )
