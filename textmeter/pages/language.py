"""Texts in the language of the request that is being answered.

A page has up to a thousand, most of them again and again, and Django's own lookup takes some microseconds. So
what it found is kept, by language: they are the product's texts, and no more than its catalogue has.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache

from django.utils import translation
from django.utils.functional import lazy
from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class _Language:
    code: str
    texts: dict[str, str] = field(default_factory=dict)
    markup: dict[str, Markup] = field(default_factory=dict)  # the same, as templates want them


_language: ContextVar[_Language | None] = ContextVar("language", default=None)
_known = cache(_Language)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """In that language until the end of the block. What Django and allauth say follows."""
    token = _language.set(_known(code))
    try:
        with translation.override(code):
            yield
    finally:
        _language.reset(token)


def spoken() -> str:
    """The code of the language: `en`, `pt-br`."""
    language = _language.get()
    return language.code if language else translation.get_language() or "en"


def gettext(message: str) -> str:
    language = _language.get()
    if language is None:
        return translation.gettext(message)
    text = language.texts.get(message)
    if text is None:
        text = language.texts[message] = translation.gettext(message)
    return text


gettext_lazy = lazy(gettext, str)


def gettext_in_template(message: str, /, **values: object) -> Markup:
    """`{{ _("of %(total)s", total=…) }}`: a translation may have tags; what is put in is escaped."""
    language = _language.get()
    text = language.markup.get(message) if language else None
    if text is None:
        text = Markup(gettext(message))  # noqa: S704
        if language:
            language.markup[message] = text
    return text % values if values else text


def ngettext_in_template(one: str, many: str, count: int, /, **values: object) -> Markup:
    text = Markup(translation.ngettext(one, many, count))  # noqa: S704
    return text % values if values else text
