"""What is wrong with the installation, the worst first, each with what to do. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from textmeter.intake.locked import why
from textmeter.lib.machine import Disk
from textmeter.pages.formats import duration, plural, size
from textmeter.pages.health_facts import Facts
from textmeter.pages.language import gettext as _
from textmeter.pages.said import said

BEHIND_MS = 60_000
LEAST_FREE = 0.05
LEAST_FREE_BYTES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Trouble:
    """`kind`: bad or warn. `href`: where it is mended, or more is said; empty: nowhere. `link`: its words;
    empty: that it is shown."""

    kind: str
    title: str
    advice: str
    href: str = ""
    link: str = ""


def troubles(facts: Facts) -> list[Trouble]:
    return [*_failures(facts), *_warnings(facts)]


def _failures(facts: Facts) -> Iterator[Trouble]:
    if not facts.has_worker:
        yield Trouble(
            "bad",
            _("The worker is not running."),
            _(
                "What carriers deliver is kept, but not applied: pages don’t show it. Start the server "
                "again, or, where workers run apart, start one of them."
            ),
        )
    if facts.oldest is not None and facts.now - facts.oldest > BEHIND_MS:
        yield Trouble(
            "bad",
            _("The oldest delivery has been waiting for %(duration)s.")
            % {"duration": duration(facts.now - facts.oldest)},
            _(
                "The worker has more to do than it can, or the database refuses it: the server’s log "
                "says which."
            ),
        )
    if facts.locked:
        yield Trouble(
            "bad",
            said(why(len(facts.locked))),
            _(
                "Put the key back that was used before (TEXTMETER_SECRET_KEY, or secret.key in the data "
                "folder), or open each such connection and enter its auth token anew."
            ),
            "#companies",
        )
    if is_short(facts.disk):
        yield Trouble(
            "bad",
            _("%(size)s are free on the disk.") % {"size": size(facts.disk.free)},
            _(
                "When it is full no delivery can be kept. Make room, or move the data folder to a "
                "larger disk."
            ),
        )


def _warnings(facts: Facts) -> Iterator[Trouble]:
    if count := facts.quarantined:
        yield Trouble(
            "warn",
            plural(
                count, "%(count)s delivery waits in quarantine.", "%(count)s deliveries wait in quarantine."
            ),
            _("Nothing of it is lost. Below stands why, with the way to where it is mended."),
            "#quarantine",
        )
    if facts.quiet:
        yield Trouble(
            "warn",
            plural(
                facts.quiet,
                "%(count)s number has been quiet longer than usual.",
                "%(count)s numbers have been quiet longer than usual.",
            ),
            _(
                "Send a text to it from your own phone. When it doesn’t arrive here, look at the number’s "
                "webhook address at the carrier."
            ),
            "#companies",
        )
    if silent := facts.never_heard:
        yield Trouble(
            "warn",
            plural(
                len(silent),
                "%(count)s connection has never been heard.",
                "%(count)s connections have never been heard.",
            ),
            _("Its page has the addresses that are to be entered at the carrier, and tests the way."),
            reverse("connection", args=[silent[0].company_id, silent[0].id])
            if len(silent) == 1
            else "#companies",
            _("Open the connection") if len(silent) == 1 else "",
        )


def is_short(disk: Disk) -> bool:
    return disk.free < max(LEAST_FREE_BYTES, int(disk.total * LEAST_FREE))
