"""The key that opens the installation's secrets, on its way with a backup."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from textmeter.copies.part_file import part_file, put_in_place
from textmeter.intake.secrets import Unopenable, decrypt, encrypt

_WORD = "textmeter"


def key_check() -> str:
    """A word closed with the present key."""
    return encrypt(_WORD)


def present_key_opens(check: str) -> bool:
    """Whether the word was closed with the key that this installation has now."""
    try:
        return decrypt(check) == _WORD
    except Unopenable:
        return False


def key_in_file() -> str | None:
    """The key of secret.key; None where TEXTMETER_SECRET_KEY gives another one, which counts."""
    try:
        key = _file().read_text().strip()
    except (OSError, UnicodeDecodeError):
        return None
    return key if key == settings.SECRET_KEY else None


def key_is_a_setting() -> bool:
    return bool(os.environ.get("TEXTMETER_SECRET_KEY", "").strip())


def put_key(key: str) -> None:
    """Makes it the key of secret.key; this process goes on with it unless a setting gives another one."""
    with part_file(_file()) as (file, part):
        file.write(key.encode())
        put_in_place(file, part, _file())
    if not key_is_a_setting():
        settings.SECRET_KEY = key


def take_up_key() -> None:
    """This process goes on with the key that stands in secret.key now: a restore that was under way when it
    began has put the backup's there. Where a setting gives the key, nothing changes."""
    if key_is_a_setting():
        return
    with suppress(OSError, UnicodeDecodeError):
        settings.SECRET_KEY = _file().read_text().strip() or settings.SECRET_KEY


def _file() -> Path:
    return Path(settings.DATA_DIR) / "secret.key"
