"""`textmeter rebuild`, `check`, `company set --time-zone`: what is stored is what the messages say."""

from django.db import connection

from tests.cli.terminal import Terminal
from tests.scene import answers, company, says, tracker

CUSTOMER = "+14045550112"


def scene() -> tuple[int, int]:
    shop, other = company("Piedmont"), company("Other")
    line = tracker(shop)
    says(shop, line, CUSTOMER, "Hi", at="2026-03-04 00:30")
    answers(shop, line, CUSTOMER, "Hello!", at="2026-03-04 09:05")
    return shop.id, other.id


def test_check_finds_nothing_where_nothing_is_wrong(terminal: Terminal) -> None:
    scene()
    assert terminal("check").out == "Everything stored equals what the messages say.\n"
    ran = terminal("check", "--json")
    assert (ran.code, ran.json) == (0, {"differences": []})


def test_check_names_what_differs_and_rebuild_mends_it(terminal: Terminal) -> None:
    """A derived row that isn't what the ledger says: exit code 1, and one command mends it."""
    shop, other = scene()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_conversation SET total = 7 WHERE company_id = %s", [shop])
    ran = terminal("check", "--json")
    (difference,) = ran.json["differences"]
    assert (ran.code, difference["company_id"], difference["table"]) == (1, str(shop), "ledger_conversation")
    assert (difference["stored"]["total"], difference["recounted"]["total"]) == (7, 2)
    told = terminal("check")
    assert told.code == 1
    assert "1 difference. `textmeter rebuild` makes it right." in told.out
    assert terminal("check", "--company", other).code == 0
    assert terminal("rebuild", "--company", shop, "--json").json == [{"id": str(shop), "conversations": 1}]
    assert terminal("check").code == 0


def test_rebuild_goes_through_every_company(terminal: Terminal) -> None:
    assert terminal("rebuild").out == "There is no company yet.\n"
    scene()
    assert terminal("rebuild").out == "Other: 0 conversations.\nPiedmont: 1 conversation.\n"


def test_a_new_zone_says_how_many_conversations_moved(terminal: Terminal) -> None:
    """DOMAIN Time: changing a company's zone re-derives everything of it."""
    shop, _ = scene()
    ran = terminal("company", "set", shop, "--time-zone", "America/Los_Angeles")
    assert ran.out == (
        f"Company {shop} is Piedmont (America/Los_Angeles). 1 conversation moved to another day.\n"
    )
    assert terminal("company", "set", shop, "--time-zone", "America/Los_Angeles", "--json").json["moved"] == 0
    assert terminal("check").code == 0
