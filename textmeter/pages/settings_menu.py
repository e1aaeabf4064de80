"""The left menu under Settings: what is the company's, the installation's, and one's own."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from django.urls import reverse

from textmeter.accounts.access import companies_for_reading
from textmeter.accounts.models import Company, Role, User
from textmeter.pages.shell import Entry, Group, Shell, set_aside, shell_for


def settings_shell(request: HttpRequest, company: Company | None, here: str) -> Shell:
    """The frame of a page of the settings. `company` None: the page is of none, and the bars are about the
    user's first one. `here`: the lit entry of the menu: company, connections, import, quarantine, companies,
    people, sample, changes, health or you."""
    user = cast(User, request.user)
    place = company or companies_for_reading(user).first()
    waiting = set_aside(place, user)
    menu = _menu(user, place, here, waiting)
    return shell_for(request, place, "settings", menu=menu, waiting=waiting)


def _menu(user: User, company: Company | None, here: str, waiting: str) -> tuple[Group, ...]:
    """The company stays the one that the bars are about."""
    is_admin = user.role == Role.ADMIN
    of_company = (
        [
            ("company", "Company", reverse("settings", args=[company.id])),
            ("connections", "Connections", reverse("connections", args=[company.id])),
        ]
        if company
        else []
    )
    if company and is_admin:
        of_company.append(("import", "Import", reverse("imports", args=[company.id])))
        label = f"Quarantine ({waiting})" if waiting else "Quarantine"
        of_company.append(("quarantine", label, reverse("quarantine", args=[company.id])))
    of_all = [
        ("companies", "Companies", reverse("all_companies")),
        ("people", "People", reverse("people")),
        ("sample", "Sample data", reverse("sample")),
        ("changes", "Changes", reverse("changes")),
        ("health", "Health", reverse("health") + (f"?company={company.id}" if company else "")),
    ]
    groups = [("This company", of_company)]
    if is_admin:
        groups.append(("Whole installation", of_all))
    groups.append(("You", [("you", "Your account", reverse("own_page"))]))
    return tuple(
        Group(title, tuple(Entry(label, href, key == here) for key, label, href in entries))
        for title, entries in groups
        if entries
    )
