"""`textmeter bench …`: the project's own measurements."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from textmeter.cli.bench_flows import export, import_, intake, rebuild
from textmeter.cli.bench_output import plainly, stages
from textmeter.cli.bench_reading import all_, disk, memory, pages, search
from textmeter.cli.errors import Problem
from textmeter.cli.ground import on_database
from textmeter.cli.output import count, json_option, show
from textmeter.cli.running import server_url

if TYPE_CHECKING:
    from textmeter.bench.fill import Filled

MESSAGES = 1_000_000
SEED = 1


@click.group()
def bench() -> None:
    """Measure this installation: fill it with made-up texts, then time what it does.

    \b
    Example:
      textmeter bench data --messages 1000000
    """


@bench.command()
@click.option(
    "--messages",
    type=click.IntRange(1_000, 1_000_000_000),
    default=MESSAGES,
    show_default=True,
    help="About how many texts.",
)
@click.option("--seed", type=int, default=SEED, show_default=True, help="The same seed gives the same data.")
@json_option
@on_database
def data(messages: int, seed: int, as_json: bool) -> None:
    """Fill ten companies with 25 months of texts.

    Only in an installation that holds nothing else; what the bench filled before is made anew.

    \b
    Example:
      textmeter bench data --messages 1000000
    """
    from textmeter.bench.fill import fill
    from textmeter.lib.days import now_ms

    url = server_url()
    if url:
        raise Problem(f"The server on {url} has this database open. Stop it first.")
    began = time.monotonic()
    with plainly(), stages() as report:
        filled = fill(messages, seed, now_ms(), report)
    seconds = time.monotonic() - began
    show(_data_as_json(filled, seconds), as_json, lambda: _data_in_words(filled, seconds))


for _command in (pages, search, intake, export, import_, rebuild, disk, memory, all_):
    bench.add_command(_command)


def _data_as_json(filled: Filled, seconds: float) -> dict[str, object]:
    return {
        "messages": filled.messages,
        "conversations": filled.conversations,
        "companies": [{"id": str(id), "messages": number} for id, number in filled.companies],
        "seconds": round(seconds, 1),
        "messages_per_second": round(filled.messages / seconds),
    }


def _data_in_words(filled: Filled, seconds: float) -> str:
    return (
        f"{count(filled.messages, 'text')} in {count(filled.conversations, 'conversation')} of"
        f" {count(len(filled.companies), 'company', 'companies')}, in {seconds:.1f} s:"
        f" {filled.messages / seconds:,.0f} a second.\n"
        f"The biggest company is {filled.companies[0][0]}, with {filled.companies[0][1]:,} texts."
    )
