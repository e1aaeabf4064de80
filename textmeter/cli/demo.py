"""`textmeter demo`: a sample company to look at, with live traffic if wished."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from textmeter.cli.children import Child
from textmeter.cli.errors import Problem
from textmeter.cli.ground import see_that_it_is_up_to_date, set_up_django
from textmeter.cli.output import count, json_option, show
from textmeter.cli.progress import progress
from textmeter.cli.running import serving
from textmeter.cli.serve import host_option, port_option, run_server
from textmeter.cli.web import free_address

if TYPE_CHECKING:
    from textmeter.accounts.models import Company

EMAIL = "demo@example.com"
MESSAGES = 5_000
SEED = 1
STALE_AFTER = 24 * 3600 * 1000


@dataclass(frozen=True)
class Demo:
    """What the data folder remembers of its sample, so that a second start finds and shows the same."""

    company: int
    connection: str
    messages: int
    seed: int
    filled_at: int  # ms
    email: str
    password: str


@click.command()
@click.option(
    "--messages", type=click.IntRange(1, 100_000_000), help=f"How many texts.  [default: {MESSAGES}]"
)
@click.option("--seed", type=int, help=f"The same seed gives the same data.  [default: {SEED}]")
@click.option("--live", is_flag=True, help="Then serve it, with texts coming in.")
@click.option("--remove", is_flag=True, help="Take the sample away again, whole.")
@host_option
@port_option
@json_option
def demo(
    *,
    messages: int | None,
    seed: int | None,
    live: bool,
    remove: bool,
    host: str,
    port: int,
    as_json: bool,
) -> None:
    """Fill a sample company: 90 days as a real one lives.

    A sample that is there already stays, unless other --messages or another --seed are asked for.

    \b
    Example:
      textmeter demo --messages 20000 --seed 7 --live
    """
    if remove and (live or messages or seed is not None):
        raise click.UsageError("--remove stands alone.")
    set_up_django()
    address = free_address(host, port) if live else ""
    see_that_it_is_up_to_date()
    if remove:
        removed = remove_samples()
        show(
            {"removed": removed},
            as_json,
            lambda: "The sample is gone." if removed else "There was no sample.",
        )
        return
    sample = filled(messages, seed, fresh=live)
    if not live:
        show(_as_json(sample), as_json, lambda: "\n".join(_in_words(sample)))
        return
    children = [Child("worker", "work"), Child("simulator", "simulate", "--connection", sample.connection)]
    with serving():
        run_server(host, address, port, workers=1, children=children, how_to_sign_in=_in_words(sample)[1:])


def filled(messages: int | None, seed: int | None, *, fresh: bool) -> Demo:
    """The sample of this data folder: the one that stands, or a new one. `fresh`: one of the usual size
    that ended more than a day ago is filled anew, so that the page doesn't begin with empty days."""
    stands = _remembered()
    if stands is not None and _is_as_asked(stands, messages, seed) and not (fresh and _is_stale(stands)):
        return stands
    remove_samples()
    password = stands.password if stands is not None else secrets.token_urlsafe(12)
    return _fill(messages or MESSAGES, SEED if seed is None else seed, password)


def _is_stale(stands: Demo) -> bool:
    from textmeter.lib.days import now_ms

    return stands.messages == MESSAGES and now_ms() - stands.filled_at > STALE_AFTER


def _is_as_asked(stands: Demo, messages: int | None, seed: int | None) -> bool:
    from textmeter.sample.demo import find_sample

    sample = find_sample()
    same = messages in (None, stands.messages) and seed in (None, stands.seed)
    return same and sample is not None and sample.connection.key == stands.connection


def _fill(messages: int, seed: int, password: str) -> Demo:
    from textmeter.lib.days import now_ms
    from textmeter.sample.demo import NumbersTaken, fill_sample

    try:
        with progress("Filling the sample company") as report:
            now = now_ms()
            made = fill_sample(messages, seed, now, report)
    except NumbersTaken as error:
        raise Problem(str(error)) from None
    _let_in(made.company, password)
    sample = Demo(made.company.id, made.connection.key, messages, seed, now, EMAIL, password)
    _remember(sample)
    return sample


def _let_in(company: Company, password: str) -> None:
    """Makes the person who looks at the demo. An admin only where there is nobody and nothing else:
    beside real companies this person sees the sample alone."""
    from textmeter.accounts.models import Company, Role, User

    User.objects.filter(email=EMAIL).delete()
    alone = not User.objects.exists() and not Company.objects.exclude(pk=company.pk).exists()
    person = User.objects.create_user(EMAIL, password, Role.ADMIN if alone else Role.MANAGER)
    person.companies.set([company])


def remove_samples() -> int:
    """Removes every sample company with all that happened on it, and the demo's user. Returns how many."""
    from textmeter.accounts.models import Company, User
    from textmeter.sample.demo import remove_sample

    samples = list(Company.objects.filter(is_sample=True))
    for company in samples:
        remove_sample(company)
    User.objects.filter(email=EMAIL).delete()
    _file().unlink(missing_ok=True)
    return len(samples)


def _file() -> Path:
    from django.conf import settings

    return Path(settings.DATA_DIR) / "demo.json"


def _remembered() -> Demo | None:
    try:
        return Demo(**json.loads(_file().read_text()))
    except (OSError, ValueError, TypeError):
        return None


def _remember(sample: Demo) -> None:
    """Only this machine's user may read it: the password stands in it."""
    try:
        handle = os.open(_file(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump(asdict(sample), file)
    except OSError as error:
        raise Problem(f"{_file()} can't be written: {error.strerror}.") from None


def _in_words(sample: Demo) -> list[str]:
    return [
        f"Sample company {sample.company} is filled: {count(sample.messages, 'text')}, seed {sample.seed}.",
        f"Sign in as {sample.email} with the password {sample.password}",
    ]


def _as_json(sample: Demo) -> dict[str, object]:
    return {"id": str(sample.company)} | asdict(sample) | {"company": str(sample.company)}
