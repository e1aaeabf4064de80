"""The key that opens the connections' secrets, on its way with a backup."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.copies.original import Original, make_original, python, ran, told
from tests.end_to_end.installation import TOKEN

OPEN = """
import django; django.setup()
from textmeter.intake.models import Connection
from textmeter.intake.secrets import Unopenable, decrypt
try:
    print(decrypt(Connection.objects.get().secret))
except Unopenable:
    print("closed")
"""


def test_the_key_comes_along_and_opens_the_secrets(backup: Path, tmp_path: Path) -> None:
    assert told(tmp_path, "restore", backup)["key"] == "opens"
    assert python(tmp_path, OPEN) == TOKEN


def test_a_key_that_is_a_setting_is_asked_to_be_kept(tmp_path: Path) -> None:
    """It is not in the file; restored with it, secrets open, and without it one note says what to do."""
    source = make_original(tmp_path / "source", TEXTMETER_SECRET_KEY="one")
    path = tmp_path / "backup.zip"
    done = ran(source.installation.folder, "backup", path, TEXTMETER_SECRET_KEY="one")
    assert done.stderr == (
        "Note: TEXTMETER_SECRET_KEY is not in the backup. Keep it too, apart: without it the connections' "
        "secrets don't open.\n"
    )
    with zipfile.ZipFile(path) as archive:
        assert "secret.key" not in archive.namelist()
    same = told(tmp_path / "same", "restore", path, TEXTMETER_SECRET_KEY="one")
    assert (same["key"], same["has_key"]) == ("opens", False)
    assert python(tmp_path / "same", OPEN, TEXTMETER_SECRET_KEY="one") == TOKEN
    without = ran(tmp_path / "without", "restore", path)
    assert without.returncode == 0
    assert "theirs is not in the backup. Set TEXTMETER_SECRET_KEY as it was there" in without.stderr
    assert python(tmp_path / "without", OPEN) == "closed"
    assert told(tmp_path / "again", "restore", path)["key"] == "missing"


def test_a_setting_that_outdoes_the_backup_s_key_is_named(
    backup: Path, original: Original, tmp_path: Path
) -> None:
    """Its key stands in secret.key: without the setting everything opens."""
    done = ran(tmp_path, "restore", backup, TEXTMETER_SECRET_KEY="another")
    assert done.returncode == 0
    assert done.stderr.startswith(
        "Note: TEXTMETER_SECRET_KEY is another key than the backup's, which stands in"
    )
    assert python(tmp_path, OPEN, TEXTMETER_SECRET_KEY="another") == "closed"
    assert python(tmp_path, OPEN) == TOKEN
    right = (original.installation.folder / "secret.key").read_text()
    assert told(tmp_path / "right", "restore", backup, TEXTMETER_SECRET_KEY=right)["key"] == "opens"


def test_who_began_while_a_restore_was_under_way_goes_on_with_its_key(tmp_path: Path) -> None:
    """It read the key that was there, and then waited for the database."""
    folder = make_original(tmp_path).installation.folder
    right = (folder / "secret.key").read_text()
    (folder / "secret.key").write_text("made when there was none")
    restored = f"(settings.DATA_DIR / 'secret.key').write_text({right!r})"
    said = python(folder, BEGINS.format(restored=restored) + OPEN)
    assert said == TOKEN
    (folder / "secret.key").write_text("made when there was none")
    assert "can’t be opened with this installation’s key" in python(folder, BEGINS.format(restored="") + OPEN)


BEGINS = """
import sys, django; django.setup()
from django.conf import settings
from textmeter.cli.ground import say_what_is_locked
sys.stderr = sys.stdout
settings.SECRET_KEY
{restored}
say_what_is_locked()
"""
