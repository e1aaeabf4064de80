"""`textmeter import csv`: added, known, refused; from a file and from standard input."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.terminal import Terminal
from tests.scene import company, tracker
from textmeter.accounts.models import AuditLine, Company
from textmeter.cli import imports
from textmeter.cli.errors import Problem
from textmeter.intake import import_file
from textmeter.intake.import_elsewhere import ReaderEnded

FILE = (
    "sent_at,direction,customer_number,number_name,tracking_number,body\r\n"
    "2026-03-04T09:33:00.000-05:00,inbound,+14045550112,Ads,+14045550180,Hi\r\n"
    "soon,inbound,+14045550112,Ads,+14045550180,Hi\r\n"
    "2026-03-04T09:35:00.000-05:00,outbound,+14045550112,Ads,+14045550180,Hello\r\n"
)


def test_a_file_is_imported_once(terminal: Terminal, tmp_path: Path) -> None:
    """CONTRACT CSV: importing twice adds nothing; a refused line stops nothing else."""
    shop, file = company(), tmp_path / "texts.csv"
    file.write_text(FILE, newline="")
    trial = terminal("import", "csv", file, "--company", shop.id, "--dry-run", "--json")
    assert (trial.json["added"], trial.json["known"], trial.json["refused"]) == (2, 0, 1)
    first = terminal("import", "csv", file, "--company", shop.id, "--json")
    assert first.code == 0
    assert (first.json["added"], first.json["known"], first.json["refused"]) == (2, 0, 1)
    assert [one["line"] for one in first.json["refusals"]] == [3]
    second = terminal("import", "csv", "-", "--company", shop.id, stdin=FILE)
    assert second.out.startswith("Added 0; 2 known already; 1 refused.\n  line 3: ")
    assert [(line.by, line.what, line.company_name) for line in AuditLine.objects.order_by("id")] == [
        ("the command line", f"Imported {words}.", shop.name)
        for words in (
            "“texts.csv” on the command line: 2 texts new, 1 line refused, 1 number added",
            "“standard input” on the command line: 0 texts new, 1 line refused",
        )
    ]
    assert terminal("check").code == 0


def test_what_is_no_such_file_is_said_in_one_line(terminal: Terminal, tmp_path: Path) -> None:
    shop = company()
    wrong = {
        "empty": b"",
        "other": b"a,b\r\n1,2\r\n",
        "utf16": "sent_at".encode("utf-16"),
        "folder": None,
        "missing": None,
    }
    (tmp_path / "folder").mkdir()
    for name, content in wrong.items():
        if content is not None:
            (tmp_path / name).write_bytes(content)
        ran = terminal("import", "csv", tmp_path / name, "--company", shop.id)
        assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
        assert name in ran.err
    assert terminal("import", "csv", tmp_path / "empty", "--company", 1).code == 1
    assert terminal("import", "csv", tmp_path / "empty").code == 2


def test_refusals_are_told_by_reason_and_trackers_by_name(terminal: Terminal) -> None:
    """DOMAIN Files and imports: a refused line is told with its number and the reason."""
    shop, other = company(), company("B")
    tracker(other, "+14045550199")
    row = "2026-03-04T09:33:00.000-05:00,inbound,+14045550112,{},{},Hi\r\n"
    lines = [
        FILE.splitlines(keepends=True)[0],
        row.format("Ads", "+14045550180"),
        *(row.format("", "+14045550199") for _ in range(4)),
        "soon,inbound,+14045550112,Ads,+14045550180,Hi\r\n",
        "later,inbound,+14045550112,Ads,+14045550180,Hi\r\n",
        row.format("Ads", "soon"),
    ]
    for options, added, made in (
        ("--dry-run", "Would add", "Trackers to be made"),
        ("", "Added", "Trackers made"),
    ):
        ran = terminal("import", "csv", "-", "--company", shop.id, *options.split(), stdin="".join(lines))
        assert ran.code == 0
        assert ran.out.splitlines() == [
            f"{added} 1; 0 known already; 7 refused.",
            "  4 lines (3, 4, 5, …): +14045550199 is not a tracking number of this company. Add it with "
            "`textmeter tracker add`.",
            "  2 lines (7, 8), the first: “sent_at” is “soon”, which is no time. Write it like "
            "2026-03-04T09:33:00-05:00.",
            "  line 9: “tracking_number” is “soon”, which is no phone number. Write it like +14045550180.",
            "Correct what was refused and import the file again: nothing is doubled.",
            f"{made}: Ads (+14045550180).",
        ]
    ran = terminal("import", "csv", "-", "--company", shop.id, "--json", stdin="".join(lines))
    assert (ran.json["trackers_made"], len(ran.json["refusals"])) == ([], 7)


def test_another_systems_file(terminal: Terminal, tmp_path: Path) -> None:
    """How it was read is said, and columns are named by hand where their names say nothing."""
    shop, file = company(), tmp_path / "log.csv"
    tracker(shop)
    file.write_text("Sent;From;To;Words;Price\n3/4/2026 9:33 AM;404-555-0112;404-555-0180;Hi;1\n")
    ran = terminal("import", "csv", file, "--company", shop.id)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        f"textmeter: {file} can't be imported: No column is known for the words. It has: Sent, From, To,"
        ' Words, Price. Say which it is: --column body="Sent".\n'
    )
    by_hand = ("import", "csv", file, "--company", shop.id, "--column", "body=Words")
    ran = terminal(*by_hand, "--dry-run")
    assert ran.out.splitlines() == [
        "Would add 1; 0 known already; 0 refused.",
        "Dates were read month first, as is usual in America/New_York: no line shows which it is.",
        "Times without an offset were taken as those of America/New_York, the company’s zone.",
        "Columns: Sent as at, From as from, To as to, Words as body.",
        "Columns passed over: Price.",
    ]
    ran = terminal(*by_hand, "--json")
    assert (ran.json["added"], ran.json["columns"]["body"], len(ran.json["notes"])) == (1, "Words", 2)
    with file.open("rb"):
        ran = terminal("import", "csv", "-", *by_hand[3:], stdin=file.read_text())
    assert ran.out.startswith("Added 0; 1 known already; 0 refused.")
    ran = terminal(*by_hand[:-1], "words=Words")
    assert (ran.code, ran.out) == (2, "")
    assert 'allowed: WHAT="column name", WHAT being one of at, date, time' in ran.err


def test_a_reader_that_was_ended_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(*_: Any, **__: Any) -> None:
        raise ReaderEnded

    monkeypatch.setattr(import_file, "import_file", ended)
    with pytest.raises(Problem, match=r"^The process that read texts\.csv was ended .* Begin again: "):
        imports._import(Company(), "texts.csv", None, {}, dry_run=False, report=lambda *_: None)
