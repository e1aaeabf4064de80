"""What is typed about a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from textmeter.accounts.addresses import checked_address
from textmeter.accounts.models import Company, Role, User
from textmeter.accounts.people import BadPerson
from textmeter.pages.language import gettext as _
from textmeter.pages.language import gettext_lazy
from textmeter.pages.said import why

ROLE_WORDS = {
    Role.REPORTING.value: gettext_lazy("Reads and exports the companies below."),
    Role.MANAGER.value: gettext_lazy(
        "Also gives names to customers, adds and changes numbers, and sets where their calls go and whether "
        "they are recorded."
    ),
    Role.ADMIN.value: gettext_lazy("Does everything, in every company."),
}


class NameField(forms.CharField):
    def __init__(self) -> None:
        super().__init__(
            max_length=200,
            required=False,
            error_messages={"max_length": gettext_lazy("Shorten the name to 200 characters.")},
        )

    def clean(self, value: Any) -> str:
        name = str(super().clean(value))
        if not name.isprintable():
            raise ValidationError(_("Write the name on one line, without control characters."))
        return name


class PersonForm(forms.Form):
    """Of someone who is there. `known`: the companies that can be chosen."""

    name = NameField()
    role = forms.ChoiceField(
        choices=[(role.value, role.label) for role in (Role.REPORTING, Role.MANAGER, Role.ADMIN)],
        error_messages={
            "required": gettext_lazy("Choose a role."),
            "invalid_choice": gettext_lazy("Choose one of the three roles."),
        },
    )
    company_ids = forms.TypedMultipleChoiceField(
        coerce=int,
        required=False,
        error_messages={
            "invalid_choice": gettext_lazy("One of these companies is no longer there. Choose again.")
        },
    )
    is_active = forms.BooleanField(required=False)

    def __init__(self, known: Sequence[Company], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._known = {company.id: company for company in known}
        field: Any = self.fields["company_ids"]
        field.choices = [(company.id, company.name) for company in known]

    def chosen(self) -> list[Company]:
        return [self._known[id] for id in self.cleaned_data["company_ids"]]


class AddressField(forms.CharField):
    """`missing`: what is said when nothing was typed."""

    def __init__(self, missing: Any) -> None:
        super().__init__(error_messages={"required": missing})

    def clean(self, value: Any) -> str:
        try:
            return checked_address(str(super().clean(value)))
        except BadPerson as error:
            raise ValidationError(why(error)) from None


class NewPersonForm(PersonForm):
    email = AddressField(gettext_lazy("Type the email address that they will sign in with."))


class AddressForm(forms.Form):
    email = AddressField(gettext_lazy("Type the new email address."))


class OwnAddressForm(AddressForm):
    password = forms.CharField(
        strip=False, error_messages={"required": gettext_lazy("Type your current password.")}
    )

    def __init__(self, whose: User, *args: Any) -> None:
        super().__init__(*args)
        self._whose = whose

    def clean_password(self) -> str:
        given = str(self.cleaned_data["password"])
        if not self._whose.check_password(given):
            raise ValidationError(_("This is not your current password."))
        return given


class OwnNameForm(forms.Form):
    name = NameField()
