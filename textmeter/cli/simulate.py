"""`textmeter simulate`."""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from textmeter.cli.connection import connection_of
from textmeter.cli.errors import Problem
from textmeter.cli.ground import on_database
from textmeter.cli.output import json_option, show
from textmeter.cli.progress import progress
from textmeter.cli.running import server_url, usual_url
from textmeter.cli.work import stop_on_signals, stop_with_parent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textmeter.cli.progress import Report
    from textmeter.intake.models import Connection
    from textmeter.sample.posting import Posted, Simulated

REFUSALS_TOLD = 5
# A server that ends is away a moment before those beside it hear that they are to end as well (seconds).
ENDS_WITHIN = 1.0


@click.command()
@click.option("--connection", "key", required=True, metavar="KEY", help="See `textmeter connection list`.")
@click.option(
    "--rate", type=click.FloatRange(0.01, 10_000), metavar="R", help="A second; else a demo's pace."
)
@click.option("--count", type=click.IntRange(1), metavar="N", help="End after so many; else at Ctrl-C.")
@click.option("--seed", type=int, metavar="S", help="The same seed sends the same.")
@click.option("--force", is_flag=True, help="Also for a connection that is no sample.")
@click.option("--with-parent", is_flag=True, hidden=True, help="End when standard input does.")
@json_option
@click.pass_context
@on_database
def simulate(
    ctx: click.Context,
    *,
    key: str,
    rate: float | None,
    count: int | None,
    seed: int | None,
    force: bool,
    with_parent: bool,
    as_json: bool,
) -> None:
    """Act as the carrier of a sample connection.

    Posts signed webhooks to the running server (texts, statuses and calls, some twice, some out of order),
    and answers what the worker asks. Prints what was sent and answered; ends with 1 unless all was accepted.

    \b
    Example:
      textmeter simulate --connection 0123456789abcdef01234567 --rate 5 --count 100
    """
    found = connection_of(key)
    stop = stop_on_signals()
    if with_parent:
        stop_with_parent(stop)
    with _telling(count, quiet=with_parent) as report:
        tell = _quiet_at_the_end(stop) if with_parent else _tell
        done = _run(found, rate, count=count, seed=seed, force=force, report=report, tell=tell, stop=stop)
    if with_parent:
        return
    show(done.as_json(), as_json, done.in_words)
    if not done.is_fine:
        ctx.exit(1)


def _run(
    found: Connection,
    rate: float | None,
    *,
    count: int | None,
    seed: int | None,
    force: bool,
    report: Report,
    tell: Callable[[Posted], None],
    stop: threading.Event,
) -> Simulated:
    from textmeter.intake.secrets import Unopenable
    from textmeter.sample.simulate import CannotSimulate, run

    refused = 0

    def hear(posted: Posted, so_far: Simulated) -> None:
        nonlocal refused
        report(so_far.sent.total(), count or 0)
        if not posted.is_accepted:
            refused += 1
            if refused <= REFUSALS_TOLD:
                tell(posted)

    try:
        return run(
            found,
            base_url=server_url() or usual_url(),
            rate=rate,
            count=count,
            seed=seed,
            force=force,
            report=hear,
            stop=stop,
        )
    except (CannotSimulate, Unopenable) as error:
        raise Problem(str(error)) from None


def _tell(posted: Posted) -> None:
    answer = posted.code or "nothing"
    sys.stderr.write(f"textmeter: {posted.delivery.what} was answered with {answer}.\n")


def _quiet_at_the_end(stop: threading.Event) -> Callable[[Posted], None]:
    """Of what the server's end left without an answer nobody has to hear."""

    def tell(posted: Posted) -> None:
        if not stop.wait(ENDS_WITHIN):
            _tell(posted)

    return tell


@contextmanager
def _telling(count: int | None, *, quiet: bool) -> Iterator[Report]:
    """Progress, unless a server's terminal is shared with this process."""
    if quiet:
        yield lambda done, total: None
    else:
        with progress("Sending" if count else "Sending until Ctrl-C") as report:
            yield report
