"""Many numbers at once: what each line says, what will happen, and that it happens."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import scene
from tests.pages.reading import words
from textmeter.accounts.models import AuditLine, Company
from textmeter.ledger.trackers import trackers_of
from textmeter.pages import number_lines as room
from textmeter.pages.number_lines import BadList, Line, decoded, read_lines

A, B = "+14045550180", "+14045550181"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "(404) 555-0180, Google Ads, Google, 404 555 0199\n\n4045550181\n",
            [Line(1, A, "Google Ads", "Google", "+14045550199"), Line(3, B, "(404) 555-0181")],
        ),
        ("+14045550180\tGoogle,  Ads\tGoogle\r\n", [Line(1, A, "Google, Ads", "Google")]),
        ("+14045550180;Ads;;+14045550199", [Line(1, A, "Ads", "", "+14045550199")]),
        ("Google Ads,4045550180", [Line(1, A, "Google Ads")]),
        ('4045550180,"Ads, ""the"" best"', [Line(1, A, 'Ads, "the" best')]),
        (
            "\ufeffName,Tracking number,Notes,Source\nAds,4045550180,x,Google\nSite,4045550181",
            [Line(2, A, "Ads", "Google"), Line(3, B, "Site")],
        ),
        ("number\n'+14045550180", [Line(2, A, "(404) 555-0180")]),
    ],
)
def test_lines_as_people_write_them(text: str, lines: list[Line]) -> None:
    assert read_lines(text) == lines


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("12345, Ads", "“12345” is not a phone number. Write it like (404) 555-0180."),
        ("4045550180, Ads, Google, soon", "The destination “soon” is not a phone number."),
        ("4045550180, Ads, Google, 4045550180", "Calls would come back to this number."),
        ("4045550180\n404-555-0180", "The same number stands in line 1 already."),
        (f"4045550180, {'x' * 201}", "Shorten its name and source to 200 characters."),
        ("number,name\n,Ads", "There is no number in this line."),
        ("4045550180, a\u202eb", "It has signs that can’t be seen."),
    ],
)
def test_a_line_that_is_wrong_says_why(text: str, trouble: str) -> None:
    assert read_lines(text)[-1].trouble.startswith(trouble)


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("4045550180\tAds\n4045550181, Site, Google", "commas"),
        ("4045550180\tAds\nSite, Inc; 4045550181", "semicolons"),
        ("4045550180, Ads\n4045550181\tSite", "tabs"),
        ("4045550180; Ads\n4045550181, Site", "commas"),
        ("4045550180, Ads\n4045550181; Site, Inc", "semicolons"),
    ],
)
def test_a_line_that_is_divided_otherwise_than_the_first_says_so(text: str, sign: str) -> None:
    said = f"It has {sign} between its parts, unlike the first line. Use the same in all lines."
    assert [line.trouble for line in read_lines(text)] == ["", said]


@pytest.mark.parametrize("text", ["4045550180\tAds, Inc", "4045550180\tAds, 4045550181; x"])
def test_other_signs_within_a_name_are_the_name_s(text: str) -> None:
    assert read_lines(text)[0].trouble == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "There is no number in it."),
        ("name,source\nAds,Google", "No column of the first line is called “number”."),
        ("\n".join(["4045550180"] * 1_002), "That is more than 1,000 lines."),
    ],
)
def test_a_list_that_is_none(text: str, why: str) -> None:
    with pytest.raises(BadList) as raised:
        read_lines(text)
    assert str(raised.value).startswith(why)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_files_as_spreadsheets_write_them(encoding: str) -> None:
    assert decoded("4045550180, Café".encode(encoding)) == "4045550180, Café"


LIST = "4045550180, Ads\n4045550181, Mine\n4045550182, Theirs\nnonsense\n8005550199, Free"


def test_first_it_says_what_will_happen_then_it_happens(shop: Company, leo: Client) -> None:
    scene.tracker(shop, B, "Site")
    other = scene.company("Secret Dental")
    scene.tracker(other, "+14045550182", "Secret line")
    path = f"/c/{shop.id}/numbers/many"
    page = leo.post(path, {"lines": LIST}).content.decode()
    said = words(page)
    assert "2 numbers to add, 1 known already, 2 can’t be added" in said
    assert "1 (404) 555-0180 Ads Not set Not set Will be added" in said
    assert "Known already It is Site, and stays as it is." in said
    assert (
        "Can’t be added This number can’t be added here. Check its digits; if they are right, ask an admin."
        in said
    )
    assert "“nonsense” is not a phone number." in said
    assert "Will be added For calls only. Toll-free numbers can’t text" in said
    assert "Secret" not in page
    assert str(other.id) not in page
    assert [each.name for each in trackers_of(shop.id)] == ["Site"], "nothing was added yet"
    done = words(leo.post(path, {"lines": LIST, "add": "1"}, follow=True).content.decode())
    assert "2 numbers were added." in done
    assert [each.name for each in trackers_of(shop.id)] == ["Ads", "Free", "Site"]
    assert [one.what for one in AuditLine.objects.order_by("id")] == [
        "Added +14045550180 as Ads.",
        "Added +18005550199 as Free.",
    ]
    again = words(leo.post(path, {"lines": LIST, "add": "1"}, follow=True).content.decode())
    assert "Nothing in the list was new" in again


def test_what_can_t_be_read_stands_as_it_was_typed(shop: Company, leo: Client) -> None:
    lines = "4045550180\tAds\n12-34\tDesk\tGoogle\tcall <me>\n4045550181, Site\n4045550182\tA\t\t" + "9" * 90
    page = leo.post(f"/c/{shop.id}/numbers/many", {"lines": lines}).content.decode()
    said = words(page.partition("<tbody>")[2].partition("</tbody>")[0])
    assert "2 12-34 Desk Google call <me> Can’t be added “12-34” is not a phone number." in said
    assert "3 4045550181, Site – Not set Not set Can’t be added It has commas between its parts" in said
    assert f"4 (404) 555-0182 A Not set {'9' * 39}… Can’t be added The destination" in said
    assert "call &lt;me&gt;" in page


def test_a_number_whose_hand_over_is_planned_is_that_of_who_has_it_now(shop: Company, leo: Client) -> None:
    other = scene.company("Secret Dental")
    soon = scene.at_ms(shop, "2090-03-04 09:00")
    for number, first, then in ((A, shop, shop), (B, shop, other), ("+14045550182", other, shop)):
        scene.tracker(first, number, f"Now {number[-1]}")
        scene.tracker(then, number, f"Later {number[-1]}", owns_from=soon)
    lines = f"{A}\n{B}\n+14045550182"
    page = words(leo.post(f"/c/{shop.id}/numbers/many", {"lines": lines}).content.decode())
    assert "It is Now 0, which hands it over on Sat, Mar 4, 2090, 9:00 AM Eastern, and stays so." in page
    assert "It is Now 1, which hands it over on Sat, Mar 4, 2090, 9:00 AM Eastern, and stays so." in page
    assert "It is Later 2 from Sat, Mar 4, 2090, 9:00 AM Eastern on, and stays so." in page


def test_a_file_is_shown_before_it_is_taken(shop: Company, leo: Client) -> None:
    file = SimpleUploadedFile("numbers.csv", "number,name\n4045550180,Café <b>".encode("cp1252"))
    page = leo.post(f"/c/{shop.id}/numbers/many", {"file": file, "lines": ""}).content.decode()
    assert "Café &lt;b&gt;" in page
    assert "Add 1 number" in words(page)
    assert trackers_of(shop.id) == []


def test_what_is_not_taken_of_a_list_is_said(shop: Company, leo: Client) -> None:
    path = f"/c/{shop.id}/numbers/many"
    head = "Tracking number,Name,Notes,Number,Forwards to,Rings\n"
    file = SimpleUploadedFile("n.csv", f"{head}4045550180,Ads,<b>,4045550181,404 555 0100,".encode())
    page = leo.post(path, {"file": file, "lines": "4045550182, Site"}).content.decode()
    said = words(page)
    assert "The file was read, and not the list that stood beside it." in said
    assert "Passed over: “Notes”, “Number”, “Rings”." in said
    assert "2 (404) 555-0180 Ads Not set (404) 555-0100 Will be added" in said
    said = words(leo.post(path, {"lines": "4045550180,Ads,,,<b>,two"}).content.decode())
    assert "destination are taken. Passed over: “<b>”, “two”." in said
    for nothing in ("4045550180, Ads\n4045550181", "number,name,\n4045550180,Ads,"):
        assert "Passed over" not in leo.post(path, {"lines": nothing}).content.decode()


@pytest.mark.parametrize("content", [b"x" * (room.MOST_LINES * 1100), b"PK\x03\x04\0\0"])
def test_a_file_that_is_none(shop: Company, leo: Client, content: bytes) -> None:
    file = SimpleUploadedFile("numbers.xlsx", content)
    answer = leo.post(f"/c/{shop.id}/numbers/many", {"file": file})
    assert answer.status_code == 400
    assert "Nothing was added." in words(answer.content.decode())


def test_more_lines_than_a_transaction_takes(shop: Company, leo: Client) -> None:
    lines = "\n".join(f"404{550 + n // 1000:03d}{n:04d}, Line {n}" for n in range(60))
    done = words(
        leo.post(f"/c/{shop.id}/numbers/many", {"lines": lines, "add": "1"}, follow=True).content.decode()
    )
    assert "60 numbers were added." in done
    assert len(trackers_of(shop.id)) == 60
