"""Importing a file in the browser: upload, look, trial, import; who may, what is kept, and what stops it."""

from __future__ import annotations

import errno
import logging
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.files.reading import lines
from tests.scene import company, tracker
from tests.settings.conftest import People, audit, read, refused, work
from textmeter.accounts.models import Company
from textmeter.cli.jobs import job_handlers
from textmeter.intake import import_pace, jobs, uploads
from textmeter.intake.jobs import do_jobs
from textmeter.intake.models import Job
from textmeter.ledger.statements import fetch
from textmeter.pages import import_pages, import_upload

OURS, ANN = "+14045550180", "+14045550112"
FILE = lines(
    "Sent;From;To;Words",
    f"3/4/2026 9:33 AM;{ANN};{OURS};Secret words",
    f"3/4/2026 9:34 AM;{OURS};{ANN};Hello",
    f"soon;{ANN};{OURS};Lost",
)
BY_HAND = {"column-0": "at", "column-1": "from", "column-2": "to", "column-3": "body"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path / "imports"


def upload(client: Client, shop: Company, content: str | bytes = FILE, name: str = "old.csv") -> Any:
    raw = content.encode() if isinstance(content, str) else content
    return client.post(f"/c/{shop.id}/settings/import", {"file": SimpleUploadedFile(name, raw)})


def uploaded(client: Client, shop: Company, content: str | bytes = FILE, name: str = "old.csv") -> str:
    answer = upload(client, shop, content, name)
    assert answer.status_code == 302, read(answer, answer.status_code)
    return str(answer["Location"])


def bodies(shop: Company) -> list[str]:
    return sorted(row[0] for row in fetch("SELECT body FROM ledger_message WHERE company_id = %s", [shop.id]))


def test_a_file_is_looked_at_tried_and_imported(ada: Client, shop: Company, folder: Path) -> None:
    tracker(shop)
    here = uploaded(ada, shop)
    page = read(ada.get(here))
    assert "No column is known for the words." in page
    assert "Secret words" in page
    assert ada.post(here, {"do": "try", **BY_HAND}).status_code == 302
    assert "Trying old.csv" in read(ada.get(here))
    work()
    page = read(ada.get(here))
    assert "What would happen" in page
    assert "2 texts" in page
    assert "Line 4 “Sent” is “soon”, which is no time. Write it like" in page
    assert "Dates were read month first" in page
    assert bodies(shop) == []
    ada.post(here, {"do": "import"})
    work()
    page = read(ada.get(here))
    assert "What came of it" in page
    assert bodies(shop) == ["Hello", "Secret words"]
    assert [path.suffix for path in folder.iterdir()] == [".json"], "the file itself is gone"
    assert audit() == [("ada@example.com", "Imported “old.csv” in the browser: 2 texts new, 1 line refused.")]
    assert "Imported: 2 added" in read(ada.get(f"/c/{shop.id}/settings/import"))
    ada.post(here, {"do": "import"})
    assert Job.objects.count() == 2, "once imported, there is nothing more to import"


@pytest.mark.parametrize("changed", [{"column-3": ""}, {"time_zone": "Europe/Berlin"}, {"column-0": "date"}])
def test_what_was_changed_since_the_trial_is_tried_first(
    ada: Client, shop: Company, changed: dict[str, str]
) -> None:
    """Else the import would do what the page no longer says; or what another tab chose."""
    tracker(shop)
    here = uploaded(ada, shop)
    ada.post(here, {"do": "try", **BY_HAND, "time_zone": ""})
    work()
    answer = ada.post(here, {"do": "import", **BY_HAND, "time_zone": "", **changed})
    page = read(answer, 400)
    assert "Columns or time zone are others than those that were tried." in page
    assert "What would happen" in page
    assert Job.objects.count() == 1
    ada.post(here, {"do": "import", **BY_HAND, "time_zone": ""})
    work()
    assert bodies(shop) == ["Hello", "Secret words"]


def test_only_admins_and_only_of_this_company(people: People, shop: Company, folder: Path) -> None:
    here = uploaded(people.ada, shop)
    for path in (f"/c/{shop.id}/settings/import", here):
        refused(people, path)
        refused(people, path, form={"do": "try"})
    other = company("Elsewhere")
    assert people.ada.get(here.replace(f"/c/{shop.id}/", f"/c/{other.id}/")).status_code == 404
    for key in ("0" * 32, "secret", "..%2F..%2Fsecret.key"):
        assert people.ada.get(f"/c/{shop.id}/settings/import/{key}").status_code == 404
    before = sorted(folder.iterdir())
    for client in (people.manager, people.stranger):
        assert upload(client, shop).status_code in (403, 404)
    assert sorted(folder.iterdir()) == before
    assert Job.objects.count() == 0


def test_an_upload_needs_its_token_and_leaves_nothing_without(
    people: People, shop: Company, folder: Path
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = people.ada.cookies
    assert upload(client, shop).status_code == 403
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04\0\0\0\0", "This is no CSV file."),
        (b'a,"b\n', "The first line can’t be read."),
        (b"Date,From,To,Body\r1/2/2025 9:00,1,2,Hi\r", "“CSV (Macintosh)”, are not understood"),
        (b"Messages export\n\nDate,From,To,Message\n", "The first line is “Messages export”: too little"),
        (f"3/4/2026 9:33,{ANN},{OURS},Hi\n".encode(), f"The first line holds {ANN}, so it names no columns."),
    ],
)
def test_what_is_no_such_file_is_said_and_not_kept(
    ada: Client, shop: Company, folder: Path, content: bytes, said: str
) -> None:
    assert said in read(upload(ada, shop, content), 400)
    assert list(folder.iterdir()) == []
    answer = read(ada.post(f"/c/{shop.id}/settings/import", {}), 400)
    assert answer.count("Choose a file.") == 2, "above the form, and at its field"
    assert "Up to 256 MB" in answer


