"""The page Health: whether the installation hears its carriers and keeps up, for admins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from textmeter.accounts.access import companies_for_reading, company_for_reading, installation_for_admins
from textmeter.accounts.models import Company
from textmeter.lib.days import local, now_ms, zone
from textmeter.lib.phone import national
from textmeter.pages.formats import ago, decimal, iso, latest, number, plural
from textmeter.pages.health_facts import CompanyFacts, Facts, gather
from textmeter.pages.health_troubles import troubles
from textmeter.pages.language import gettext as _
from textmeter.pages.quarantine_words import mending, reason_label
from textmeter.pages.settings_menu import settings_shell
from textmeter.reports.number_health import NumberHealth
from textmeter.reports.quiet import Silence

COMPANIES_ON_A_PAGE = 25
# More numbers than these are folded away, but for the quiet ones.
NUMBERS_IN_SIGHT = 12
# So many companies are named beside a reason of quarantine; all of them stand below.
COMPANIES_OF_A_REASON = 5


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was last heard; empty strings: never."""

    at: str = ""
    iso: str = ""
    ago: str = ""


@dataclass(frozen=True, slots=True)
class SetApart:
    """A reason why deliveries are in quarantine. `places`: the company, how many of its are, and where they
    are mended."""

    label: str
    count: int
    mending: str
    places: tuple[tuple[str, int, str], ...]
    more: int  # companies that aren't named


@dataclass(frozen=True, slots=True)
class ConnectionRow:
    href: str
    carrier: str
    account: str
    is_sample: bool
    is_locked: bool
    heard: Moment


@dataclass(frozen=True, slots=True)
class NumberRow:
    name: str
    number: str
    href: str  # its texts
    heard: Moment
    usual: str  # "12 a week"; empty: nothing is usual
    state: str  # a Silence, or "calls"


@dataclass(frozen=True, slots=True)
class Section:
    """A company. `folded`: the numbers that are there for whoever looks for them."""

    company: Company
    settings: str
    quarantine: str  # empty: nothing is there
    sums: tuple[str, ...]
    connections: tuple[ConnectionRow, ...]
    numbers: tuple[NumberRow, ...]
    folded: tuple[NumberRow, ...]


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """`company`: which one the bars are about. `after`: the company after which the page begins."""
    user = installation_for_admins(request)
    asked = request.GET.get("company", "")
    place = company_for_reading(request, int(asked)) if asked.isascii() and asked.isdigit() else None
    everyone = list(companies_for_reading(user))
    begin = _place_after(everyone, request.GET.get("after", ""))
    shown = everyone[begin : begin + COMPANIES_ON_A_PAGE]
    facts = gather(shown, now_ms())
    place = place or next(iter(everyone), None)
    context = {
        "shell": settings_shell(request, place, "health"),
        "facts": facts,
        "zone": place.zone if place else zone("UTC"),
        "troubles": troubles(facts),
        "quarantine": _set_apart(facts, {one.id: one.name for one in everyone}),
        "sections": [_section(each, facts) for each in facts.companies],
        "first": begin + 1,
        "companies": len(everyone),
        "next": _address(place, shown[-1]) if begin + len(shown) < len(everyone) else "",
        "start": _address(place, None) if begin else "",
    }
    return render(request, "health.html", context)


def _place_after(everyone: Sequence[Company], after: str) -> int:
    """0, the first page, where that company is no more."""
    return next((place + 1 for place, each in enumerate(everyone) if str(each.id) == after), 0)


def _address(place: Company | None, after: Company | None) -> str:
    query = {"company": place.id if place else None, "after": after.id if after else None}
    return f"{reverse('health')}?{urlencode({key: value for key, value in query.items() if value})}"


def _set_apart(facts: Facts, names: Mapping[int, str]) -> list[SetApart]:
    """A company that is being removed has no page any more."""
    found = []
    for reason, counts in facts.quarantine.items():
        known = Counter({id: count for id, count in counts.items() if id in names})
        places = tuple(
            (names[id], count, f"{reverse('quarantine', args=[id])}#{reason}")
            for id, count in known.most_common(COMPANIES_OF_A_REASON)
        )
        more = len(known) - len(places)
        found.append(SetApart(reason_label(reason), counts.total(), mending(reason), places, more))
    return found


def _section(facts: CompanyFacts, everywhere: Facts) -> Section:
    company, now = facts.company, everywhere.now
    rows = sorted(
        (_number(company, one, now) for one in facts.numbers), key=lambda row: row.state != Silence.QUIET
    )
    quiet = sum(row.state == Silence.QUIET for row in rows)
    in_sight = len(rows) if len(rows) <= NUMBERS_IN_SIGHT else quiet
    sums = (
        plural(len(rows), "%(count)s number", "%(count)s numbers"),
        _("%(count)s waiting") % {"count": number(facts.waiting)} if facts.waiting else "",
        _("%(count)s in quarantine") % {"count": number(facts.quarantined)} if facts.quarantined else "",
    )
    return Section(
        company=company,
        settings=reverse("settings", args=[company.id]),
        quarantine=reverse("quarantine", args=[company.id]) if facts.quarantined else "",
        sums=tuple(each for each in sums if each),
        connections=tuple(
            ConnectionRow(
                reverse("connection", args=[company.id, one.id]),
                one.carrier.title(),
                one.account_sid,
                one.is_sample,
                one.id in everywhere.locked,
                _moment(at, company, now),
            )
            for one, at in facts.connections
        ),
        numbers=tuple(rows[:in_sight]),
        folded=tuple(rows[in_sight:]),
    )


def _number(company: Company, one: NumberHealth, now: int) -> NumberRow:
    log = reverse("text_conversations", args=[company.id])
    is_calls_only = one.tracker.why_it_cannot_text is not None and one.silence != Silence.HANDED_OVER
    return NumberRow(
        name=one.tracker.name,
        number=national(one.tracker.number),
        href=f"{log}?{urlencode({'numbers': one.tracker.id})}",
        heard=_moment(one.last_at, company, now),
        usual=_usual(one.per_week) if one.silence in (Silence.USUAL, Silence.QUIET) else "",
        state="calls" if is_calls_only else str(one.silence),
    )


def _usual(per_week: float) -> str:
    if per_week == 0:
        return ""
    return _("%(count)s a week") % {"count": decimal(per_week, 0 if per_week >= 1.5 else 1)}


def _moment(at: int | None, company: Company, now: int) -> Moment:
    if at is None:
        return Moment()
    today = local(now, company.zone).date()
    return Moment(latest(at, company.zone, today), iso(at, company.zone), ago(now - at))
