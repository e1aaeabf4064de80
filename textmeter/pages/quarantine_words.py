"""What waits in quarantine, in words, for the admins of a company."""

from __future__ import annotations

from collections.abc import Mapping

from textmeter.accounts.models import Company, Role, User
from textmeter.intake.quarantine import Reason, counts_by_reason
from textmeter.pages.formats import number, plural
from textmeter.pages.language import gettext_lazy

_LABELS = {
    Reason.BAD_SIGNATURE: gettext_lazy("Wrong signature"),
    Reason.UNKNOWN_NUMBER: gettext_lazy("Unknown number"),
    Reason.CANNOT_TEXT: gettext_lazy("Number that can’t text"),
    Reason.UNREADABLE: gettext_lazy("Unreadable"),
    Reason.COULD_NOT_APPLY: gettext_lazy("Could not be applied"),
}
# As parts of a sentence.
_COUNTED = {
    Reason.BAD_SIGNATURE: gettext_lazy("%(count)s wrong signature"),
    Reason.UNKNOWN_NUMBER: gettext_lazy("%(count)s unknown number"),
    Reason.CANNOT_TEXT: gettext_lazy("%(count)s number that can’t text"),
    Reason.UNREADABLE: gettext_lazy("%(count)s unreadable"),
    Reason.COULD_NOT_APPLY: gettext_lazy("%(count)s could not be applied"),
}

_MENDING = {
    Reason.BAD_SIGNATURE: gettext_lazy(
        "The signature doesn’t fit: the address or the auth token differs from the carrier’s, or a "
        "stranger sent it. Compare the addresses, mend what differs, then try again. What still doesn’t fit "
        "stays."
    ),
    Reason.UNKNOWN_NUMBER: gettext_lazy(
        "None of their numbers is a tracking number of the company. Once it is added, its texts "
        "and calls go where they belong, each at its own time."
    ),
    Reason.CANNOT_TEXT: gettext_lazy(
        "Only local U.S. and Canadian numbers can text, so these can’t be applied, and trying again changes "
        "nothing. They are kept until somebody discards them."
    ),
    Reason.UNREADABLE: gettext_lazy(
        "They are not what the carrier sends. Look for what changes them on the way, such as a proxy; after "
        "an update of Textmeter try them again."
    ),
    Reason.COULD_NOT_APPLY: gettext_lazy(
        "Applying them failed. That is a fault of Textmeter: please report it with the words that stand "
        "beside them, and try again after an update."
    ),
}


def mending(reason: Reason) -> str:
    """What is wrong, and what on the page mends it."""
    return str(_MENDING[reason])


def reason_label(reason: Reason) -> str:
    """`Wrong signature`"""
    return str(_LABELS[reason])


def waiting_for(company: Company, user: User) -> str:
    """The sentence for an admin; empty for everyone else, and while nothing waits."""
    return sentence(counts_by_reason(company.id)) if user.role == Role.ADMIN else ""


def sentence(counts: Mapping[Reason, int]) -> str:
    """`3 deliveries wait in quarantine: 2 unknown number, 1 wrong signature.`"""
    if not counts:
        return ""
    return plural(
        sum(counts.values()),
        "%(count)s delivery waits in quarantine: %(reasons)s.",
        "%(count)s deliveries wait in quarantine: %(reasons)s.",
        reasons=by_reason(counts),
    )


def by_reason(counts: Mapping[Reason, int]) -> str:
    """`2 unknown number, 1 wrong signature`"""
    return ", ".join(_COUNTED[reason] % {"count": number(each)} for reason, each in counts.items())