def test_a_file_that_is_too_large_is_cut_off(
    ada: Client, shop: Company, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By what the request says of its length, and where it says less, by what comes."""
    monkeypatch.setattr(import_pages, "MOST_BYTES", 100)
    assert "The file is larger than" in read(upload(ada, shop), 413)
    monkeypatch.setattr(import_pages, "_FORM_BYTES", -10_000)
    assert "The file is larger than" in read(upload(ada, shop, "a,b\n"), 413)
    assert not folder.exists() or list(folder.iterdir()) == []


def test_a_page_of_before_tries_nothing_that_is_gone(ada: Client, shop: Company, folder: Path) -> None:
    here = uploaded(ada, shop)
    for path in folder.glob("*.csv"):
        path.unlink()
    assert ada.post(here, {"do": "try", **BY_HAND}).status_code == 302
    assert Job.objects.count() == 0


def test_the_name_of_the_file_leads_nowhere(ada: Client, shop: Company, folder: Path) -> None:
    here = uploaded(ada, shop, name="../../<b>evil</b>\u202e.csv")
    assert {len(path.stem) for path in folder.iterdir()} == {32}
    assert "<b>evil" not in ada.get(here).content.decode()
    assert {oct(path.stat().st_mode & 0o777) for path in folder.iterdir()} == {"0o600"}


def test_one_file_of_a_company_at_a_time(ada: Client, shop: Company) -> None:
    tracker(shop)
    first, second = uploaded(ada, shop), uploaded(ada, shop)
    ada.post(first, {"do": "try", **BY_HAND})
    answer = ada.post(second, {"do": "try", **BY_HAND}, follow=True)
    assert "Another file of this company is being read." in read(answer)
    assert Job.objects.count() == 1


def test_wrong_choices_are_said(ada: Client, shop: Company) -> None:
    here = uploaded(ada, shop)
    answer = ada.post(here, {"do": "try", **BY_HAND, "column-1": "at"})
    assert "Sent and From can’t both be date and time." in read(answer, 400)
    answer = ada.post(here, {"do": "try", **BY_HAND, "time_zone": "EST"})
    assert "“EST” is not the name of a time zone. Did you mean America/New_York?" in read(answer, 400)
    form = answer.content.decode()
    assert 'value="EST"' in form, "what was typed stays"
    assert form.count('<option value="from" selected>') == 1
    assert form.count('<option value="body" selected>') == 1
    ada.post(here, {"do": "try", "column-0": "at"})
    work()
    page = read(ada.get(here))
    assert "No column is known for" in page
    assert "Go on" not in page
    assert Job.objects.get().error.endswith("Nothing was imported.")


def test_where_all_is_known_nothing_is_offered_to_import(ada: Client, shop: Company) -> None:
    tracker(shop)
    for content, said, offers in (
        (FILE, "Import 2 lines", True),
        (FILE, "old.csv Every line that can be read is here already, so there is nothing to import", False),
        (FILE.replace("soon", "3/4/2026 9:35 AM"), "Import 1 line", True),
        (FILE.replace("soon", "3/4/2026 9:35 AM"), "old.csv Every line is here already, so", False),
    ):
        here = uploaded(ada, shop, content)
        ada.post(here, {"do": "try", **BY_HAND})
        work()
        page = ada.get(here)
        assert said in read(page)
        assert ("Nothing of it was imported yet" in read(page)) is offers
        assert ('value="import"' in page.content.decode()) is offers
        texts = f'/c/{shop.id}/analytics/activity/text-conversations?range=all_time">See the texts'
        assert (texts in page.content.decode()) is not offers
        ada.post(here, {"do": "import" if offers else "discard"})
        work()
    assert bodies(shop) == ["Hello", "Lost", "Secret words"]


def test_our_own_files_need_no_choice(ada: Client, shop: Company) -> None:
    own = lines(
        "sent_at,direction,customer_number,tracking_number,body",
        f"2026-03-04 09:33,inbound,{ANN},{OURS},Hi",
    )
    here = uploaded(ada, shop, own)
    assert "Textmeter’s own file of messages" in read(ada.get(here))
    ada.post(here, {"do": "try", "time_zone": "America/Denver"})
    work()
    assert "Numbers to be made (404) 555-0180" in read(ada.get(here))
    ada.post(here, {"do": "import"})
    work()
    assert bodies(shop) == ["Hi"]
    rows = fetch("SELECT local_hour FROM ledger_message WHERE company_id = %s", [shop.id])
    assert rows == [(11,)]


def test_a_worker_that_ends_is_followed_by_the_next(
    ada: Client, shop: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_pace, "LARGEST_BATCH", 10)
    monkeypatch.setattr(import_pace, "SMALLEST_BATCH", 10)
    tracker(shop)
    rows = [f"2026-03-04 09:33,{ANN},{OURS},text {n}" for n in range(35)]
    here = uploaded(ada, shop, lines("Sent,From,To,Message", *rows))
    ada.post(here, {"do": "try", "column-0": "at", "column-1": "from", "column-2": "to", "column-3": "body"})
    work()
    ada.post(here, {"do": "import"})
    stop, told = threading.Event(), jobs._Teller.__call__

    def ended(self: Any, done: int, total: int) -> None:
        told(self, done, total)
        stop.set()

    monkeypatch.setattr(jobs._Teller, "__call__", ended)
    do_jobs(job_handlers(), stop)
    assert len(bodies(shop)) == 20, "whole batches, up to the one in which it ended"
    broken_off = (
        "ada@example.com",
        "Imported “old.csv” in the browser, not to its end: 20 texts new, 0 lines refused.",
    )
    assert audit() == [broken_off]
    assert Job.objects.filter(ended_at=None).count() == 1
    monkeypatch.undo()
    work()
    assert len(bodies(shop)) == 35
    assert "It was broken off and taken up again" in read(ada.get(here))
    rest = "Imported “old.csv” in the browser, taken up again: 15 texts new, 0 lines refused."
    assert audit() == [broken_off, ("ada@example.com", rest)]


def test_a_file_that_is_gone_is_said(ada: Client, shop: Company, folder: Path) -> None:
    tracker(shop)
    here = uploaded(ada, shop)
    ada.post(here, {"do": "try", **BY_HAND})
    next(folder.glob("*.csv")).unlink()
    work()
    assert "Upload it again" in read(ada.get(here))
    assert audit() == []


def test_after_a_day_nothing_is_left(ada: Client, shop: Company, folder: Path) -> None:
    """Unless a job still needs it."""
    old = uploaded(ada, shop)
    waits = uploaded(ada, shop)
    ada.post(waits, {"do": "try", **BY_HAND})
    (folder / "0.json.part").write_text("{}")
    for path in folder.iterdir():
        os.utime(path, (0, 0))
    uploads.sweep()
    assert {path.stem for path in folder.iterdir()} == {waits.rpartition("/")[2]}
    assert ada.get(old).status_code == 404


def test_discarded_is_gone(ada: Client, shop: Company, folder: Path) -> None:
    here = uploaded(ada, shop)
    assert "old.csv was taken away." in read(ada.post(here, {"do": "discard"}, follow=True))
    assert list(folder.iterdir()) == []


def test_no_words_of_a_text_in_the_logs(ada: Client, shop: Company, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    tracker(shop)
    here = uploaded(ada, shop)
    ada.post(here, {"do": "try", **BY_HAND})
    work()
    ada.post(here, {"do": "import"})
    work()
    said = [line for line in caplog.messages if "INSERT" not in line and "SELECT" not in line]
    assert "Secret" not in "\n".join([*said, *(what for _, what in audit())])


def test_a_disk_that_is_full_is_said(
    ada: Client, shop: Company, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(import_upload.IntoFile, "receive_data_chunk", full)
    answer = read(upload(ada, shop), 503)
    assert "Make room in its data folder and upload it again (No space left on device)." in answer
    assert list(folder.iterdir()) == []


def test_a_company_takes_its_files_along(ada: Client, shop: Company, folder: Path) -> None:
    uploaded(ada, shop)
    kept = uploaded(ada, company("Elsewhere"))
    ada.post(f"/c/{shop.id}/settings/delete", {"typed": shop.name})
    work()
    assert not Company.objects.filter(pk=shop.id).exists()
    assert {path.stem for path in folder.iterdir()} == {kept.rpartition("/")[2]}
