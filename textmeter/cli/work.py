"""`textmeter work`."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

import click

from textmeter.cli.ground import on_database

GRACE = 5.0


@click.command()
@click.option("--with-parent", is_flag=True, hidden=True, help="End when standard input does.")
@on_database
def work(with_parent: bool) -> None:
    """Apply deliveries: the worker alone.

    `serve` starts one by itself. For installations with several processes:
    run `textmeter serve --no-worker` beside it.

    \b
    Example:
      textmeter work
    """
    from textmeter.intake.worker import run

    stop = stop_on_signals()
    if with_parent:
        stop_with_parent(stop)
    run(stop)


def stop_on_signals() -> threading.Event:
    """An event that Ctrl-C and SIGTERM set, so that what is under way ends whole."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


def stop_with_parent(stop: threading.Event) -> None:
    """Sets the event when standard input ends: it is a pipe that the parent holds open, and the system
    closes it even when the parent is killed. What doesn't stop in time is ended."""

    def watch() -> None:
        sys.stdin.buffer.read()
        stop.set()
        time.sleep(GRACE)
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()
