"""What is said in one dialogue: the gaps of its lines filled, the same all through."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from random import Random

from textmeter.sample.dialogues import Line
from textmeter.sample.people import Person
from textmeter.sample.practice import AGENT_SHARES, AGENTS, DOCTORS, INSURANCES, next_open_day

_TIMES = (
    "8:30 AM",
    "9:00 AM",
    "9:15 AM",
    "10:00 AM",
    "10:30 AM",
    "11:00 AM",
    "11:45 AM",
    "1:00 PM",
    "1:30 PM",
    "2:15 PM",
    "3:00 PM",
    "3:30 PM",
    "4:00 PM",
)
OPTED_OUT = (
    "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe."
)
OPTED_IN = (
    "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
    "Reply STOP to unsubscribe. Msg&Data Rates May Apply."
)
CLOSED = (
    "Thanks for texting Piedmont Dental! We’re closed right now and will answer as soon as we open. "
    "For an emergency please call us and press 2."
)
MISSED = "Sorry we missed your call to Piedmont Dental! Text us here and we’ll get right back to you."


class Words:
    """The words of one dialogue with one customer, begun on `day`, answered by `agent`."""

    def __init__(self, rng: Random, who: Person, day: date) -> None:
        self.agent = rng.choices(AGENTS, AGENT_SHARES)[0]
        self._rng = rng
        first_day, second_day, next_day = _days(day, rng.randrange(3), rng.randrange(1, 4))
        times = rng.sample(_TIMES, 2)
        first = who.first_name
        self._gaps = {
            "hi": f"Hi {first}!" if who.is_named else "Hi there!",
            "thanks": f"Thanks, {first}" if who.is_named else "Thank you",
            "first": first,
            "name": who.name,
            "agent": self.agent.partition(" ")[0],
            "doctor": rng.choice(DOCTORS),
            "day": first_day,
            "day2": second_day,
            "nextday": next_day,
            "time": times[0],
            "time2": times[1],
            "insurance": rng.choice(INSURANCES),
            "child": rng.choice(("son", "daughter")),
            "age": str(rng.randint(3, 11)),
            "partner": rng.choice(("husband", "wife")),
            "minutes": rng.choice(("5", "10", "10", "15", "20")),
            "amount": f"{rng.randint(38, 480)}.{rng.choice(('00', '50', '20', '75'))}",
            "birthday": f"{rng.randint(1, 12)}/{rng.randint(1, 28)}/{rng.randint(1958, 2003)}",
        }

    def of(self, line: Line) -> str:
        return self._rng.choice(line.ways).format_map(self._gaps)


def segments(body: str) -> int:
    """About how many segments a carrier would count: 160 plain characters, 70 others."""
    alone, joined = (160, 153) if body.isascii() else (70, 67)
    return 1 if len(body) <= alone else -(-len(body) // joined)


@lru_cache(maxsize=4096)
def _days(day: date, ahead: int, between: int) -> tuple[str, str, str]:
    """Two working days to offer, and the next one: by their names, as people write them."""
    soon = next_open_day(day)
    first = soon
    for _ in range(ahead + 1):
        first = next_open_day(first)
    second = first
    for _ in range(between):
        second = next_open_day(second)
    tomorrow = "tomorrow" if soon == day + timedelta(days=1) else f"{soon:%A}"
    name = f"{second:%A}" if second.weekday() != first.weekday() else f"{second:%B} {second.day}"
    return f"{first:%A}", name, tomorrow
