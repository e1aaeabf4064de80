"""What was put into English words below the pages, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext, ngettext

from textmeter.lib.phone import why_it_cannot_text
from textmeter.lib.sentences import Sentence, Value
from textmeter.pages.formats import number


def said(text: str) -> str:
    """A sentence by its pattern; what is none, such as somebody's name, as it is."""
    if not isinstance(text, Sentence):
        return text
    values = {name: _value(each) for name, each in text.values.items()}
    if text.many:
        pattern = ngettext(text.pattern, text.many, int(text.values["count"]))
    else:
        pattern = gettext(text.pattern)
    return pattern % values if values else pattern


def why(error: Exception) -> str:
    """What an error says to people: `str(error)` would forget how it was made."""
    return said(error.args[0]) if error.args and isinstance(error.args[0], str) else str(error)


def said_why_not(number: str) -> str:
    """Why a tracking number can't text; empty when it can."""
    reason = why_it_cannot_text(number)
    return said(reason.sentence) if reason else ""


def _value(value: Value) -> str:
    return number(value) if isinstance(value, int) else said(value)
