"""`textmeter connection …`"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from textmeter.carriers.twilio_token import bare, no_token, odd_token
from textmeter.cli.arguments import (
    any_company_option,
    company_of,
    company_option,
    secret_from_stdin,
    secrets_from_stdin,
)
from textmeter.cli.errors import Problem, WrongUsage
from textmeter.cli.ground import on_database
from textmeter.cli.output import json_option, note, show, table
from textmeter.cli.running import base_url
from textmeter.lib.quotes import quoted

if TYPE_CHECKING:
    from textmeter.accounts.models import Company
    from textmeter.intake.models import Connection

secret_option = click.option(
    "--secret-stdin", is_flag=True, required=True, help="Read Twilio's auth token from standard input."
)


@click.group()
def connection() -> None:
    """Carrier connections and their webhook addresses.

    \b
    Example:
      textmeter connection list
    """


@connection.command()
@company_option
@click.option("--carrier", required=True, help="Who delivers the texts: twilio.")
@click.option("--account-sid", required=True, metavar="SID", help="The account's SID: AC…")
@secret_option
@click.option(
    "--api-key", default="", metavar="SID", help="The SID of an API key, for asking the carrier: SK…"
)
@click.option("--api-url", default="", metavar="URL", help="Another address of the carrier's API, for tests.")
@json_option
@on_database
def add(
    *,
    company_id: str,
    carrier: str,
    account_sid: str,
    secret_stdin: bool,
    api_key: str,
    api_url: str,
    as_json: bool,
) -> None:
    """Add a connection and print its webhook addresses.

    The secret is Twilio's auth token. It is read from standard input, kept encrypted and never shown.
    With --api-key a second line is the key's own secret.

    \b
    Example:
      textmeter connection add --company 1234567 --carrier twilio \\
          --account-sid AC0123456789abcdef0123456789abcdef --secret-stdin < auth-token.txt
    """
    from textmeter.accounts.audit import COMMAND_LINE
    from textmeter.intake.connections import BadConnection, add_connection

    owner = company_of(company_id)
    twin = _twin(owner, carrier, account_sid.strip())
    secret, api_secret = secrets_from_stdin("The auth token", "The API key's secret" if api_key else "")
    odd = _odd(secret, api_url)
    try:
        made = add_connection(
            owner,
            carrier=carrier,
            account_sid=account_sid,
            secret=secret,
            api_key=api_key,
            api_secret=api_secret,
            api_url=api_url,
            by=COMMAND_LINE,
        )
    except BadConnection as error:
        raise WrongUsage(str(error)) from None
    show(_as_json(made), as_json, lambda: _added(made))
    note(twin, as_json)
    note(odd, as_json)
    note(_unreachable([made]), as_json)


def _odd(secret: str, api_url: str) -> str:
    """What to know of a secret that Twilio wouldn't have made; another carrier behind `api_url` may have.
    Raises WrongUsage where it is a SID."""
    token = bare(secret)
    if trouble := no_token(token):
        raise WrongUsage(f"Standard input: {trouble}")
    odd = None if api_url else odd_token(token)
    return f"This doesn't look like Twilio's auth token, and is kept as it is. {odd}" if odd else ""


def _twin(owner: Company, carrier: str, account_sid: str) -> str:
    """What to say where the account has a connection already: mostly it was the secret that was meant.
    It may be wanted all the same: with another API address or key."""
    from textmeter.intake.models import Connection

    found = Connection.objects.filter(company=owner, carrier=carrier, account_sid=account_sid).first()
    if found is None:
        return ""
    return (
        f"This company has a connection of {account_sid} already: {found.key}. Both work; give Twilio the "
        f"addresses of one. To change a secret: `textmeter connection set-secret {found.key} --secret-stdin`."
    )


def _added(made: Connection) -> str:
    lines = "\n".join(f"  {what:<14}{url}" for what, url in _webhooks(made).items())
    return (
        f"Added connection {made.key}. Give Twilio these addresses:\n{lines}\n"
        "docs/connect-twilio.md says which goes where."
    )


@connection.command("set-secret")
@click.argument("key")
@secret_option
@json_option
@on_database
def set_secret(key: str, secret_stdin: bool, as_json: bool) -> None:
    """Change a connection's secret; the one before stays valid for a day.

    \b
    Example:
      textmeter connection set-secret 0123456789abcdef01234567 --secret-stdin < auth-token.txt
    """
    from textmeter.accounts.audit import COMMAND_LINE
    from textmeter.intake import connections

    found = connection_of(key)
    secret = secret_from_stdin("The auth token")
    odd = _odd(secret, found.api_url)
    connections.set_secret(found, secret, by=COMMAND_LINE)
    show(_as_json(found), as_json, lambda: "The secret is changed. The one before stays valid for a day.")
    note(odd, as_json)


def connection_of(key: str) -> Connection:
    """The connection of that key; raises Problem that says how to find the right one."""
    from textmeter.intake.models import Connection

    found = Connection.objects.select_related("company").filter(key=key).first()
    if found is None:
        raise Problem(f"There is no connection {quoted(key)}. `textmeter connection list` shows the keys.")
    return found


@connection.command("list")
@any_company_option
@json_option
@on_database
def list_(company_id: str | None, as_json: bool) -> None:
    """List connections with their webhook addresses. Secrets are never shown.

    \b
    Example:
      textmeter connection list --json
    """
    from textmeter.intake.models import Connection

    found = Connection.objects.select_related("company")
    if company_id is not None:
        found = found.filter(company=company_of(company_id))
    rows = [(one.key, one.company_id, one.company.name, one.carrier, one.account_sid) for one in found]
    headers = ("KEY", "COMPANY", "", "CARRIER", "ACCOUNT")
    show(
        [_as_json(one) for one in found],
        as_json,
        lambda: table(headers, rows) if rows else "No connection yet: `textmeter connection add`.",
    )
    note(_unreachable(list(found)), as_json)


def _unreachable(found: list[Connection]) -> str:
    """What to know where no carrier can reach the addresses; a sample's carrier is on this machine."""
    from django.conf import settings

    if settings.PUBLIC_URL or all(one.is_sample for one in found):
        return ""
    return (
        f"TEXTMETER_PUBLIC_URL isn't set, so the addresses begin with {base_url()}: no carrier gets there. "
        "Set it in .env to the address that the carrier calls, such as https://texts.example.com, and start "
        "Textmeter again."
    )


def _as_json(one: Connection) -> dict[str, object]:
    return {
        "id": str(one.id),
        "key": one.key,
        "company": str(one.company_id),
        "carrier": one.carrier,
        "account_sid": one.account_sid,
        "api_key": one.api_key,
        "api_url": one.api_url,
        "is_sample": one.is_sample,
        "webhooks": _webhooks(one),
    }


def _webhooks(one: Connection) -> dict[str, str]:
    from textmeter.intake.connections import webhooks

    return webhooks(one, base_url())
