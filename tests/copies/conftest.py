from pathlib import Path

import pytest

from tests.copies.original import Original, make_original


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Original:
    """To be read only."""
    return make_original(tmp_path_factory.mktemp("original"))


@pytest.fixture(scope="session")
def backup(original: Original, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it."""
    path = tmp_path_factory.mktemp("backups") / "backup.zip"
    original.installation.cli("backup", path)
    return path
