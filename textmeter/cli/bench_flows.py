"""`textmeter bench intake`, `export`, `import` and `rebuild`."""

from __future__ import annotations

import click

from textmeter.cli.arguments import any_company_option, company_of
from textmeter.cli.bench_output import plainly, show_result, stages
from textmeter.cli.ground import on_database
from textmeter.cli.output import json_option


@click.command()
@click.option(
    "--seconds", type=click.FloatRange(0.1, 3600), default=60, show_default=True, help="Of each measurement."
)
@click.option("--connections", type=click.IntRange(1, 1000), default=64, show_default=True, help="At a time.")
@click.option(
    "--rate",
    "rates",
    type=click.FloatRange(0.1, 100_000),
    multiple=True,
    default=(300, 1000),
    show_default=True,
    help="Webhooks a second, beside as fast as it goes; may be repeated.",
)
@json_option
@on_database
def intake(seconds: float, connections: int, rates: tuple[float, ...], as_json: bool) -> None:
    """Send signed webhooks to a server and see how fast they are answered and applied.

    To a company made for it, which is gone at the end.

    \b
    Example:
      textmeter bench intake --seconds 20 --rate 300 --rate 1000
    """
    from textmeter.bench.intake import IntakeAsked, measure_intake

    with plainly(), stages() as report:
        result = measure_intake(IntakeAsked(seconds, connections, rates), report)
    show_result(result, as_json)


@click.command()
@click.option(
    "--days", type=click.IntRange(1, 3650), default=365, show_default=True, help="Of the file of messages."
)
@json_option
@on_database
def export(days: int, as_json: bool) -> None:
    """Time the CSV files of the biggest company over HTTP, and watch the server's memory.

    \b
    Example:
      textmeter bench export --days 30
    """
    from textmeter.bench.exporting import measure_export

    with plainly(), stages() as report:
        result = measure_export(days, report)
    show_result(result, as_json)


@click.command("import")
@click.option(
    "--messages",
    type=click.IntRange(100, 100_000_000),
    default=200_000,
    show_default=True,
    help="About how many.",
)
@json_option
@on_database
def import_(messages: int, as_json: bool) -> None:
    """Time the import of a made file.

    Into a company made for it, which is gone at the end.

    \b
    Example:
      textmeter bench import --messages 500000
    """
    from textmeter.bench.importing import measure_import

    with plainly(), stages() as report:
        result = measure_import(messages, report)
    show_result(result, as_json)


@click.command()
@any_company_option
@click.option("--everyone", is_flag=True, help="Of all companies.")
@json_option
@on_database
def rebuild(company_id: str | None, everyone: bool, as_json: bool) -> None:
    """Time deriving everything again: of the biggest company, a chosen one, or all.

    \b
    Example:
      textmeter bench rebuild --everyone
    """
    from textmeter.accounts.models import Company
    from textmeter.bench.rebuilding import measure_rebuild

    if everyone and company_id is not None:
        raise click.UsageError("--everyone and --company exclude each other.")
    companies = list(Company.objects.order_by("name")) if everyone else []
    if company_id is not None:
        companies = [company_of(company_id)]
    with plainly(), stages() as report:
        result = measure_rebuild(companies, report)
    show_result(result, as_json)
