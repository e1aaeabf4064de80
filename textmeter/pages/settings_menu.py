"""The left menu under Settings: what is the company's, the installation's, and one's own."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from django.urls import reverse

from textmeter.accounts.access import companies_for_reading
from textmeter.accounts.models import Company, Role, User
from textmeter.pages.language import gettext as _
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
            ("company", _("Company"), reverse("settings", args=[company.id])),
            ("connections", _("Connections"), reverse("connections", args=[company.id])),
        ]
        if company
        else []
    )
    if company and is_admin:
        of_company.append(("import", _("Import"), reverse("imports", args=[company.id])))
        label = _("Quarantine (%(count)s)") % {"count": waiting} if waiting else _("Quarantine")
        of_company.append(("quarantine", label, reverse("quarantine", args=[company.id])))
    of_all = [
        ("companies", _("Companies"), reverse("all_companies")),
        ("people", _("People"), reverse("people")),
        ("sample", _("Sample data"), reverse("sample")),
        ("changes", _("Changes"), reverse("changes")),
        ("health", _("Health"), reverse("health") + (f"?company={company.id}" if company else "")),
    ]
    groups = [(_("This company"), of_company)]
    if is_admin:
        groups.append((_("Whole installation"), of_all))
    groups.append((_("You"), [("you", _("Your account"), reverse("own_page"))]))
    return tuple(
        Group(title, tuple(Entry(label, href, key == here) for key, label, href in entries))
        for title, entries in groups
        if entries
    )
