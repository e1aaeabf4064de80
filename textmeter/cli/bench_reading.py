"""`textmeter bench pages`, `search`, `disk`, `memory` and `all`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from textmeter.cli.bench_output import cases_of, in_words, plainly, show_result, stages
from textmeter.cli.ground import on_database
from textmeter.cli.output import json_option, show

if TYPE_CHECKING:
    from textmeter.bench.result import Result

requests_option = click.option(
    "--requests", type=click.IntRange(1, 100_000), default=50, show_default=True, help="Of each page."
)


@click.command()
@requests_option
@click.option("--only", default="", metavar="TEXT", help="Only pages whose name holds this.")
@click.option("--alone", is_flag=True, help="Without plain SQL and DuckDB beside.")
@click.option(
    "--with-traffic",
    "traffic",
    type=click.FloatRange(0.1, 10_000),
    help="So many signed webhooks a second come in meanwhile; their texts stay.",
)
@click.option("--compare-with", metavar="FILE", help="JSON of a former run, to divide by.")
@json_option
@on_database
def pages(
    *,
    requests: int,
    only: str,
    alone: bool,
    traffic: float | None,
    compare_with: str | None,
    as_json: bool,
) -> None:
    """Time whole pages of the biggest company over HTTP.

    Beside each: the bare statements that it needs, and the same page by plain SQL over the messages, here
    and in DuckDB.

    \b
    Example:
      textmeter bench pages --requests 100 --only "30 days"
    """
    from textmeter.bench.pages import PagesAsked, measure_pages

    other = cases_of(compare_with, "pages")
    with plainly(), stages() as report:
        result = measure_pages(PagesAsked(requests, not alone, only, traffic), other, report)
    show_result(result, as_json)


@click.command()
@click.option(
    "--times", type=click.IntRange(1, 100_000), default=20, show_default=True, help="Of each search."
)
@json_option
@on_database
def search(times: int, as_json: bool) -> None:
    """Time searches of the biggest company, without pages around them.

    \b
    Example:
      textmeter bench search --times 50
    """
    from textmeter.bench.search import measure_search

    with plainly(), stages() as report:
        result = measure_search(times, report)
    show_result(result, as_json)


@click.command()
@json_option
@on_database
def disk(as_json: bool) -> None:
    """Say what a million messages take on disk.

    \b
    Example:
      textmeter bench disk
    """
    from textmeter.bench.disk import measure_disk

    with plainly(), stages() as report:
        result = measure_disk(report)
    show_result(result, as_json)


@click.command()
@json_option
@on_database
def memory(as_json: bool) -> None:
    """Say what the server takes of memory at rest.

    \b
    Example:
      textmeter bench memory
    """
    from textmeter.bench.at_rest import measure_memory

    with plainly(), stages() as report:
        result = measure_memory(report)
    show_result(result, as_json)


@click.command("all")
@requests_option
@click.option(
    "--seconds",
    type=click.FloatRange(0.1, 3600),
    default=60,
    show_default=True,
    help="Of each measurement of intake.",
)
@click.option(
    "--messages", type=click.IntRange(100, 100_000_000), default=200_000, show_default=True, help="To import."
)
@json_option
@on_database
def all_(requests: int, seconds: float, messages: int, as_json: bool) -> None:
    """Measure everything, one after another.

    \b
    Example:
      textmeter bench all --json > figures.json
    """
    from textmeter.bench.everything import Everything, measure_all
    from textmeter.bench.machine import machine

    on = machine()
    with plainly(), stages() as report:
        results = measure_all(Everything(requests, seconds, messages), report)
    show(_all_as_json(on, results), as_json, lambda: "\n\n".join("\n".join(in_words(one)) for one in results))


def _all_as_json(machine: dict[str, object], results: list[Result]) -> dict[str, Any]:
    return {"machine": machine, "benches": {one.bench: one.as_json() for one in results}}
