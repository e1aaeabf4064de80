"""`textmeter work`."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

import click

from textmeter.cli.errors import Problem
from textmeter.cli.ground import on_database, say_what_is_locked
from textmeter.cli.signals import on_signals
from textmeter.lib.parent import when_parent_ends

GRACE = 5.0


@click.command()
@click.option("--with-parent", is_flag=True, hidden=True, help="End when standard input does.")
@on_database
def work(with_parent: bool) -> None:
    """Apply deliveries: the worker alone.

    `serve` starts one by itself. For installations with several processes:
    run `textmeter serve --no-worker` beside it. On PostgreSQL any number of workers
    work side by side, each for other companies; on SQLite there is one.

    \b
    Example:
      textmeter work
    """
    from textmeter.cli.jobs import long_jobs, quick_jobs
    from textmeter.intake.jobs import run_jobs
    from textmeter.intake.unfinished import finish_rebuilds
    from textmeter.intake.worker import WorkerRunning, run
    from textmeter.ledger.turns import Lock
    from textmeter.postgres.watch import watch

    stop = stop_on_signals()
    if with_parent:
        stop_with_parent(stop)
        _wait_for_another(stop)
    else:
        _say_how_it_stands()
    watch.start()
    try:
        run(
            stop,
            lambda: finish_rebuilds(stop),
            lambda: run_jobs(stop, long_jobs()),
            lambda: run_jobs(stop, quick_jobs(), Lock.QUICK_JOBS),
        )
    except WorkerRunning as error:
        raise Problem(str(error)) from None


def stop_on_signals() -> threading.Event:
    """An event that Ctrl-C and SIGTERM set, so that what is under way ends whole."""
    stop = threading.Event()
    on_signals((signal.SIGINT, signal.SIGTERM), stop.set)
    return stop


def stop_with_parent(stop: threading.Event) -> None:
    """Sets the event when the parent ends. What doesn't stop in time is ended."""

    def end() -> None:
        stop.set()
        time.sleep(GRACE)
        os._exit(1)

    when_parent_ends(end)


def _say_how_it_stands() -> None:
    """To who started it alone; beside a server the server says so."""
    from django.db import connection

    from textmeter.intake.worker import is_running

    say_what_is_locked()
    if connection.vendor == "postgresql" or not is_running():
        click.echo(f"The worker is at work on {_database()}. Ctrl-C ends it.")


def _database() -> str:
    """As people know it: the file, or the server's database."""
    from django.db import connection

    place = connection.settings_dict
    if connection.vendor == "sqlite":
        return str(place["NAME"])
    return f"the database {place['NAME']}" + (f" on {place['HOST']}" if place["HOST"] else "")


def _wait_for_another(stop: threading.Event) -> None:
    """On SQLite a worker that somebody started apart may finish; when it ends, this one takes its place."""
    from django.db import connection

    from textmeter.intake.worker import is_running

    if connection.vendor != "sqlite":
        return
    if is_running():
        sys.stderr.write("textmeter: another worker runs on this data folder; this one waits for its end.\n")
    while is_running() and not stop.wait(1):
        pass
