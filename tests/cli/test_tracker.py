"""`textmeter tracker`: adding, handing over, listing."""

from tests.cli.terminal import Ran, Terminal
from tests.scene import at_ms, company
from textmeter.accounts.models import Company
from textmeter.ledger.trackers import owners_of

NUMBER = "+14045550180"


def add(terminal: Terminal, shop: Company, *more: str, number: str = NUMBER, name: str = "Ads") -> Ran:
    return terminal(
        "tracker", "add", "--company", shop.id, "--number", number, "--name", name, "--json", *more
    )


def test_a_tracker_is_added_and_listed(terminal: Terminal) -> None:
    shop = company()
    added = add(
        terminal, shop, "--source", "google", "--destination", "(404) 555-0100", number="404-555-0180"
    )
    assert added.code == 0
    assert added.json == {
        "id": added.json["id"],
        "company": str(shop.id),
        "number": NUMBER,
        "name": "Ads",
        "source": "google",
        "destination": "+14045550100",
        "record_calls": False,
        "can_text": True,
        "why_not": "",
    }
    assert terminal("tracker", "list", "--company", shop.id, "--json").json == [added.json]
    assert terminal("tracker", "list", "--json").json == [added.json]
    assert terminal("tracker", "list", "--company", company("B").id, "--json").json == []


def test_a_number_that_may_not_text_is_added_for_calls(terminal: Terminal) -> None:
    """DOMAIN Numbers that may text: the tracker can exist for calls and says why it can't text."""
    ran = terminal("tracker", "add", "--company", company().id, "--number", "+18002345678", "--name", "Free")
    assert ran.code == 0
    assert "For calls only: Toll-free numbers can't text" in ran.out


def test_what_is_no_number_is_refused(terminal: Terminal) -> None:
    shop = company()
    for ran in (
        add(terminal, shop, number="12"),
        add(terminal, shop, "--destination", "x"),
        add(terminal, shop, name=" "),
    ):
        assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert terminal("tracker", "list", "--json").json == []


def test_a_number_with_an_owner_changes_hands_only_when_asked(terminal: Terminal) -> None:
    """DOMAIN Who owns a number: a later owner owns it from the hand-over on."""
    first, second = company("A"), company("B")
    add(terminal, first)
    refused = add(terminal, second)
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert "--hand-over" in refused.err
    assert add(terminal, second, "--owns-from", "2026-03-04T09:00").code == 0
    from_at = at_ms(second, "2026-03-04 09:00")
    assert [(one.company_id, one.from_at, one.until_at) for one in owners_of([NUMBER])[NUMBER]] == [
        (first.id, 0, from_at),
        (second.id, from_at, None),
    ]


def test_a_hand_over_has_one_time_and_a_real_one(terminal: Terminal) -> None:
    first, second = company("A"), company("B")
    add(terminal, first)
    assert add(terminal, second, "--hand-over", "--owns-from", "2026-03-04").code == 2
    assert add(terminal, second, "--owns-from", "soon").code == 1
    assert add(terminal, second, "--owns-from", "1960-01-01").code == 1
    assert [one.company_id for one in owners_of([NUMBER])[NUMBER]] == [first.id]
    assert add(terminal, second, "--hand-over").code == 0
    assert owners_of([NUMBER])[NUMBER][-1].company_id == second.id
