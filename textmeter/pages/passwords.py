"""A password that is chosen twice, as several forms ask for it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from textmeter.accounts.models import User
from textmeter.pages.language import gettext as _
from textmeter.pages.language import gettext_lazy


class PasswordForm(forms.Form):
    password = forms.CharField(strip=False, error_messages={"required": gettext_lazy("Choose a password.")})
    password_again = forms.CharField(
        strip=False, error_messages={"required": gettext_lazy("Type the password again.")}
    )

    def person(self, given: dict[str, Any]) -> User:
        """Whose password it is to be: it must not be like their name or address."""
        return User()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        password = given.get("password")
        if password and "password_again" in given and password != given["password_again"]:
            self.add_error("password_again", _("The two passwords differ. Type the same one twice."))
        if password:
            try:
                validate_password(password, self.person(given))
            except ValidationError as error:
                self.add_error("password", error)
        return given
