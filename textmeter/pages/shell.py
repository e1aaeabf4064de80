"""The frame around every signed-in page: who is here, in which company, and where they can go."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest
from django.urls import reverse

from textmeter.accounts.access import companies_for_reading
from textmeter.accounts.models import Company, Role, User
from textmeter.intake.set_aside import MOST_COUNTED, count_up_to
from textmeter.pages.language import gettext as _
from textmeter.pages.language import gettext_lazy

# More companies than this stand on a page of their own.
COMPANIES_IN_SWITCHER = 100
_LABELS = {
    "analytics": gettext_lazy("Analytics"),
    "numbers": gettext_lazy("Numbers"),
    "settings": gettext_lazy("Settings"),
    "help": gettext_lazy("Help"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the left bar."""

    key: str
    label: str
    icon: str
    href: str
    count: str = ""  # what waits there for the reader: "3", "999+"; empty: nothing
    count_label: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of the left menu, or a tab."""

    label: str
    href: str
    is_here: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Shell:
    user: User
    company: Company | None  # None: the user has none yet
    companies: tuple[Company, ...]  # what the switcher lists: only those that the user may read
    has_more_companies: bool
    section: str  # analytics, numbers, settings, help, or empty
    places: tuple[Place, ...]
    tabs: tuple[Entry, ...]
    menu: tuple[Group, ...]
    switch_query: str  # what another company's page keeps, with its question mark

    @property
    def section_label(self) -> str:
        return str(_LABELS.get(self.section, "Textmeter"))

    @property
    def menu_label(self) -> str:
        return self.tabs[0].label if self.tabs else self.section_label

    @property
    def menu_place(self) -> str:
        """`Texts › Text Conversations`: where one is, for the menu's compact form."""
        here = ((group.title, entry.label) for group in self.menu for entry in group.entries if entry.is_here)
        return " › ".join(next(here, (self.menu_label,)))

    @property
    def initials(self) -> str:
        return _initials(self.user.name) or _initials(self.user.email)


def _initials(words: str) -> str:
    """Of the first two words, whatever signs stand around them."""
    letters = [word[0] for word in re.findall(r"[^\W_][^\s@.]*", words)]
    return "".join(letters[:2]).upper()


def shell_for(
    request: HttpRequest,
    company: Company | None,
    section: str,
    *,
    query: str = "",
    switch_query: str = "",
    menu: Sequence[Group] = (),
    here: str = "text_conversations",
    waiting: str | None = None,
) -> Shell:
    """The frame for a page of `company` (None: the user's first one, for pages of no company).

    `section` is the lit entry of the left bar; `query` the log's query without "?", which links to the
    log keep; `switch_query` what the switcher keeps; `menu` a left menu of the page's own; `here` the lit
    entry of the left menu under Analytics; `waiting` what `set_aside` says, where the caller asked already.
    """
    user = cast(User, request.user)  # the sign-in middleware lets nobody else come here
    known = tuple(companies_for_reading(user)[: COMPANIES_IN_SWITCHER + 1])
    company = company or next(iter(known), None)
    log = _log_address(company, query)
    activity = section == "analytics" and company is not None
    return Shell(
        user=user,
        company=company,
        companies=known[:COMPANIES_IN_SWITCHER],
        has_more_companies=len(known) > COMPANIES_IN_SWITCHER,
        section=section,
        places=_places(user, company, log, set_aside(company, user) if waiting is None else waiting),
        tabs=(Entry(_("Activity"), log, True),) if activity else (),
        menu=_activity(company, log, here) if activity and company else tuple(menu),
        switch_query=f"?{switch_query}" if switch_query else "",
    )


def _log_address(company: Company | None, query: str) -> str:
    if company is None:
        return reverse("home")
    address = reverse("text_conversations", args=[company.id])
    return f"{address}?{query}" if query else address


@dataclass(frozen=True, slots=True)
class Waits:
    """How many deliveries wait in quarantine: `3`, `999+`; empty: none. `label`: `3 in quarantine`."""

    count: str

    @property
    def label(self) -> str:
        return _("%(count)s in quarantine") % {"count": self.count}


def set_aside(company: Company | None, user: User) -> str:
    """How many deliveries wait in quarantine, for admins: `3`, `999+`; for others, and of none, empty."""
    if company is None or user.role != Role.ADMIN:
        return ""
    count = count_up_to(company.id)
    return f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else str(count or "")


# The pages under Activity, by the names of their addresses.
LISTS = {
    "all_calls": gettext_lazy("All calls"),
    "missed_calls": gettext_lazy("Missed calls"),
    "text_conversations": gettext_lazy("Text Conversations"),
    "customers": gettext_lazy("All customers"),
}


def _activity(company: Company, log: str, here: str) -> tuple[Group, ...]:
    """The left menu under Activity."""

    def entry(name: str, address: str = "") -> Entry:
        return Entry(str(LISTS[name]), address or reverse(name, args=[company.id]), here == name)

    return (
        Group(_("Calls"), (entry("all_calls"), entry("missed_calls"))),
        Group(_("Texts"), (entry("text_conversations", log),)),
        Group(_("Customers"), (entry("customers"),)),
    )


def _places(user: User, company: Company | None, log: str, quarantine: str) -> tuple[Place, ...]:
    """Analytics, Numbers, Settings, Help; without a company only the help, and for admins the settings."""
    help_page = Place("help", _("Help"), "help", reverse("learn_texting"))
    if company is None and user.role == Role.ADMIN:
        return Place("settings", _("Settings"), "settings", reverse("all_companies")), help_page
    if company is None:
        return (help_page,)
    return (
        Place("analytics", _("Analytics"), "chart", log),
        Place("numbers", _("Numbers"), "hash", reverse("numbers", args=[company.id])),
        Place(
            *("settings", _("Settings"), "settings"),
            reverse("settings", args=[company.id]),
            quarantine,
            Waits(quarantine).label,
        ),
        help_page,
    )
