"""What people type about a tracking number, and what is wrong with it."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from textmeter.accounts.models import Company
from textmeter.lib.days import instant_of, to_ms
from textmeter.lib.phone import tracking_number
from textmeter.pages.language import gettext as _
from textmeter.pages.language import gettext_lazy
from textmeter.pages.number_loops import destinations_of, leads_back

LONGEST = 200
_NOT_A_NUMBER = gettext_lazy(
    "“%(given)s” is not a phone number. Write it like (404) 555-0180 or +14045550180."
)
FIRST_DAY, LAST_DAY = date(1971, 1, 1), date(2099, 12, 31)


def one_line(given: str) -> str:
    """Without line ends and doubled spaces."""
    return " ".join(given.split())


def e164(given: str) -> str:
    """The number as E.164. Raises forms.ValidationError that says how one looks."""
    number = tracking_number(given)
    if number is None:
        raise forms.ValidationError(_NOT_A_NUMBER % {"given": given[:40]})
    return number


class OneLine(forms.CharField):
    """A text of one line; what can't be printed is refused."""

    def to_python(self, value: Any) -> str:
        return one_line(super().to_python(value) or "")

    def validate(self, value: Any) -> None:
        super().validate(value)
        if not value.isprintable():
            raise forms.ValidationError(_("This has signs that can’t be seen. Type it anew."))


class NumberForm(forms.Form):
    """A tracker but for its number. `number`: its own, to which calls may not go on, nor come back through
    other numbers of the company."""

    name = OneLine(
        max_length=LONGEST,
        error_messages={
            "required": gettext_lazy("Type a name. It stands beside every text of this number."),
            "max_length": gettext_lazy("Shorten it to %(limit_value)d characters."),
        },
    )
    source = OneLine(
        max_length=LONGEST,
        required=False,
        error_messages={"max_length": gettext_lazy("Shorten it to %(limit_value)d characters.")},
    )
    destination = OneLine(
        max_length=40, required=False, error_messages={"max_length": gettext_lazy("That is too long.")}
    )
    record_calls = forms.BooleanField(required=False)

    def __init__(self, *args: Any, company_id: int, number: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own_number, self.company_id = number, company_id

    def clean_destination(self) -> str:
        given = self.cleaned_data["destination"]
        number = e164(given) if given else ""
        if number and leads_back(self.own_number, number, destinations_of(self.company_id)):
            raise forms.ValidationError(_("Calls would come back to this number. Give another one, or none."))
        return number


class NewNumberForm(NumberForm):
    number = OneLine(
        max_length=40,
        error_messages={
            "required": gettext_lazy("Type the number that customers text and call."),
            "max_length": gettext_lazy(
                "“This” is not a phone number. Write it like (404) 555-0180 or +14045550180."
            ),
        },
    )
    field_order = ("number", "name", "source", "destination", "record_calls")

    def clean_number(self) -> str:
        self.own_number = e164(self.cleaned_data["number"])
        return self.own_number


class WithMoment(forms.Form):
    """When a hand-over is. `ways`: what may be chosen of it, "at" for a day and a time among them;
    `owns_from`: their instant (ms), None where another way was chosen."""

    begins = forms.ChoiceField(
        error_messages={
            "required": gettext_lazy("Choose from when on."),
            "invalid_choice": gettext_lazy("Choose one of the two."),
        },
    )
    day = forms.DateField(
        required=False,
        error_messages={"invalid": gettext_lazy("Write the date like 2026-03-04, or choose it.")},
    )
    clock = forms.TimeField(
        required=False,
        error_messages={"invalid": gettext_lazy("Write the time like 09:30, or leave it empty.")},
    )

    def __init__(self, *args: Any, zone: ZoneInfo, ways: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        field = self.fields["begins"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = ways

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        given["owns_from"] = None
        if given.get("begins") == "at" and not {"day", "clock"} & self.errors.keys():
            given["owns_from"] = instant(self, given.get("day"), given.get("clock"), self.zone)
        return given


class MomentForm(WithMoment):
    """When a hand-over within the company is to have been; `owns_from` None: never."""

    def __init__(self, *args: Any, is_over: bool, **kwargs: Any) -> None:
        never = [("never", _("It never was: take it back"))] if is_over else []
        super().__init__(*args, ways=[("at", _("It is at another moment")), *never], **kwargs)


class HandOverForm(NumberForm, WithMoment):
    """Who gets a number, and from when on. `companies`: those that it may go to; of one alone nothing is
    asked."""

    field_order = ("name", "source", "destination", "record_calls", "begins", "day", "clock", "company")
    company = forms.TypedChoiceField(
        coerce=int, error_messages={"invalid_choice": gettext_lazy("Choose a company from the list.")}
    )

    def __init__(self, *args: Any, companies: list[Company], **kwargs: Any) -> None:
        ways = [("now", _("From now on")), ("at", _("From another time on"))]
        super().__init__(*args, ways=ways, **kwargs)
        field = self.fields["company"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(str(each.id), each.name) for each in companies]
        self.only = companies[0].id if len(companies) == 1 else None
        field.required = self.only is None

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        given["company"] = self.only or given.get("company")
        has_time = given.get("day") is not None or given.get("clock") is not None
        if given.get("begins") == "now" and has_time:
            self.add_error(
                "begins", _("A day or time is filled in: choose “From another time on”, or empty it.")
            )
        return given


def instant(form: forms.Form, day: date | None, clock: time | None, zone: ZoneInfo) -> int | None:
    """In ms; midnight without a time. None: the form says why not."""
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        years = {"first": FIRST_DAY.year, "last": LAST_DAY.year}
        form.add_error("day", _("Choose a day from %(first)s to %(last)s.") % years)
        return None
    if clock is None:
        return to_ms(datetime.combine(day, time(), zone))
    at = instant_of(day, clock, zone)
    if at is None:
        form.add_error("clock", _("The clocks passed over this time on that day. Choose another one."))
    return at
