"""The ground that tests stand on."""

import os
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connection


def test_tests_write_into_a_folder_of_their_own(db: None) -> None:
    folder = Path(os.environ["TEXTMETER_DATA_DIR"])
    assert folder.parent == Path(tempfile.gettempdir())
    assert folder.resolve() == settings.DATA_DIR
    if connection.vendor == "sqlite":
        assert Path(connection.settings_dict["NAME"]).parent == folder.resolve()
    else:
        assert connection.settings_dict["NAME"].startswith("test_")
