"""`textmeter company`: adding, listing, and what a wrong word is answered with."""

from tests.cli.terminal import Terminal
from tests.scene import company
from textmeter.accounts.models import Company


def test_a_company_is_added_and_listed(terminal: Terminal) -> None:
    added = terminal("company", "add", "  Piedmont Dental ", "--time-zone", "America/New_York", "--json").json
    made = Company.objects.get()
    assert added == {
        "id": str(made.id),
        "name": "Piedmont Dental",
        "time_zone": "America/New_York",
        "is_sample": False,
    }
    assert terminal("company", "list", "--json").json == [added]
    listed = terminal("company", "list")
    assert listed.out.splitlines()[1].split("  ") == [str(made.id), "Piedmont Dental", "America/New_York"]


def test_without_a_company_the_list_says_what_to_do(terminal: Terminal) -> None:
    assert terminal("company", "list").out == "No company yet: `textmeter company add`.\n"
    assert terminal("company", "list", "--json").json == []


def test_a_zone_is_a_name_never_an_offset(terminal: Terminal) -> None:
    """DOMAIN Time: zones are IANA names."""
    for wrong in ("EST", "UTC+5", "Etc/GMT+5", "", "america/new_york", "../etc/passwd"):
        ran = terminal("company", "add", "A", "--time-zone", wrong)
        assert (ran.code, ran.out, Company.objects.count()) == (2, "", 0)
        assert ran.err.startswith(f"textmeter: --time-zone is “{wrong}”; allowed: an IANA name")
        assert ran.err.count("\n") == 1


def test_the_nearest_zone_is_suggested(terminal: Terminal) -> None:
    for typed, meant in (
        ("America/NewYork", "America/New_York"),
        ("new york", "America/New_York"),
        ("Chicago", "America/Chicago"),
        ("US/Easter", "US/Eastern"),
        ("PST", "America/Los_Angeles"),
        ("Lima, Ohio", "America/New_York"),
    ):
        said = terminal("company", "add", "A", "--time-zone", typed).err
        assert said.endswith(f"Did you mean {meant}?\n"), typed


def test_where_no_zone_is_near_the_usual_ones_are_named(terminal: Terminal) -> None:
    for typed in ("Toledo", "Lima, Elsewhere", "UTC+5", ""):
        said = terminal("company", "add", "A", "--time-zone", typed).err
        assert "Did you mean" not in said
        assert "America/Chicago, America/Denver" in said
        assert "America/Toronto" in said


def test_a_wrong_zone_is_wrong_usage_for_a_company_that_is_there_too(terminal: Terminal) -> None:
    shop = company()
    assert terminal("company", "set", shop.id, "--time-zone", "Atlanta", "--name", "New").code == 2
    assert Company.objects.get().name == "Piedmont Dental"


def test_a_name_is_one_line(terminal: Terminal) -> None:
    for wrong in ("", "   ", "two\nlines", "x" * 201):
        assert terminal("company", "add", wrong, "--time-zone", "America/New_York").code == 2
    assert not Company.objects.exists()


def test_a_company_is_renamed(terminal: Terminal) -> None:
    shop = company("Piedmont")
    ran = terminal("company", "set", shop.id, "--name", "Piedmont Dental", "--json")
    assert ran.json == {
        "id": str(shop.id),
        "name": "Piedmont Dental",
        "time_zone": "America/New_York",
        "is_sample": False,
        "moved": 0,
    }
    assert Company.objects.get().name == "Piedmont Dental"


def test_an_unknown_company_is_said_with_the_way_to_the_right_one(terminal: Terminal) -> None:
    for wrong in ("12", "x", "-1", "9" * 30, "１２"):
        ran = terminal("company", "set", "--name", "B", "--", wrong)
        assert (ran.code, ran.err) == (
            1,
            f"textmeter: There is no company “{wrong}”. `textmeter company list` shows the ids.\n",
        )


def test_wrong_usage_is_one_line_and_exit_code_2(terminal: Terminal) -> None:
    shop = company()
    for arguments in (
        ("company", "add", "A"),
        ("company", "set", shop.id),
        ("company", "nonsense"),
        ("nonsense",),
        ("company", "list", "--nonsense"),
    ):
        ran = terminal(*arguments)
        assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
        assert ran.err.startswith("textmeter: ")
        assert "--help`" in ran.err
