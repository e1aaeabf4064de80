"""`textmeter`: the command line's front door."""

from __future__ import annotations

import os

import click

from textmeter import __version__
from textmeter.cli.bench import bench
from textmeter.cli.company import company
from textmeter.cli.connection import connection
from textmeter.cli.copies import backup, restore
from textmeter.cli.demo import demo
from textmeter.cli.distribute import distribute
from textmeter.cli.errors import run_plainly
from textmeter.cli.imports import import_
from textmeter.cli.ledger import check, rebuild
from textmeter.cli.migrate import migrate
from textmeter.cli.move import move
from textmeter.cli.quarantine import quarantine, replay
from textmeter.cli.serve import serve
from textmeter.cli.simulate import simulate
from textmeter.cli.tracker import tracker
from textmeter.cli.user import user
from textmeter.cli.work import work


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="textmeter")
@click.option("--debug", is_flag=True, help="Show where an unexpected error came from.")
def textmeter(debug: bool) -> None:
    """Keeps track of every text and call on a business's tracking numbers.

    \b
    Example:
      textmeter serve --port 8000
    """


COMMANDS = (
    *(serve, work, migrate, demo, simulate),
    *(company, tracker, connection, user, import_),
    *(quarantine, replay, rebuild, check),
    *(backup, restore, move, distribute, bench),
)
for _command in COMMANDS:
    textmeter.add_command(_command)


def main() -> None:
    """Runs the command of this process's arguments and ends the process with its exit code."""
    # What it writes are customers' texts and the key to the carrier: nobody else's on this machine.
    os.umask(0o077)
    run_plainly(textmeter)
