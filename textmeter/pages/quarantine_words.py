"""What waits in quarantine, in words, for the admins of a company."""

from __future__ import annotations

from collections.abc import Mapping

from textmeter.accounts.models import Company, Role, User
from textmeter.intake.quarantine import Reason, counts_by_reason
from textmeter.pages.formats import number, plural

_REASONS = {
    Reason.BAD_SIGNATURE: "wrong signature",
    Reason.UNKNOWN_NUMBER: "unknown number",
    Reason.CANNOT_TEXT: "number that can’t text",
    Reason.UNREADABLE: "unreadable",
    Reason.COULD_NOT_APPLY: "could not be applied",
}


def reason_label(reason: Reason) -> str:
    """`Wrong signature`"""
    return _REASONS[reason][:1].upper() + _REASONS[reason][1:]


def waiting_for(company: Company, user: User) -> str:
    """The sentence for an admin; empty for everyone else, and while nothing waits."""
    return sentence(counts_by_reason(company.id)) if user.role == Role.ADMIN else ""


def sentence(counts: Mapping[Reason, int]) -> str:
    """`3 deliveries wait in quarantine: 2 unknown number, 1 wrong signature.`"""
    if not counts:
        return ""
    count = sum(counts.values())
    parts = ", ".join(f"{number(each)} {_REASONS[reason]}" for reason, each in counts.items())
    return f"{plural(count, 'delivery waits', 'deliveries wait')} in quarantine: {parts}."
