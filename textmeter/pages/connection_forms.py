"""What is typed about a connection."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from textmeter.carriers.twilio_token import bare, no_token, odd_token
from textmeter.intake.connections import BadConnection, checked_account_sid
from textmeter.pages.language import gettext as _
from textmeter.pages.language import gettext_lazy
from textmeter.pages.said import said

_TOKEN_WORDS = {
    "required": gettext_lazy(
        "Paste the auth token. It stands in Twilio’s console under “Account Info”, behind “Show”."
    ),
    "max_length": gettext_lazy("This is longer than an auth token. Copy only the token."),
}


class AccountSidField(forms.CharField):
    def __init__(self) -> None:
        words = {
            "required": gettext_lazy(
                "Paste the account SID. It stands in Twilio’s console and begins with AC."
            )
        }
        super().__init__(max_length=200, error_messages=words)

    def clean(self, value: Any) -> str:
        given = str(super().clean(value))
        try:
            return checked_account_sid(given)
        except BadConnection:
            raise ValidationError(_no_sid(given)) from None


def _no_sid(given: str) -> str:
    if given.startswith("AC"):
        words = _(
            "An account SID is AC and 32 digits of 0–9 and a–f after it, 34 characters together; this has "
            "%(count)s. Copy it again from Twilio’s console."
        )
    else:
        words = _(
            "An account SID is AC and 32 digits of 0–9 and a–f after it, 34 characters together; this has "
            "%(count)s and begins otherwise. Copy it again from Twilio’s console."
        )
    return words % {"count": len(given)}


class AuthTokenField(forms.CharField):
    def __init__(self) -> None:
        super().__init__(max_length=200, error_messages=_TOKEN_WORDS)

    def clean(self, value: Any) -> str:
        token = str(super().clean(bare(str(value or ""))))
        trouble = no_token(token) or odd_token(token)
        if trouble:
            raise ValidationError(said(trouble))
        return token


class ConnectionForm(forms.Form):
    account_sid = AccountSidField()
    auth_token = AuthTokenField()


class SecretForm(forms.Form):
    auth_token = AuthTokenField()


class TypedForm(forms.Form):
    """What can't be undone is done only by who types `wanted`. Capitals that a phone sets, and quotes and
    dashes that a keyboard has no keys for, make no difference."""

    typed = forms.CharField(required=False, max_length=300)

    def __init__(self, wanted: str, *args: Any) -> None:
        super().__init__(*args)
        self.wanted = wanted

    def clean_typed(self) -> str:
        if _as_typed(self.cleaned_data["typed"]) != _as_typed(self.wanted):
            raise ValidationError(_("Type %(wanted)s to confirm.") % {"wanted": self.wanted})
        return str(self.cleaned_data["typed"])


_PLAIN = str.maketrans(dict.fromkeys("‘’‚", "'") | dict.fromkeys("“”„«»", '"') | dict.fromkeys("‐–—", "-"))


def _as_typed(words: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", words).translate(_PLAIN).casefold().split())
