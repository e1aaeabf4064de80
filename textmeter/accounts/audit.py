"""Lines that say who changed what, and when. Never a secret, and nothing that a customer said."""

from __future__ import annotations

from textmeter.accounts.models import AuditLine, Company
from textmeter.lib.days import now_ms

# By whom, where somebody types commands on the server.
COMMAND_LINE = "the command line"
TOGETHER = 100


def note(by: str, what: str, company: Company | None = None) -> AuditLine:
    """Within the transaction that makes the change. `what`: a sentence without its who, such as "Renamed
    the company from A to B."."""
    return AuditLine.objects.create(
        at=now_ms(),
        by=by,
        company_id=company.id if company else None,
        company_name=company.name if company else "",
        what=what,
    )


def say_instead(line: AuditLine, what: str) -> None:
    """Of what takes long, and of which more is known by now. Within the transaction, as `note`."""
    AuditLine.objects.filter(pk=line.pk).update(what=what)


def lines_before(id: int | None) -> list[AuditLine]:
    """The latest TOGETHER, or those just before the line of that id; newest first."""
    found = AuditLine.objects.all()
    return list((found if id is None else found.filter(id__lt=id))[:TOGETHER])
