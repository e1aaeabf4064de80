"""`textmeter user …`"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from textmeter.cli.arguments import company_of, secret_from_stdin
from textmeter.cli.errors import Problem, WrongUsage
from textmeter.cli.ground import on_database
from textmeter.cli.output import json_option, show, table
from textmeter.lib.quotes import quoted

if TYPE_CHECKING:
    from textmeter.accounts.models import User

password_option = click.option(
    "--password-stdin", is_flag=True, required=True, help="Read the password from standard input."
)


@click.group()
def user() -> None:
    """Who signs in, and which companies they see.

    \b
    Example:
      textmeter user list
    """


@user.command()
@click.argument("email")
@click.option(
    "--role",
    type=click.Choice(["admin", "manager", "reporting"]),
    required=True,
    help="reporting reads; manager also names and adds numbers; admin does everything.",
)
@click.option(
    "--company", "company_ids", multiple=True, metavar="ID", help="A company they may see; repeatable."
)
@click.option("--name", default="", help="What others read instead of the address.")
@password_option
@json_option
@on_database
def add(
    *, email: str, role: str, company_ids: tuple[str, ...], name: str, password_stdin: bool, as_json: bool
) -> None:
    """Add a user. An admin sees every company; anyone else needs at least one --company.

    \b
    Example:
      textmeter user add ana@example.com --role manager --company 1234567 --password-stdin < password.txt
    """
    from textmeter.accounts.audit import COMMAND_LINE
    from textmeter.accounts.models import Role, User
    from textmeter.accounts.people import add_person

    if role != Role.ADMIN and not company_ids:
        raise click.UsageError(f"A user with the role {role} needs at least one --company.")
    address = _address("EMAIL", email)
    companies = [company_of(one) for one in company_ids]
    if User.objects.filter(email__iexact=address).exists():
        raise Problem(f"{address} is a user already. `textmeter user set-password` changes the password.")
    password = _password(User(email=address, name=name))
    made = add_person(address, name, Role(role), companies, by=COMMAND_LINE)
    made.set_password(password)
    made.save(update_fields=["password"])
    show(_as_json(made), as_json, lambda: f"Added {made.email} ({made.role}).")


def _address(option: str, given: str) -> str:
    from textmeter.accounts.addresses import checked_address
    from textmeter.accounts.people import BadPerson

    try:
        return checked_address(given)
    except BadPerson:
        raise WrongUsage(
            f"{option} is {quoted(given)}; allowed: an address such as ana@example.com."
        ) from None


def _password(of: User) -> str:
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    password = secret_from_stdin("The password")
    try:
        validate_password(password, of)
    except ValidationError as error:
        raise Problem(" ".join(error.messages)) from None
    return password


@user.command("set")
@click.argument("email")
@click.option("--email", "new_email", required=True, metavar="EMAIL", help="The address they sign in with.")
@json_option
@on_database
def set_(email: str, new_email: str, as_json: bool) -> None:
    """Change a user's email address. They sign in again everywhere, with the new one and the same password.

    \b
    Example:
      textmeter user set ana@example.com --email ana@shop.example.com
    """
    from textmeter.accounts.audit import COMMAND_LINE
    from textmeter.accounts.people import BadPerson
    from textmeter.intake.address_changes import change_address_and_tell

    address, found = _address("--email", new_email), _user(email)
    old = found.email
    try:
        change_address_and_tell(found, address, by=COMMAND_LINE)
    except BadPerson as error:
        raise Problem(str(error)) from None
    show(_as_json(found), as_json, lambda: f"{old} signs in with {found.email} from now on.")


@user.command("set-password")
@click.argument("email")
@password_option
@json_option
@on_database
def set_password(email: str, password_stdin: bool, as_json: bool) -> None:
    """Change a user's password. They have to sign in again everywhere.

    \b
    Example:
      textmeter user set-password ana@example.com --password-stdin < password.txt
    """
    from textmeter.accounts.audit import COMMAND_LINE, note

    found = _user(email)
    found.set_password(_password(found))
    found.save(update_fields=["password"])
    note(COMMAND_LINE, f"Set a new password for {found.email}.")
    show(_as_json(found), as_json, lambda: f"The password of {found.email} is changed.")


def _user(email: str) -> User:
    from textmeter.accounts.models import User

    found = User.objects.filter(email__iexact=email.strip()).first()
    if found is None:
        raise Problem(f"There is no user {quoted(email)}. `textmeter user list` shows who there is.")
    return found


@user.command("list")
@json_option
@on_database
def list_(as_json: bool) -> None:
    """List the users with their roles and companies.

    \b
    Example:
      textmeter user list --json
    """
    from textmeter.accounts.models import User

    found = list(User.objects.prefetch_related("companies").order_by("email"))
    rows = [
        (one.email, one.role, ", ".join(company.name for company in one.companies.all())) for one in found
    ]
    show(
        [_as_json(one) for one in found],
        as_json,
        lambda: table(("EMAIL", "ROLE", "COMPANIES"), rows) if rows else "No user yet: `textmeter user add`.",
    )


def _as_json(one: User) -> dict[str, object]:
    return {
        "id": str(one.pk),
        "email": one.email,
        "name": one.name,
        "role": str(one.role),
        "companies": [str(company.id) for company in one.companies.all()],
    }
