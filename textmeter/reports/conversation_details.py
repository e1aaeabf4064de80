"""What is read of listed conversations beside their keys: of the conversation itself, as `c`, its customer
(`who`) and its last message (`m`)."""

from __future__ import annotations

from collections.abc import Sequence

from textmeter.reports.statements import Sql

# What a list of keys costs in one statement rises with its square: 6 µs a row at 50, 90 at 500.
AT_ONCE = 50

TABLES = "CROSS JOIN ledger_customer who CROSS JOIN ledger_message m"


def conditions(company_id: int) -> Sql:
    """How TABLES belong to `c`, each by the company: so a cluster knows that they lie on one machine."""
    return Sql(
        """AND who.company_id = %s AND who.id = c.customer_id
        AND m.company_id = %s AND m.id = c.last_message_id""",
        (company_id, company_id),
    )


def details(company_id: int, chosen: Sequence[tuple[int, int]], columns: str) -> Sql:
    """Rows (customer id, local_date, and `columns`) of the conversations of these (customer id, local_date),
    in no order."""
    listed = ",".join(["(%s,%s)"] * len(chosen))
    return Sql(
        f"""WITH chosen (customer_id, local_date) AS (VALUES {listed})
        SELECT c.customer_id, c.local_date, {columns}
        FROM chosen CROSS JOIN ledger_conversation c {TABLES}
        WHERE c.company_id = %s AND c.customer_id = chosen.customer_id
        AND c.local_date = chosen.local_date""",
        (*(value for key in chosen for value in key), company_id),
    ).then(conditions(company_id))
