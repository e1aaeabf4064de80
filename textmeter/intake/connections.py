"""Adding connections, changing their secrets, and their webhook addresses."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.db import transaction

from textmeter.accounts.audit import note
from textmeter.accounts.models import Company
from textmeter.carriers.table import CARRIERS
from textmeter.carriers.twilio_history import Credentials
from textmeter.carriers.twilio_token import bare
from textmeter.intake.models import Connection
from textmeter.intake.secrets import Unopenable, decrypt, encrypt
from textmeter.ledger.statements import run
from textmeter.ledger.turns import take_turn
from textmeter.lib.days import now_ms
from textmeter.lib.quotes import quoted

WHATS = CARRIERS["twilio"].whats
PREVIOUS_SECRET_LASTS = 24 * 3600 * 1000


class BadConnection(ValueError):
    """The text says which value is wrong and what is allowed."""


def checked_account_sid(given: str) -> str:
    """The SID as it is kept: as Twilio makes them. Raises BadConnection."""
    sid = given.strip()
    if not re.fullmatch("AC[0-9a-fA-F]{32}", sid):
        raise BadConnection(
            f"The account SID is {quoted(sid)}; allowed: AC and 32 digits 0–9 and a–f after it."
        )
    return sid


def add_connection(
    company: Company,
    *,
    account_sid: str,
    secret: str,
    api_key: str = "",
    api_url: str = "",
    is_sample: bool = False,
    carrier: str = "twilio",
    api_secret: str = "",
    by: str = "",
) -> Connection:
    """`secret`: Twilio's auth token, which signs webhooks. `api_key`: an API key's SID, used instead of
    the account's when the carrier is asked, with `api_secret`, or without one with `secret`. `by`: who is to
    stand in the audit line; there is none without. Raises BadConnection."""
    if carrier not in CARRIERS:
        raise BadConnection(f"The carrier is {quoted(carrier)}; allowed: {', '.join(sorted(CARRIERS))}.")
    account_sid, api_key = checked_account_sid(account_sid), _api_key(api_key)
    api_url = api_url.strip().rstrip("/")
    if api_url and not _is_address(api_url):
        raise BadConnection(
            f"The API address is {quoted(api_url)}; allowed: one such as https://api.twilio.com."
        )
    with transaction.atomic():
        made = Connection.objects.create(
            company=company,
            carrier=carrier,
            account_sid=account_sid,
            api_key=api_key,
            api_url=api_url,
            secret=encrypt(_secret(secret)),
            api_secret=encrypt(api_secret.strip()) if api_secret.strip() else "",
            is_sample=is_sample,
            added_at=now_ms(),
        )
        if by:
            note(by, f"Added the connection to {CARRIERS[carrier].name}, account {account_sid}.", company)
    return made


def _api_key(given: str) -> str:
    sid = given.strip()
    if len(sid) > 64 or not sid.isascii() or not sid.isprintable() or set(sid) & set(" /:?#"):
        raise BadConnection(f"The API key is {quoted(sid)}; allowed: letters and digits, up to 64.")
    return sid


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def set_secret(connection: Connection, secret: str, *, by: str = "") -> None:
    """The one before stays valid for a day. What waits to be asked at the carrier is tried again at
    once, for wrong credentials may have been what held it up. `by`: as of `add_connection`. Raises
    BadConnection."""
    new, now = _secret(secret), now_ms()
    before = _opened(connection.secret)
    if new != before:
        # One that this installation's key doesn't open is of no use to anyone.
        connection.previous_secret = connection.secret if before else ""
        connection.previous_until = now + PREVIOUS_SECRET_LASTS if before else None
        connection.secret = encrypt(new)
    with transaction.atomic():
        take_turn(connection.company_id)
        connection.save(update_fields=["secret", "previous_secret", "previous_until"])
        run(
            "UPDATE intake_fetch SET attempts = 0, next_at = %s WHERE connection_id = %s",
            [now, connection.id],
        )
        if by:
            words = f"Changed the secret of the connection to account {connection.account_sid}."
            note(by, words, connection.company)


def secrets_of(connection: Connection, now: int) -> list[str]:
    """The secrets that are good at `now` (ms), the present one first. Raises secrets.Unopenable where the
    present one can't be opened."""
    found = [decrypt(connection.secret)]
    if connection.previous_secret and now < (connection.previous_until or 0):
        before = _opened(connection.previous_secret)
        found += [before] if before else []
    return found


def credentials_of(connection: Connection) -> Credentials:
    """What the carrier's API is asked with. Raises secrets.Unopenable."""
    return Credentials(
        account_sid=connection.account_sid,
        user=connection.api_key or connection.account_sid,
        password=decrypt((connection.api_key and connection.api_secret) or connection.secret),
        api_url=connection.api_url or CARRIERS[connection.carrier].api_url,
    )


def webhooks(connection: Connection, base_url: str) -> dict[str, str]:
    """{what: address} under `base_url`, such as https://texts.example.com."""
    return addresses(connection.key, CARRIERS[connection.carrier].whats, base_url)


def addresses(key: str, whats: tuple[str, ...], base_url: str) -> dict[str, str]:
    return {what: f"{base_url.rstrip('/')}/hooks/{key}/{what}" for what in whats}


def _secret(given: str) -> str:
    secret = bare(given)
    if not secret:
        raise BadConnection("The secret is empty; allowed: the carrier's auth token.")
    return secret


def _opened(stored: str) -> str | None:
    try:
        return decrypt(stored)
    except Unopenable:
        return None
