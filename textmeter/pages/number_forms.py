"""What is typed about a tracking number."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from textmeter.pages.language import gettext as _
from textmeter.pages.language import gettext_lazy
from textmeter.pages.tracker_forms import e164


class PhoneField(forms.CharField):
    """Answers E.164; empty where nothing is typed and nothing has to be."""

    def clean(self, value: Any) -> str:
        typed = str(super().clean(value))
        return e164(typed) if typed else ""


class LineField(forms.CharField):
    def clean(self, value: Any) -> str:
        typed = str(super().clean(value))
        if not typed.isprintable():
            raise ValidationError(_("Write it on one line, without control characters."))
        return typed


class NumberForm(forms.Form):
    number = PhoneField(max_length=40, error_messages={"required": gettext_lazy("Type the tracking number.")})
    name = LineField(
        max_length=200,
        error_messages={"required": gettext_lazy("Give the number a name, such as Google Ads.")},
    )
    source = LineField(max_length=200, required=False)
    destination = PhoneField(max_length=40, required=False)
