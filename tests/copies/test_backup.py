"""`textmeter backup` and `textmeter restore`: two installations that are the same."""

from __future__ import annotations

import json
import stat
import threading
import zipfile
from pathlib import Path
from urllib.parse import parse_qs

from tests.copies.original import (
    CUSTOMER,
    EMAIL,
    LINE,
    Original,
    all_rows,
    database_of,
    make_original,
    names_in,
    ran,
    refused,
    rows,
    told,
)
from tests.end_to_end.installation import Carrier, Installation
from textmeter import __version__


def test_a_restored_installation_is_the_one_that_was_backed_up(
    original: Original, backup: Path, tmp_path: Path
) -> None:
    """Every row of every table, and the key; `check` finds nothing to say."""
    done = told(tmp_path / "new", "restore", backup)
    assert {one["name"]: (one["messages"], one["last_text_at"]) for one in done["companies"]} == {
        "Piedmont Dental": (3, "2026-03-05T15:00:00.000+00:00"),
        "Other": (1, "2026-03-04T15:00:00.000+00:00"),
    }
    assert (done["key"], done["has_key"], done["product"]) == ("opens", True, __version__)
    assert all_rows(tmp_path / "new") == all_rows(original.installation.folder)
    assert (tmp_path / "new/secret.key").read_text() == (
        original.installation.folder / "secret.key"
    ).read_text()
    assert told(tmp_path / "new", "check") == {"differences": []}
    assert names_in(tmp_path / "new") == {"secret.key", "textmeter.sqlite3", "worker.lock"}


def test_people_and_carriers_find_everything_as_it_was(
    backup: Path, original: Original, tmp_path: Path
) -> None:
    """The same password opens the pages, the other company stays closed, the carrier's signature is known."""
    new = Installation(tmp_path)
    new.cli("restore", backup)
    with new.running():
        manager = new.signed_in(EMAIL)
        texts = [row["body"] for row in manager.messages(original.shop, range="all_time")]
        assert sorted(texts) == ["Can I come on Friday?", "Friday at ten is free.", "STOP"]
        closed = manager.http.get(f"/c/{original.other}/analytics/activity/text-conversations")
        assert closed.status_code == 404
        Carrier(new.url, original.key).text(CUSTOMER, LINE, "Still there?")


def test_nothing_answered_before_is_missing_in_a_backup_under_load(tmp_path: Path) -> None:
    """Issue: a backup while texts come in; what was answered before it began is there once, and every
    delivery meanwhile is answered."""
    source = make_original(tmp_path / "source")
    new = Installation(tmp_path / "new")
    answered: list[str] = []
    with source.installation.running() as server:
        stop = threading.Event()

        def customer() -> None:
            carrier = Carrier(server.url, source.key)
            while not stop.is_set():
                answered.append(carrier.text(CUSTOMER, LINE, "Again"))

        crowd = [threading.Thread(target=customer) for _ in range(4)]
        for one in crowd:
            one.start()
        try:
            while len(answered) < 40:
                assert all(one.is_alive() for one in crowd)
            before = set(answered)
            source.installation.cli("backup", tmp_path / "backup.zip")
            during = len(answered) - len(before)
        finally:
            stop.set()
            for one in crowd:
                one.join()
    assert during > 0
    new.cli("restore", tmp_path / "backup.zip")
    bodies = [bytes(body).decode() for (body,) in rows(new.folder, "SELECT body FROM intake_receipt")]
    kept = [parse_qs(body)["MessageSid"][0] for body in bodies]
    assert len(kept) == len(set(kept))
    assert before <= set(kept)
    with new.running():
        pass  # the worker ends what was waiting
    assert told(new.folder, "check") == {"differences": []}


def test_the_file_is_for_its_owner_alone_and_says_what_it_is(original: Original, tmp_path: Path) -> None:
    path = tmp_path / "backup.zip"
    done = ran(original.installation.folder, "backup", path)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{path}: 2 companies, 4 texts, " in done.stdout
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert names_in(tmp_path) == {"backup.zip"}
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            "textmeter-backup.txt",
            "textmeter.sqlite3",
            "secret.key",
            "manifest.json",
        ]
        manifest = json.loads(archive.read("manifest.json"))
    assert (manifest["format"], manifest["product"], manifest["database"]) == (1, __version__, "sqlite")
    counts = {table["name"]: table["rows"] for table in manifest["contents"]["tables"]}
    assert (counts["ledger_message"], counts["accounts_company"]) == (4, 2)


def test_a_file_of_that_name_is_replaced_only_when_asked(original: Original, tmp_path: Path) -> None:
    path = tmp_path / "backup.zip"
    path.write_text("precious")
    folder = original.installation.folder
    assert refused(folder, "backup", path) == (
        f"{path} can't be written: there is a file of this name. Choose another name, or replace it with "
        "--force."
    )
    assert path.read_text() == "precious"
    assert told(folder, "backup", path, "--force")["bytes"] == path.stat().st_size
    for other in (tmp_path, Path("/dev/null")):
        assert "that is no file" in refused(folder, "backup", other, "--force")
    (tmp_path / "link").symlink_to(path)
    assert "that is no file" in refused(folder, "backup", tmp_path / "link", "--force")
    assert "No such file or directory" in refused(folder, "backup", tmp_path / "no/backup.zip")


def test_nobody_s_session_is_in_a_backup(tmp_path: Path) -> None:
    """Who finds the file must not get into the running installation; people sign in again."""
    source = make_original(tmp_path / "source")
    with source.installation.running() as server:
        cookie = server.signed_in(EMAIL).http.cookies["sessionid"]
        assert rows(source.installation.folder, "SELECT session_key FROM django_session") == [(cookie,)]
        source.installation.cli("backup", tmp_path / "backup.zip")
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        assert cookie.encode() not in archive.read("textmeter.sqlite3")
    new = Installation(tmp_path / "new")
    new.cli("restore", tmp_path / "backup.zip")
    assert rows(new.folder, "SELECT count(*) FROM django_session") == [(0,)]


def test_before_the_first_command_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    path = tmp_path / "backup.zip"
    assert refused(tmp_path / "data", "backup", path) == (
        f"{path} can't be written: there is no database yet ({database_of(tmp_path / 'data')})."
    )
    assert not path.exists()
