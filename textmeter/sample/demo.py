"""The sample company: one business as a real one lives, filled and removed whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from secrets import token_hex

from django.db import transaction

from textmeter.accounts.models import Company
from textmeter.carriers.seen import Seen, TextSeen
from textmeter.intake.connections import add_connection
from textmeter.intake.models import Connection
from textmeter.intake.remove import remove_company
from textmeter.ledger.record import record
from textmeter.ledger.trackers import add_tracker, owners_of
from textmeter.lib.sentences import Sentence
from textmeter.sample.life import Life
from textmeter.sample.practice import DESTINATION, NAME, NUMBERS, TIME_ZONE, TRACKERS
from textmeter.sample.stand_in import forget

MESSAGES = 5_000
SEED = 1
# Where a sample's carrier is asked while no simulator runs: nobody listens there, so nothing of the
# sample ever reaches a real carrier.
NOWHERE = "http://127.0.0.1:9"
# So many deliveries a transaction: webhooks wait behind it, so it stays well under 100 ms.
TOGETHER = 400

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Sample:
    """`is_new`: filled just now; else it was there already and nothing was added."""

    company: Company
    connection: Connection
    is_new: bool


class NumbersTaken(RuntimeError):
    """No fictional numbers are left for the sample's trackers; the text says so to people."""


def fill_sample(messages: int | None, seed: int, now: int, progress: Progress | None = None) -> Sample:
    """Fills the sample company with so many texts (None: 5,000) in the 90 days before `now` (ms).

    The same messages, seed and now give the same texts and calls. A sample that stands is left as it
    is and handed back; one whose filling was broken off is made anew. Raises NumbersTaken.
    `progress` is told (texts done, all texts).
    """
    stands = find_sample()
    if stands:
        return stands
    for half in Company.objects.filter(is_sample=True):
        remove_sample(half)
    wanted = MESSAGES if messages is None else messages
    account_sid = _account_sid(seed)
    company, numbers = _open_for_business()
    life = Life(numbers=numbers, account_sid=account_sid, seed=seed, now=now)
    done = 0
    for some in _together(life.days(wanted)):
        with transaction.atomic():
            record(company, some)
        done += sum(isinstance(one, TextSeen) for one in some)
        if progress:
            progress(done, wanted)
    # Last, for it tells a whole sample from one whose filling was broken off.
    return Sample(company, _connection(company, account_sid), is_new=True)


def find_sample() -> Sample | None:
    """The sample that stands, filled to its end."""
    connection = Connection.objects.filter(
        is_sample=True, company__is_sample=True, company__removed_at=None
    ).first()
    return Sample(connection.company, connection, is_new=False) if connection else None


def remove_sample(company: Company, progress: Progress | None = None) -> None:
    """Removes a sample company with all that happened on it; its numbers are free again. Raises
    ValueError for a company that is no sample."""
    if not company.is_sample:
        raise ValueError(f"{company.name} is not a sample, so it is not removed.")
    for connection in company.connections.all():
        forget(connection.key)
    remove_company(company.id, progress)


def _open_for_business() -> tuple[Company, list[str]]:
    """The company with its trackers; their numbers in the order of TRACKERS."""
    with transaction.atomic():
        numbers = _free_numbers(len(TRACKERS))
        company = Company.objects.create(name=NAME, time_zone=TIME_ZONE, is_sample=True)
        for number, line in zip(numbers, TRACKERS, strict=True):
            add_tracker(
                company.id,
                number=number,
                name=line.name,
                source=line.source,
                destination=DESTINATION,
                record_calls=line.record_calls,
            )
    return company, numbers


def _free_numbers(count: int) -> list[str]:
    """Numbers that never belonged to anybody: only the first owner of a number has its past."""
    owned = owners_of(NUMBERS)
    free = [number for number in NUMBERS if number not in owned]
    if len(free) < count:
        raise NumbersTaken(
            Sentence(
                "The sample needs %(count)s of the numbers %(first)s to %(last)s, and other companies "
                "have them.",
                count=count,
                first=NUMBERS[0],
                last=NUMBERS[-1],
            )
        )
    return free[:count]


def _connection(company: Company, account_sid: str) -> Connection:
    return add_connection(
        company, account_sid=account_sid, secret=token_hex(16), api_url=NOWHERE, is_sample=True
    )


def _account_sid(seed: int) -> str:
    return "AC" + blake2b(f"textmeter sample {seed}".encode(), digest_size=16).hexdigest()


def _together(days: Iterable[list[Seen]]) -> Iterator[list[Seen]]:
    waiting: list[Seen] = []
    for happened in days:
        waiting += happened
        while len(waiting) >= TOGETHER:
            yield waiting[:TOGETHER]
            waiting = waiting[TOGETHER:]
    if waiting:
        yield waiting
