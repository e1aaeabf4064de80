"""The pseudo language as one of the languages that there are, and a reader whose browser asks for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.every_page import House, furnished
from tests.intake.conftest import _fresh_intake  # noqa: F401  # a fixture for all tests of the room
from tests.translation.pseudo import LANGUAGE, OF_OTHERS, POT, texts_of, write_language
from tests.translation.scene import Crowd, crowd
from textmeter.accounts.models import User

ReaderOf = Callable[[User | None], Client]


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("locale")
    write_language(folder, [message for path in (*OF_OTHERS, POT) for message in texts_of(path)])
    return folder


@pytest.fixture
def reader_of(catalogue: Path, settings: Any, tmp_path: Path) -> ReaderOf:
    settings.LOCALE_PATHS = [catalogue]
    settings.LANGUAGES = [("en", "English"), (LANGUAGE, LANGUAGE)]
    settings.DATA_DIR = tmp_path

    def reader(user: User | None) -> Client:
        client = Client(headers={"Accept-Language": LANGUAGE})
        if user is not None:
            client.force_login(user)
        return client

    return reader


@pytest.fixture
def house(db: None, reader_of: ReaderOf) -> House:
    return furnished()


@pytest.fixture
def there(house: House) -> Crowd:
    return crowd(house)


@pytest.fixture
def ada(house: House, there: Crowd, reader_of: ReaderOf) -> Client:
    return reader_of(house.ada)
