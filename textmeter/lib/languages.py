"""In which languages the pages can be read: English, and those whose catalogue is there."""

from __future__ import annotations

from pathlib import Path

ENGLISH = ("en", "English")


def languages_in(folder: Path) -> list[tuple[str, str]]:
    """(`pt-br`, the same) of each `pt_BR/LC_MESSAGES/django.mo`, as the setting LANGUAGES wants it. The names
    are shown nowhere: browsers ask for a language by its code."""
    found = sorted(path.parent.parent.name for path in folder.glob("*/LC_MESSAGES/django.mo"))
    codes = [name.replace("_", "-").lower() for name in found]
    return [ENGLISH, *((code, code) for code in codes if code != ENGLISH[0])]
