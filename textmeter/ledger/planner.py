"""What PostgreSQL's planner believes of a company's size. An import fills tables in seconds of which it
learned long ago that they are empty, and then it reads all that the company has for each text that is looked
for: twice the time at 60,000 texts, and worse with each one more."""

from __future__ import annotations

import json

from django.db import connection

from textmeter.ledger.statements import fetch, run

# After four times as many rows the planner's errors are worth mending again.
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
    where most of the table is new, or the planner lies far behind. A database that knows of as many rows is
    left alone, for in a large one they take seconds."""

    def __init__(self, company_id: int, table: str) -> None:
        """`table`: of the rows that are counted, `ledger_message` or `ledger_call`."""
        self._company_id, self._table = company_id, table
        self._added, self._next_look = 0, FIRST_LOOK

    def grew(self, rows: int) -> None:
        self._added += rows
        if connection.vendor != "postgresql" or self._added < self._next_look:
            return
        self._next_look = self._added * TIMES
        of_company, of_all = believed_rows(self._table, self._company_id), believed_rows(self._table)
        if self._added > TIMES * of_company or TIMES * self._added > of_all:
            run(f"ANALYZE {', '.join(_TABLES)}", [])


def believed_rows(table: str, company_id: int | None = None) -> int:
    """Of a table or of a company in it, as PostgreSQL's planner estimates them; nothing is counted."""
    whose = "" if company_id is None else " WHERE company_id = %s"
    ((plan,),) = fetch(f"EXPLAIN (FORMAT JSON) SELECT 1 FROM {table}{whose}", [company_id] if whose else [])
    (explained,) = json.loads(plan) if isinstance(plan, str) else plan
    return int(explained["Plan"]["Plan Rows"])
