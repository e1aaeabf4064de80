"""A PostgreSQL database by its address, as Django's settings say it."""

from __future__ import annotations

import re

SCHEMES = ("postgres", "postgresql")
_DEFAULTS = {
    "application_name": "textmeter",
    # Compiling a statement takes longer than any of ours runs.
    "options": "-c jit=off",
    "connect_timeout": 5,
    # A machine that is gone, or a firewall that forgot the connection, is noticed within seconds.
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
# What of a connection's address goes on to the driver as it is: libpq's own names.
OPTIONS = ("sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "application_name")


def postgres(url: str) -> dict[str, object] | None:
    """The database of a `postgres://…` address, as Django's settings say it; None for no such address."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        given = conninfo_to_dict(url)
    except (ProgrammingError, UnicodeError):
        return None
    place = {name: str(given.pop(name, "")) for name in ("dbname", "user", "password", "host", "port")}
    if not place["dbname"] or not _is_port(place["port"] or "5432") or given.keys() - set(OPTIONS):
        return None
    return {
        "ENGINE": "textmeter.postgres",
        "NAME": place["dbname"],
        "USER": place["user"],
        "PASSWORD": place["password"],
        "HOST": place["host"],
        "PORT": place["port"],
        # A connection is kept, and looked at before its next use: the server may have gone meanwhile.
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": _DEFAULTS | given,
    }


def _is_port(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{1,5}", text)) and 1 <= int(text) <= 65_535


def without_password(url: str) -> str:
    """For people to read. What stands before the last `@` may be a password with signs that should have been
    written as %40 and the like."""
    return re.sub(r"(?<=//)([^:/@]*):.*@", r"\1:***@", url)
