"""Between whom: the company's number and the customer's."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from textmeter.ledger.clean import clean
from textmeter.ledger.trackers import Owner
from textmeter.lib.phone import e164_or_raw

INBOUND, OUTBOUND = 0, 1
LONGEST_NUMBER = 200  # PostgreSQL's indexes take up to 2,704 bytes a row
NOBODY = ""  # the customer's number of a caller who withheld it


class Parties(NamedTuple):
    direction: int  # 0 inbound, 1 outbound
    customer: str  # E.164, or as it came; empty: a caller who withheld the number
    ours: str  # E.164


@lru_cache(maxsize=200_000)
def key_of(number: str) -> str:
    """A number as the ledger keys it; more signs than any number has are cut off, for indexes have an end."""
    return clean(e164_or_raw(number))[:LONGEST_NUMBER]


def tracker_at(company_id: int, owners: Sequence[Owner], at: int) -> int:
    """The company's tracker that had the number at that instant; where another company had it (a
    message known by a delivery of its own time, dated by another), the company's nearest one."""
    own = [owner for owner in owners if owner.company_id == company_id]
    return min(own, key=lambda owner: (_distance(owner, at), owner.from_at)).tracker_id


def _distance(owner: Owner, at: int) -> int:
    if at < owner.from_at:
        return owner.from_at - at
    return 0 if owner.until_at is None or at < owner.until_at else at - owner.until_at + 1
