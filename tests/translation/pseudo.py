"""A language that nobody speaks: every text of the catalogue in brackets and with accents, so that what was
not marked for translation stands out on a page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import allauth
import django
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import textmeter

LANGUAGE = "qps"
POT = Path(textmeter.__file__).parent / "locale" / "textmeter.pot"
# What Django and allauth say comes with catalogues of their own.
OF_OTHERS = (
    Path(django.__file__).parent / "conf/locale/en/LC_MESSAGES/django.po",
    Path(django.__file__).parent / "contrib/auth/locale/en/LC_MESSAGES/django.po",
    Path(allauth.__file__).parent / "locale/en/LC_MESSAGES/django.po",
)
_ACCENTS = str.maketrans("aeiouAEIOU", "áéíóúÁÉÍÓÚ")
# Placeholders, tags, entities.
_KEPT = re.compile(r"(%\(\w+\)[sd]|%[sd%]|<[^>]*>|&\w+;)")


def pseudo(text: str) -> str:
    """`⟦%(count)s téxts⟧` of `%(count)s texts`"""
    parts = [part if _KEPT.fullmatch(part) else part.translate(_ACCENTS) for part in _KEPT.split(text)]
    return f"⟦{''.join(parts)}⟧"


def texts_of(path: Path) -> list[Message]:
    with path.open("rb") as file:
        return [message for message in read_po(file) if message.id]


def write_language(folder: Path, messages: Iterable[Message]) -> None:
    """Where Django looks for it: `qps/LC_MESSAGES/django.mo`."""
    catalog = Catalog()
    for message in messages:
        texts = (message.id,) if isinstance(message.id, str) else message.id
        said = tuple(pseudo(text) for text in texts)
        catalog.add(message.id, said if len(said) > 1 else said[0], context=message.context)
    place = folder / LANGUAGE / "LC_MESSAGES"
    place.mkdir(parents=True)
    with (place / "django.mo").open("wb") as file:
        write_mo(file, catalog)
