"""Lines that say who changed what, and when. Never a secret, and nothing that a customer said."""

from __future__ import annotations

from textmeter.accounts.models import AuditLine, Company
from textmeter.lib.days import now_ms

# By whom, where somebody types commands on the server.
COMMAND_LINE = "the command line"


def note(by: str, what: str, company: Company | None = None) -> None:
    """Within the transaction that makes the change. `what`: a sentence without its who, such as "Renamed
    the company from A to B."."""
    AuditLine.objects.create(
        at=now_ms(),
        by=by,
        company_id=company.id if company else None,
        company_name=company.name if company else "",
        what=what,
    )
