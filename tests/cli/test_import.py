"""`textmeter import csv`: added, known, refused; from a file and from standard input."""

from pathlib import Path

from tests.cli.terminal import Terminal
from tests.scene import company, tracker

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
    ]
    for options, added, made in (
        ("--dry-run", "Would add", "Trackers to be made"),
        ("", "Added", "Trackers made"),
    ):
        ran = terminal("import", "csv", "-", "--company", shop.id, *options.split(), stdin="".join(lines))
        assert ran.code == 0
        assert ran.out.splitlines() == [
            f"{added} 1; 0 known already; 6 refused.",
            "  4 lines (3, 4, 5, …): +14045550199 is not a tracking number of this company. Add it with "
            "`textmeter tracker add` and import the file again: nothing is doubled.",
            "  2 lines (7, 8), the first: 'soon' is not a time such as 2026-03-04T09:33:00-05:00.",
            f"{made}: Ads (+14045550180).",
        ]
    ran = terminal("import", "csv", "-", "--company", shop.id, "--json", stdin="".join(lines))
    assert (ran.json["trackers_made"], len(ran.json["refusals"])) == ([], 6)
