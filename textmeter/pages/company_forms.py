"""What is typed about a company: its name, its zone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from textmeter.accounts.companies import LONGEST_NAME
from textmeter.lib.days import known_zones
from textmeter.lib.zone_names import is_its_city, near_zones
from textmeter.lib.zone_places import zones_of_city
from textmeter.lib.zone_suggestions import Suggestion, zone_of, zone_suggestions
from textmeter.pages.dates import locale_of_words
from textmeter.pages.formats import either
from textmeter.pages.language import gettext as _
from textmeter.pages.language import gettext_lazy


class CompanyNameField(forms.CharField):
    def __init__(self) -> None:
        super().__init__(
            max_length=LONGEST_NAME,
            error_messages={
                "required": gettext_lazy("Type the company’s name."),
                "max_length": gettext_lazy("Shorten the name to %(limit_value)d characters."),
            },
        )

    def clean(self, value: Any) -> str:
        name = str(super().clean(value))
        if not name.isprintable():
            raise ValidationError(_("Write the name on one line, without control characters."))
        return name


LONGEST_ZONE = 64


class ZoneField(forms.CharField):
    """An IANA zone, in whatever case it is typed, a former name of it, its whole suggestion, or the city
    alone that it is named after."""

    def __init__(self) -> None:
        super().__init__(
            max_length=LONGEST_ZONE,
            error_messages={"required": gettext_lazy("Choose a time zone, such as America/New_York.")},
        )

    def clean(self, value: Any) -> str:
        typed = str(super().clean(zone_of(str(value or ""), locale_of_words()) or value))
        if typed in known_zones():
            return typed
        near = near_zones(typed)
        if len(near) == 1 and (near[0].casefold() == typed.casefold() or is_its_city(typed, near[0])):
            return near[0]
        # There is another Birmingham: so it is asked, however sure it looks.
        is_city = len(near) == 1 and zones_of_city(typed)
        words = _("“%(typed)s” is a city.") if is_city else _("“%(typed)s” is not the name of a time zone.")
        wrong = words % {"typed": typed}
        if near:
            hint = _("Did you mean %(zone)s?") % {"zone": either(near)}
        else:
            hint = _("Type a larger city nearby, a state or a country, and choose from the list.")
        raise ValidationError(f"{wrong} {hint}")


def zones_to_suggest() -> tuple[Suggestion, ...]:
    """Under the names that the reader knows them by."""
    return zone_suggestions(locale_of_words())


class ZoneForm(forms.Form):
    time_zone = ZoneField()

    def zones_meant(self) -> list[str]:
        """Those to choose from where what was typed is no zone."""
        typed = str(self.data.get("time_zone", ""))[:LONGEST_ZONE]
        return near_zones(typed) if "time_zone" in self.errors else []


class CompanyForm(ZoneForm):
    name = CompanyNameField()

    field_order = ("name", "time_zone")


class NameForm(forms.Form):
    name = CompanyNameField()
