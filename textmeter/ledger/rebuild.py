"""Derives everything of a company again, and moves it to another time zone.

Customer by customer, each step a short transaction whole in itself, so that webhooks don't wait behind
it and a crash in the midst leaves nothing half-way: `ledger_rebuild` holds the customer it has come to.

A change of zone takes effect at once, with the mark: `record` dates what comes from then on in the
new zone, and first moves the customers it is about (`move_first`), so that no customer ever has days
of both zones. Customers made meanwhile have higher ids, and find their days right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import monotonic

from django.db import transaction

from textmeter.accounts.models import Company
from textmeter.ledger.beside import compared_beside
from textmeter.ledger.changes import bump_change
from textmeter.ledger.erase import erase_what_is_left
from textmeter.ledger.handed_over import handed_over
from textmeter.ledger.ref_check import mend_marks
from textmeter.ledger.remake import remake_customers, remake_withheld_calls
from textmeter.ledger.search_check import repair_search
from textmeter.ledger.statements import chunks, fetch, run
from textmeter.ledger.turns import is_awaited, long_work, take_turn
from textmeter.ledger.volume_recount import recount_volume
from textmeter.lib.days import zone

Progress = Callable[[int, int], None]  # customers done, customers in all; of a rebuild, parts of the time

STEP_SECONDS = 0.04  # a step ends after the customers with whom it has lasted so long
STEP_CUSTOMERS = 500
TOGETHER = 50
STEP_CALLS = 1000
# A rebuild's percents: of the customers, and of the counts after them.
_WALK, _RECOUNT = 75, 25
_MARK = (
    "INSERT INTO ledger_rebuild (company_id, zone, done_to, moved) VALUES (%s,%s,0,0)"
    " ON CONFLICT (company_id)"
)


@long_work()
def rebuild(company: Company, progress: Progress | None = None) -> int:
    """Derives conversations, volume, opt-outs, customers' standing and missing search words again from
    the ledger. Takes up an unfinished rebuild or change of zone. Answers how many conversations there are."""
    with transaction.atomic():
        take_turn(company.id)
        run(f"{_MARK} DO NOTHING", [company.id, _zone_name(company.id)])
    with compared_beside(company.id) as are_right:
        _work_through(company.id, progress and _part_of(progress, 0, _WALK))
        recount_volume(company.id, progress and _part_of(progress, _WALK, _RECOUNT))
        indexes_are_right = are_right()
    if not indexes_are_right:
        mend_marks(company.id)
        repair_search(company.id)
    erase_what_is_left(company.id)
    with transaction.atomic():
        take_turn(company.id)
        bump_change(company.id)
    ((count,),) = fetch("SELECT count(*) FROM ledger_conversation WHERE company_id = %s", [company.id])
    return int(count)


def _part_of(progress: Progress, after: int, share: int) -> Progress:
    return lambda done, total: progress(after + share * done // max(total, 1), 100)


def mark_for_rebuild(company_id: int) -> None:
    """From this transaction on every customer is made again before anything is added to them; `go_on`
    works through them, and after a crash the worker's start."""
    run(f"{_MARK} DO UPDATE SET done_to = 0", [company_id, _zone_name(company_id)])


def go_on(company_id: int, progress: Progress | None = None) -> None:
    """Works through what is marked."""
    _work_through(company_id, progress)


def change_zone(company: Company, zone_name: str, progress: Progress | None = None) -> int:
    """Puts everything of the company on its days in another zone, and answers how many conversations had
    a message that moved to another day. Raises UnknownZone. Asked for again after a crash, it goes on."""
    if not begin_change(company, zone_name):
        return 0
    return _work_through(company.id, progress)


def begin_change(company: Company, zone_name: str) -> bool:
    """The company is in the other zone from here on; `change_zone` moves what it has. False where there is
    nothing to do. Raises UnknownZone."""
    zone(zone_name)
    with transaction.atomic():
        take_turn(company.id)
        begun = _begin_change(company.id, zone_name)
    company.time_zone = zone_name
    return begun


