"""What is typed about a connection."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from textmeter.intake.connections import BadConnection, checked_account_sid

_TOKEN_WORDS = {
    "required": "Paste the auth token. It stands in Twilio’s console under “Account Info”, behind “Show”.",
    "max_length": "This is longer than an auth token. Copy only the token.",
}


class AccountSidField(forms.CharField):
    def __init__(self) -> None:
        words = {"required": "Paste the account SID. It stands in Twilio’s console and begins with AC."}
        super().__init__(max_length=200, error_messages=words)

    def clean(self, value: Any) -> str:
        given = str(super().clean(value))
        try:
            return checked_account_sid(given)
        except BadConnection:
            raise ValidationError(
                "An account SID is AC and 32 digits of 0–9 and a–f after it; this has "
                f"{len(given)} signs{'' if given.startswith('AC') else ' and begins otherwise'}. Copy "
                "it again from "
                "Twilio’s console."
            ) from None


class ConnectionForm(forms.Form):
    account_sid = AccountSidField()
    auth_token = forms.CharField(max_length=200, error_messages=_TOKEN_WORDS)

    def clean_auth_token(self) -> str:
        return one_word(self.cleaned_data["auth_token"])


class SecretForm(forms.Form):
    auth_token = forms.CharField(max_length=200, error_messages=_TOKEN_WORDS)

    def clean_auth_token(self) -> str:
        return one_word(self.cleaned_data["auth_token"])


def one_word(token: str) -> str:
    if not token.isascii() or not token.isprintable() or " " in token:
        raise ValidationError("An auth token has no spaces and only letters and digits. Copy it again.")
    return token


class TypedForm(forms.Form):
    """What can't be undone is done only by who types `wanted`."""

    typed = forms.CharField(required=False, max_length=300)

    def __init__(self, wanted: str, *args: Any, done: str = "deleted") -> None:
        super().__init__(*args)
        self.wanted, self._done = wanted, done

    def clean_typed(self) -> str:
        if " ".join(self.cleaned_data["typed"].split()) != " ".join(self.wanted.split()):
            raise ValidationError(f"Type {self.wanted} to confirm. Nothing was {self._done}.")
        return str(self.cleaned_data["typed"])
