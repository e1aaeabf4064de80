"""Whether a call would come round to its number again through the company's own numbers, without an end."""

from __future__ import annotations

from collections.abc import Mapping

from textmeter.ledger.trackers import owner_at, owner_by_tracker, trackers_of
from textmeter.lib.days import now_ms


def leads_back(number: str, destination: str, goes_to: Mapping[str, str]) -> bool:
    """Whether a call to `number` would ring there again, were it put through to `destination`. All E.164;
    `goes_to`: where other numbers' calls go on to. Pure."""
    seen = {""}
    while destination not in seen:
        seen.add(destination)
        destination = goes_to.get(destination, "")
    return bool(number) and number in seen


def destinations_of(company_id: int) -> dict[str, str]:
    """Where calls to the company's numbers go on to just now, by number."""
    found, now = trackers_of(company_id), now_ms()
    owners = owner_by_tracker(found)
    return {
        each.number: each.destination
        for each in found
        if each.destination and each.disabled_at is None and owner_at([owners[each.id]], now)
    }