def unfinished() -> list[tuple[int, str, int]]:
    """(company id, zone, the customer it has come to) of what is under way or was broken off."""
    rows = fetch("SELECT company_id, zone, done_to FROM ledger_rebuild ORDER BY company_id", [])
    return [(company_id, zone_name, done_to) for company_id, zone_name, done_to in rows]


def is_rebuilding(company_id: int) -> bool:
    return bool(fetch("SELECT 1 FROM ledger_rebuild WHERE company_id = %s", [company_id]))


def move_first(company_id: int, customer_ids: Iterable[int]) -> None:
    """Before a batch touches them: customers whose turn hasn't come get it now, in its transaction."""
    rows = fetch("SELECT zone, done_to FROM ledger_rebuild WHERE company_id = %s", [company_id])
    for name, done_to in rows:
        owners = handed_over(company_id)
        ids = sorted(id for id in customer_ids if id > done_to)
        moved = remake_customers(company_id, zone(name), ids, owners)
        run("UPDATE ledger_rebuild SET moved = moved + %s WHERE company_id = %s", [moved, company_id])


def _begin_change(company_id: int, zone_name: str) -> bool:
    """Sets zone and mark; False when there is nothing to do."""
    rows = fetch("SELECT zone FROM ledger_rebuild WHERE company_id = %s", [company_id])
    if rows and rows[0][0] == zone_name:
        return True
    if not rows and _zone_name(company_id) == zone_name:
        return False
    run("UPDATE accounts_company SET time_zone = %s WHERE id = %s", [zone_name, company_id])
    run(
        f"{_MARK} DO UPDATE SET zone = excluded.zone, done_to = 0, moved = 0",
        [company_id, zone_name],
    )
    return True


@long_work()
def _work_through(company_id: int, progress: Progress | None) -> int:
    """Every customer from the mark on; answers how many conversations moved since it was set."""
    ((total,),) = fetch("SELECT count(*) FROM ledger_customer WHERE company_id = %s", [company_id])
    _date_withheld_calls(company_id)
    done = None
    while True:
        with transaction.atomic():
            take_turn(company_id)
            rows = fetch(
                "SELECT zone, done_to, moved FROM ledger_rebuild WHERE company_id = %s", [company_id]
            )
            if not rows:  # another process has come to the end
                return 0
            name, done_to, moved = rows[0]
            if done is None:
                done = _count_to(company_id, done_to)
            step = _step(company_id, name, done_to)
            if not step:
                run("DELETE FROM ledger_rebuild WHERE company_id = %s", [company_id])
                return int(moved)
        done += step
        if progress:
            progress(min(done, total), total)


def _step(company_id: int, zone_name: str, done_to: int) -> int:
    """Some customers, with the mark; answers how many, 0 at the end."""
    began, moved, done = monotonic(), 0, 0
    ids = fetch(
        "SELECT id FROM ledger_customer WHERE company_id = %s AND id > %s ORDER BY id LIMIT %s",
        [company_id, done_to, STEP_CUSTOMERS],
    )
    owners = handed_over(company_id)
    for some in chunks([id for (id,) in ids], TOGETHER):
        moved += remake_customers(company_id, zone(zone_name), some, owners)
        done, done_to = done + len(some), some[-1]
        if monotonic() - began > STEP_SECONDS or is_awaited():
            break
    if done:
        run(
            "UPDATE ledger_rebuild SET done_to = %s, moved = moved + %s WHERE company_id = %s",
            [done_to, moved, company_id],
        )
        bump_change(company_id)
    return done


def _date_withheld_calls(company_id: int) -> None:
    after: int | None = 0
    while after is not None:
        with transaction.atomic():
            take_turn(company_id)
            after = remake_withheld_calls(company_id, zone(_zone_name(company_id)), after, STEP_CALLS)


def _count_to(company_id: int, id: int) -> int:
    rows = fetch("SELECT count(*) FROM ledger_customer WHERE company_id = %s AND id <= %s", [company_id, id])
    return int(rows[0][0])


def _zone_name(company_id: int) -> str:
    return str(fetch("SELECT time_zone FROM accounts_company WHERE id = %s", [company_id])[0][0])
