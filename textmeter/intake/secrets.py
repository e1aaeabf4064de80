"""Carriers' secrets at rest: encrypted with a key made from the installation's own."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from functools import lru_cache
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from textmeter.lib.sentences import Sentence


class Unopenable(Exception):
    """A stored secret that the installation's key doesn't open; the sentence says what to do."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def encrypt(secret: str) -> str:
    return _fernet(settings.SECRET_KEY).encrypt(secret.encode()).decode()


def decrypt(stored: str) -> str:
    """The secret again; raises Unopenable."""
    try:
        return _fernet(settings.SECRET_KEY).decrypt(stored.encode()).decode()
    except InvalidToken:
        raise Unopenable(
            Sentence(
                "A connection’s secret can’t be opened: it was stored under another TEXTMETER_SECRET_KEY "
                "(or another secret.key in the data folder). Put that key back, or enter the auth token anew."
            )
        ) from None


@lru_cache(maxsize=8)
def _fernet(key: str) -> Fernet:
    return Fernet(urlsafe_b64encode(sha256(b"textmeter connection secrets\0" + key.encode()).digest()))
