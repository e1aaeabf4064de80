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
    make_original,
    names_in,
    python,
    ran,
    refused,
    told,
)
from tests.copies.test_tables import KEPT
from tests.databases import SERVER, only_postgres, rows_of
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
    files = {"secret.key"} | (set() if SERVER else {"textmeter.sqlite3", "worker.lock"})
    assert names_in(tmp_path / "new") == files


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
        new.person("new@example.com", "reporting", original.shop)  # with an id that nobody has


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
    bodies = [bytes(body).decode() for (body,) in rows_of(new.folder, "SELECT body FROM intake_receipt")]
    kept = [parse_qs(body)["MessageSid"][0] for body in bodies]
    assert len(kept) == len(set(kept))
    assert before <= set(kept)
    with new.running():
        pass  # the worker ends what was waiting
    assert told(new.folder, "check") == {"differences": []}


@only_postgres
def test_all_tables_are_of_one_moment(tmp_path: Path) -> None:
    """What is committed after the first table was read is in none of the later ones."""
    source = make_original(tmp_path / "source")
    python(
        source.installation.folder,
        f"""
import django; django.setup()
import psycopg
from pathlib import Path
from textmeter.copies.backup import back_up
from tests.databases import database_url

def write(done, total):
    with psycopg.connect(database_url(Path({str(source.installation.folder)!r}))) as other:
        other.execute("UPDATE ledger_tracker SET name = 'Later'")
        other.execute("DELETE FROM ledger_message")
back_up(Path({str(tmp_path / "backup.zip")!r}), replace=False, report=write)
""",
    )
    told(tmp_path / "new", "restore", tmp_path / "backup.zip")
    assert rows_of(source.installation.folder, "SELECT DISTINCT name FROM ledger_tracker") == [("Later",)]
    assert rows_of(tmp_path / "new", "SELECT count(*) FROM ledger_message") == [(4,)]
    assert sorted(rows_of(tmp_path / "new", "SELECT name FROM ledger_tracker")) == [
        ("Google Ads",),
        ("Main line",),
    ]


def test_the_file_is_for_its_owner_alone_and_says_what_it_is(original: Original, tmp_path: Path) -> None:
    path = tmp_path / "backup.zip"
    done = ran(original.installation.folder, "backup", path)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{path}: 2 companies, 4 texts, " in done.stdout
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert names_in(tmp_path) == {"backup.zip"}
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        held = ["tables/" + name for name in KEPT] if SERVER else ["textmeter.sqlite3"]
        assert archive.namelist() == ["textmeter-backup.txt", *held, "secret.key", "manifest.json"]
        manifest = json.loads(archive.read("manifest.json"))
    kind = "postgresql" if SERVER else "sqlite"
    assert (manifest["format"], manifest["product"], manifest["database"]) == (1, __version__, kind)
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
        assert rows_of(source.installation.folder, "SELECT session_key FROM django_session") == [(cookie,)]
        source.installation.cli("backup", tmp_path / "backup.zip")
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        assert [name for name in archive.namelist() if cookie.encode() in archive.read(name)] == []
    new = Installation(tmp_path / "new")
    new.cli("restore", tmp_path / "backup.zip")
    assert rows_of(new.folder, "SELECT count(*) FROM django_session") == [(0,)]


def test_before_the_first_command_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    path = tmp_path / "backup.zip"
    assert refused(tmp_path / "data", "backup", path) == (
        f"{path} can't be written: there is no installation in this database yet."
        if SERVER
        else f"{path} can't be written: there is no database yet ({tmp_path / 'data' / 'textmeter.sqlite3'})."
    )
    assert not path.exists()


def older(folder: Path) -> Original:
    """An installation whose database some migrations have not come to yet."""
    made = make_original(folder)
    python(
        folder,
        "import django; django.setup()\n"
        "from django.core.management import call_command\n"
        "call_command('migrate', 'intake', '0004', verbosity=0)",
    )
    return made


def migrations(folder: Path) -> set[str]:
    return {name for (name,) in rows_of(folder, "SELECT name FROM django_migrations WHERE app = 'intake'")}


def test_an_older_backup_is_brought_up_to_date(tmp_path: Path) -> None:
    """And the backup of it leaves the database as it is: it is the way back."""
    source = older(tmp_path / "source").installation
    before = all_rows(source.folder)
    source.cli("backup", tmp_path / "backup.zip")
    assert all_rows(source.folder) == before
    told(tmp_path / "new", "restore", tmp_path / "backup.zip")
    assert "0005_quarantine_by_company" in migrations(tmp_path / "new") - migrations(source.folder)
    assert told(tmp_path / "new", "check") == {"differences": []}
    taken, came = all_rows(source.folder), all_rows(tmp_path / "new")
    for name in set(KEPT) & set(taken) - {"django_migrations"}:
        assert came[name] == taken[name], name


@only_postgres
def test_an_older_backup_needs_an_empty_database(tmp_path: Path) -> None:
    """Tables that are there already are never dropped."""
    older(tmp_path / "source").installation.cli("backup", tmp_path / "backup.zip")
    told(tmp_path / "new", "company", "list")
    assert "for another version than the backup's. Make an empty one" in refused(
        tmp_path / "new", "restore", tmp_path / "backup.zip"
    )
