"""`textmeter distribute`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from textmeter.cli.errors import Problem
from textmeter.cli.ground import on_database
from textmeter.cli.output import json_option, show, table

if TYPE_CHECKING:
    from textmeter.ledger.distribution import Spread


@click.command()
@json_option
@on_database
def distribute(as_json: bool) -> None:
    """Spread the ledger over the machines of a Citus cluster.

    Each company's messages and all that is derived of them come to lie on one machine.
    Running it again changes nothing; interrupted, run it again.

    \b
    Example:
      textmeter distribute
    """
    from django.db import Error

    from textmeter.ledger import distribution

    try:
        spread = distribution.distribute()
    except distribution.NoCluster as error:
        raise Problem(str(error)) from None
    except Error as error:
        raise Problem(f"Citus refused it: {error}") from None
    show(
        [{"table": one.table, "kind": str(one.kind), "new": one.is_new} for one in spread],
        as_json,
        lambda: _in_words(spread),
    )


_KINDS = {
    "distributed": "spread by company",
    "reference": "on every machine",
    "local": "on this machine alone",
}


def _in_words(spread: list[Spread]) -> str:
    rows = [(one.table, _KINDS[one.kind], "now" if one.is_new else "") for one in spread]
    new = sum(one.is_new for one in spread)
    end = f"{new} of {len(spread)} tables were spread now." if new else "Everything was spread already."
    return f"{table(('TABLE', 'ROWS ARE', 'SINCE'), rows)}\n{end}"
