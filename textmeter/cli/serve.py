"""`textmeter serve`."""

from __future__ import annotations

import os
import sys

import click

from textmeter.cli.children import Child
from textmeter.cli.errors import WrongUsage
from textmeter.cli.ground import say_what_is_locked, see_that_it_is_up_to_date, set_up_django
from textmeter.cli.running import forget_server, note_server, serving
from textmeter.cli.web import (
    ANY_ADDRESS,
    FIRST_CHOICE,
    HIGHEST_PORT,
    free_address,
    serve_until_stopped,
    url_of,
    ways,
)
from textmeter.lib.quotes import quoted

host_option = click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")


class _Port(click.ParamType[int]):
    name = "port"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value)
        if text.isascii() and text.isdigit() and 1 <= int(text) <= HIGHEST_PORT:
            return int(text)
        raise WrongUsage(
            f"--port is {quoted(text)}; allowed: 1 to {HIGHEST_PORT}, such as {ways(FIRST_CHOICE)}."
        )


port_option = click.option(
    "--port", type=_Port(), default=FIRST_CHOICE, show_default=True, help="The port to listen on."
)


@click.command()
@host_option
@port_option
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that serve pages."
)
@click.option("--no-worker", is_flag=True, help="Don't apply deliveries here; `textmeter work` does.")
def serve(host: str, port: int, workers: int, no_worker: bool) -> None:
    """Serve pages and webhooks, and apply deliveries.

    Prints the address and, until there is an admin, a one-time link that makes the first one. Ctrl-C ends it.

    \b
    Example:
      textmeter serve --host 127.0.0.1 --port 9000
    """
    set_up_django()
    with serving():  # before the database is asked for, which a move holds for long
        address = free_address(host, port)
        see_that_it_is_up_to_date()
        say_what_is_locked()
        children = [] if no_worker else [Child("worker", "work")]
        run_server(
            host,
            address,
            port,
            workers=workers,
            children=children,
            how_to_sign_in=_how_to_sign_in(url_of(host, port)),
        )


def run_server(
    host: str, address: str, port: int, *, workers: int, children: list[Child], how_to_sign_in: list[str]
) -> None:
    """Serves until told to stop, with the children beside it; they end before this returns. Within
    `serving`."""
    from django.conf import settings
    from django.db import connections

    from textmeter.intake.tallies import forget_the_dead

    url = url_of(host, port)
    if host not in ANY_ADDRESS:
        os.environ["TEXTMETER_ALLOWED_HOSTS"] = ",".join(dict.fromkeys([*settings.ALLOWED_HOSTS, host]))

    def when_ready() -> None:
        note_server(url)
        _say(_welcome(url, host, how_to_sign_in))
        for child in children:
            child.start()

    def when_stopping() -> None:
        for child in children:
            child.ask_to_stop()

    forget_the_dead()
    connections.close_all()  # the serving processes open their own
    try:
        serve_until_stopped(address, port, workers, when_ready=when_ready, when_stopping=when_stopping)
    finally:
        for child in children:
            child.stop()
        forget_server()


def _how_to_sign_in(url: str) -> list[str]:
    from django.conf import settings

    from textmeter.accounts.first_admin import first_admin_link

    link = first_admin_link(settings.PUBLIC_URL or url)
    return [f"There is no admin yet. Make the first one here (once): {link}"] if link else []


def _welcome(url: str, host: str, how_to_sign_in: list[str]) -> list[str]:
    from django.conf import settings

    public = f", and outside on {settings.PUBLIC_URL}" if settings.PUBLIC_URL else ""
    lines = [f"Textmeter is on {url}{public}", *how_to_sign_in]
    if host in ANY_ADDRESS:
        lines.append("It listens on every address; other names than localhost: TEXTMETER_ALLOWED_HOSTS.")
    return [*lines, "Ctrl-C ends it."]


def _say(lines: list[str]) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
