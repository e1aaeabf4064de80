"""A customer in a list: name, number and place, and whom a tap on the number calls. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from textmeter.lib.phone import can_be_called, national
from textmeter.pages.formats import city_and_state
from textmeter.pages.language import gettext as _


@dataclass(frozen=True, slots=True)
class Who:
    """`name`: the customer's, the number in national form, or that it was withheld. `number`: the same form
    again, beneath a name alone. `about`: what else is known or not. `tel`: the number as E.164 where it can
    be called."""

    name: str
    number: str
    about: str
    tel: str


def who(name: str, number: str, city: str, state: str) -> Who:
    """`number`: E.164 or as it came; empty where the caller withheld it."""
    shown, place = national(number) if number else "", city_and_state(city, state)
    unknown = _("No name yet") if number else _("The caller withheld the number")
    return Who(
        name=name or shown or _("Number withheld"),
        number=shown if name else "",
        about=place if name else " · ".join(filter(None, (unknown, place))),
        tel=number if can_be_called(number) else "",
    )
