"""The left menu under Settings: for admins, who see the whole installation beside their companies."""

from __future__ import annotations

from django.urls import reverse

from textmeter.accounts.models import Company, Role, User
from textmeter.pages.shell import Entry, Group, set_aside


def settings_menu(user: User, company: Company | None, here: str) -> tuple[Group, ...]:
    """`here`: the lit entry, company, quarantine or health. The company stays the one that the bars are
    about."""
    if user.role != Role.ADMIN:
        return ()
    health = reverse("health") + (f"?company={company.id}" if company else "")
    entries = [Entry("Health", health, here == "health")]
    if company:
        entries.insert(0, Entry("Company", reverse("settings", args=[company.id]), here == "company"))
        count = set_aside(company, user)
        label = f"Quarantine ({count})" if count else "Quarantine"
        entries.insert(1, Entry(label, reverse("quarantine", args=[company.id]), here == "quarantine"))
    return (Group("Settings", tuple(entries)),)
