"""Proves what no index of the database does: that each message is there once, and found by its mark."""

from __future__ import annotations

from collections import defaultdict

from django.db import transaction

from textmeter.ledger.ref_marks import ref_mark
from textmeter.ledger.statements import chunks, fetch, marks, run_many, stream
from textmeter.ledger.turns import take_turn

STEP = 2_000


def there_twice(company_id: int) -> list[tuple[int, str, str]]:
    """(id, carrier, carrier_ref) of each message whose name an earlier one of the company bears already."""
    found = []
    for some in chunks(mark for (mark,) in fetch(_SAME_MARK, [company_id])):
        ids: dict[tuple[str, str], list[int]] = defaultdict(list)
        rows = fetch(
            "SELECT id, carrier, carrier_ref FROM ledger_message WHERE company_id = %s"
            f" AND ref_mark IN ({marks(len(some))})",
            [company_id, *some],
        )
        for id, carrier, carrier_ref in rows:
            ids[carrier, carrier_ref].append(id)
        found += [(id, *name) for name, of_name in ids.items() for id in sorted(of_name)[1:]]
    return sorted(found)


def marks_are_right(company_id: int) -> bool:
    """Whether each message has the mark of its name."""
    rows = stream("SELECT carrier_ref, ref_mark FROM ledger_message WHERE company_id = %s", [company_id])
    return all(ref_mark(ref) == mark for ref, mark in rows)


def mend_marks(company_id: int) -> None:
    """Writes the marks that aren't those of their names, some messages a transaction."""
    after = 0
    while True:
        with transaction.atomic():
            take_turn(company_id)
            rows = fetch(_MARKS, [company_id, after, STEP])
            wrong = [(again, company_id, id) for id, ref, mark in rows if (again := ref_mark(ref)) != mark]
            run_many("UPDATE ledger_message SET ref_mark = %s WHERE company_id = %s AND id = %s", wrong)
        if not rows:
            return
        after = rows[-1][0]


_SAME_MARK = "SELECT ref_mark FROM ledger_message WHERE company_id = %s GROUP BY ref_mark HAVING COUNT(*) > 1"
_MARKS = (
    "SELECT id, carrier_ref, ref_mark FROM ledger_message WHERE company_id = %s AND id > %s"
    " ORDER BY id LIMIT %s"
)
