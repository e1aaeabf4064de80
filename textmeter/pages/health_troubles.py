"""What is wrong with the installation, the worst first, each with what to do. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from textmeter.intake.locked import WHAT_TO_DO, why
from textmeter.lib.machine import Disk
from textmeter.pages.formats import duration, plural, size
from textmeter.pages.health_facts import Facts

BEHIND_MS = 60_000
LEAST_FREE = 0.05
LEAST_FREE_BYTES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Trouble:
    """`kind`: bad or warn. `href`: where on the page more is said; empty: nowhere."""

    kind: str
    title: str
    advice: str
    href: str = ""


def troubles(facts: Facts) -> list[Trouble]:
    return sorted(_all(facts), key=lambda one: one.kind != "bad")


def _all(facts: Facts) -> Iterator[Trouble]:
    if not facts.has_worker:
        yield Trouble(
            "bad",
            "The worker is not running.",
            "What carriers deliver is kept, but not applied: pages don’t show it. Start the server again, "
            "or, where workers run apart, start one of them.",
        )
    if facts.oldest is not None and facts.now - facts.oldest > BEHIND_MS:
        yield Trouble(
            "bad",
            f"The oldest delivery has been waiting for {duration(facts.now - facts.oldest)}.",
            "The worker has more to do than it can, or the database refuses it: the server’s log says which.",
        )
    if facts.locked:
        title, advice = (text.replace("'", "’") for text in (why(len(facts.locked)), WHAT_TO_DO))
        yield Trouble("bad", title, advice, "#companies")
    if is_short(facts.disk):
        yield Trouble(
            "bad",
            f"{size(facts.disk.free)} are free on the disk.",
            "When it is full no delivery can be kept. Make room, or move the data folder to a larger disk.",
        )
    if count := sum(facts.quarantine.values()):
        yield Trouble(
            "warn",
            f"{plural(count, 'delivery waits', 'deliveries wait')} in quarantine.",
            "Nothing of it is lost. Below stands why, and what to do.",
            "#quarantine",
        )
    if facts.quiet:
        yield Trouble(
            "warn",
            f"{plural(facts.quiet, 'number has', 'numbers have')} been quiet longer than usual.",
            "Send a text to it from your own phone. When it doesn’t arrive here, look at the number’s "
            "webhook address at the carrier.",
            "#companies",
        )
    if count := _never_heard(facts):
        yield Trouble(
            "warn",
            f"{plural(count, 'connection has', 'connections have')} never been heard.",
            "The page Settings of its company has the webhook addresses; enter them at the carrier.",
            "#companies",
        )


def is_short(disk: Disk) -> bool:
    return disk.free < max(LEAST_FREE_BYTES, int(disk.total * LEAST_FREE))


def _never_heard(facts: Facts) -> int:
    return sum(
        at is None and not connection.is_sample
        for company in facts.companies
        for connection, at in company.connections
    )
