"""What PostgreSQL's planner believes of a company's size. An import fills tables in seconds of which it
learned long ago that they are empty, and then it reads all that the company has for each text that is looked
for: twice the time at 60,000 texts, and worse with each one more."""

from __future__ import annotations

import json

from django.db import connection

from textmeter.ledger.statements import fetch, run

# The planner's errors grow with the rows, what it costs to mend them doesn't: so after four times as many.
FIRST_LOOK, TIMES = 1_000, 4

# What recording looks up and has more than one way to. Not the words, whose statistics take the longest.
_TABLES = (
    "ledger_message",
    "ledger_call",
    "ledger_customer",
    "ledger_customer_part",
    "ledger_customer_tracker",
    "ledger_conversation",
    "ledger_conversation_count",
    "ledger_conversation_tracker",
    "ledger_opt_out",
)


class Growth:
    """How much one writer has added to a company. Told of each committed transaction, it has statistics made
    where the planner lies far behind; a database that knows of as many rows is left alone, however large, for
    there they take seconds."""

    def __init__(self, company_id: int, table: str) -> None:
        """`table`: of the rows that are counted, `ledger_message` or `ledger_call`."""
        self._company_id, self._table = company_id, table
        self._added, self._next_look = 0, FIRST_LOOK

    def grew(self, rows: int) -> None:
        self._added += rows
        if connection.vendor != "postgresql" or self._added < self._next_look:
            return
        self._next_look = self._added * TIMES
        if self._added > TIMES * believed_rows(self._company_id, self._table):
            run(f"ANALYZE {', '.join(_TABLES)}", [])


def believed_rows(company_id: int, table: str) -> int:
    """Of a company in a table, as PostgreSQL's planner estimates them; none but the planner counts."""
    ((plan,),) = fetch(f"EXPLAIN (FORMAT JSON) SELECT 1 FROM {table} WHERE company_id = %s", [company_id])
    (explained,) = json.loads(plan) if isinstance(plan, str) else plan
    return int(explained["Plan"]["Plan Rows"])
