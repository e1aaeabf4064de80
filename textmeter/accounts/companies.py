"""Adding, renaming and closing companies."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django.db import transaction

from textmeter.accounts.audit import note
from textmeter.accounts.models import AuditLine, Company
from textmeter.lib.days import now_ms, zone

LONGEST_NAME = 200


class BadName(ValueError):
    """The text says what is allowed."""


def company_name(given: str) -> str:
    """The name as it is kept: no spaces around it. Raises BadName."""
    name = given.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadName(f"A company’s name has 1 to {LONGEST_NAME} signs, all on one line.")
    return name


def is_named_already(name: str) -> bool:
    """Whether a company that is there has the name, in whatever capitals."""
    wanted = name.strip().casefold()
    there = Company.objects.filter(removed_at=None).values_list("name", flat=True)
    return any(one.casefold() == wanted for one in there)


def add_company(name: str, zone_name: str, *, by: str) -> Company:
    """`zone_name`: an IANA name. Raises BadName, UnknownZone."""
    zone(zone_name)
    with transaction.atomic():
        made = Company.objects.create(name=company_name(name), time_zone=zone_name)
        note(by, f"Added the company, in the time zone {zone_name}.", made)
    return made


def rename_company(company: Company, name: str, *, by: str) -> None:
    """Raises BadName."""
    before, company.name = company.name, company_name(name)
    if company.name == before:
        return
    with transaction.atomic():
        company.save(update_fields=["name"])
        note(by, f"Renamed the company from {before} to {company.name}.", company)


def zones_of(ids: Iterable[int]) -> dict[int, ZoneInfo]:
    """By company, of those that there are."""
    return {one.id: one.zone for one in Company.objects.filter(pk__in=set(ids))}


def zone_of_installation() -> ZoneInfo:
    """For what is of no company: the zone that all companies share, samples aside where there are others; UTC
    where they don't."""
    there = Company.objects.filter(removed_at=None)
    names = {one.time_zone for one in there if not one.is_sample} or {one.time_zone for one in there}
    return zone(names.pop() if len(names) == 1 else "UTC")


def close_company(company: Company, *, by: str) -> None:
    """From here on nobody reads it, and all that was noted of it is forgotten but for this line."""
    with transaction.atomic():
        company.removed_at = now_ms()
        company.save(update_fields=["removed_at"])
        AuditLine.objects.filter(company_id=company.id).delete()
        note(by, f"Deleted the company {company.name} with all that happened on it.", company)
