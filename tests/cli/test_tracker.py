"""`textmeter tracker`: adding, handing over, listing."""

from tests.cli.terminal import Ran, Terminal
from tests.scene import at_ms, company
from textmeter.accounts.models import AuditLine, Company
from textmeter.ledger.trackers import owners_of, trackers_of
from textmeter.reports.changes import change_number

NUMBER = "+14045550180"


def add(terminal: Terminal, shop: Company, *more: str, number: str = NUMBER, name: str = "Ads") -> Ran:
    return terminal(
        "tracker", "add", "--company", shop.id, "--number", number, "--name", name, "--json", *more
    )


def test_a_tracker_is_added_and_listed(terminal: Terminal) -> None:
    shop = company()
    added = add(
        terminal, shop, "--source", "Google Ads", "--destination", "(404) 555-0100", number="404-555-0180"
    )
    assert added.code == 0
    assert added.json == {
        "id": added.json["id"],
        "company": str(shop.id),
        "number": NUMBER,
        "name": "Ads",
        "source": "Google Ads",
        "destination": "+14045550100",
        "record_calls": False,
        "can_text": True,
        "why_not": "",
        "disabled": False,
        "from": None,
        "until": None,
    }
    assert terminal("tracker", "list", "--company", shop.id, "--json").json == [added.json]
    assert terminal("tracker", "list", "--json").json == [added.json]
    assert terminal("tracker", "list", "--company", company("B").id, "--json").json == []


def test_a_number_that_may_not_text_is_added_for_calls(terminal: Terminal) -> None:
    """DOMAIN Numbers that may text: the tracker can exist for calls and says why it can't text."""
    ran = terminal("tracker", "add", "--company", company().id, "--number", "+18002345678", "--name", "Free")
    assert ran.code == 0
    assert "For calls only: Toll-free numbers can’t text" in ran.out


def test_what_is_no_number_is_refused(terminal: Terminal) -> None:
    shop = company()
    for ran in (
        add(terminal, shop, number="12"),
        add(terminal, shop, "--destination", "x"),
        add(terminal, shop, name=" "),
    ):
        assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
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
    assert add(terminal, second, "--owns-from", "soon").code == 2
    assert add(terminal, second, "--owns-from", "1960-01-01").code == 2
    assert [one.company_id for one in owners_of([NUMBER])[NUMBER]] == [first.id]
    assert add(terminal, second, "--hand-over").code == 0
    assert owners_of([NUMBER])[NUMBER][-1].company_id == second.id


def test_calls_that_go_nowhere_are_noted(terminal: Terminal) -> None:
    shop = company()
    ran = terminal("tracker", "add", "--company", shop.id, "--number", NUMBER, "--name", "Ads")
    (made,) = trackers_of(shop.id)
    assert "Note" not in ran.out
    assert ran.err.startswith("Note: it has no --destination, so calls go nowhere")
    assert f"`textmeter tracker set {made.id} --company {shop.id} --destination" in ran.err
    assert add(terminal, shop, number="+14045550181").err == ""
    mended = terminal("tracker", "set", made.id, "--company", shop.id, "--destination", "+14045550100")
    assert (mended.code, mended.err) == (0, "")
    assert mended.out.endswith("(404) 555-0180; calls go on to (404) 555-0100.\n")


def test_a_tracker_is_changed_and_what_is_not_given_stays(terminal: Terminal) -> None:
    shop = company()
    before = add(terminal, shop, "--source", "Yelp", "--destination", "+14045550100").json
    others = [
        add(terminal, shop, number="+14045550181", name="Other").json,
        add(terminal, company("B"), number="+14045550182", name="Stranger").json,
    ]

    def change(*more: str) -> Ran:
        return terminal("tracker", "set", before["id"], "--company", shop.id, "--json", *more)

    seen = change_number(shop.id)
    named = change("--name", " Google Ads ").json
    assert named == before | {"name": "Google Ads"}
    assert change_number(shop.id) > seen  # so that open pages notice
    assert change("--source", "Google Ads", "--record-calls").json == named | {
        "source": "Google Ads",
        "record_calls": True,
    }
    emptied = change("--source", "", "--destination", "", "--no-record-calls").json
    assert emptied == named | {"source": "", "destination": "", "record_calls": False}
    own, stranger = others
    assert terminal("tracker", "list", "--json").json == [stranger, emptied, own]  # by company, then name
    assert terminal("check").code == 0


def test_a_tracker_is_disabled_and_enabled_again(terminal: Terminal) -> None:
    shop = company()
    made = add(terminal, shop, "--destination", "+14045550100").json
    set_ = ["tracker", "set", made["id"], "--company", shop.id]
    said = terminal(*set_, "--disable").out
    assert "calls go nowhere. It is disabled; what still comes in is recorded." in said
    assert terminal("tracker", "list", "--json").json == [made | {"disabled": True}]
    assert terminal("tracker", "list").out.rstrip().endswith("disabled")
    assert terminal(*set_, "--enable", "--json").json == made
    assert [one.by for one in AuditLine.objects.all()] == ["the command line"] * 3


def test_only_a_companys_own_tracker_is_changed(terminal: Terminal) -> None:
    shop, stranger = company("A"), company("B")
    made = add(terminal, shop).json
    for id, owner, code, more in (
        (made["id"], stranger.id, 1, ["--name", "Mine"]),
        ("12", shop.id, 1, ["--name", "Mine"]),
        ("x", shop.id, 1, ["--name", "Mine"]),
        (made["id"], 12, 1, ["--name", "Mine"]),
        (made["id"], shop.id, 2, []),
        (made["id"], shop.id, 2, ["--name", " "]),
        (made["id"], shop.id, 2, ["--destination", "x"]),
    ):
        ran = terminal("tracker", "set", id, "--company", owner, *more)
        assert (ran.code, ran.out, ran.err.count("\n")) == (code, "", 1)
    assert terminal("tracker", "list", "--json").json == [made]


def test_a_number_that_was_handed_over_is_listed_with_its_end(terminal: Terminal) -> None:
    """DOMAIN Who owns a number: owners one after another, of the same company too."""
    shop = company()
    first = add(terminal, shop, name="Old").json
    second = terminal(
        *("tracker", "add", "--company", shop.id, "--number", NUMBER, "--name", "New"),
        *("--owns-from", "2026-03-04T09:00"),
    )
    assert f"The number was “Old” ({first['id']}) of company {shop.id}" in second.out
    listed = terminal("tracker", "list").out.splitlines()
    assert listed[1].endswith("New")
    assert listed[2].endswith("until 2026-03-04 09:00 EST, then handed over")
    untils = [one["until"] for one in terminal("tracker", "list", "--json").json]
    assert untils == [None, "2026-03-04T14:00:00.000+00:00"]
    third = ("tracker", "add", "--company", shop.id, "--number", NUMBER, "--name", "Later")
    planned = terminal(*third, "--owns-from", "2090-03-04T09:00")
    assert "The number is until then “New” (" in planned.out


def test_a_hand_over_beyond_the_calendar_is_wrong_usage(terminal: Terminal) -> None:
    shop = company()
    for moment in ("0001-01-01T00:00", "9999-12-31T23:59-12:00", "2500-01-01T00:00", "soon"):
        ran = terminal(
            *("tracker", "add", "--company", shop.id, "--number", "+14045550180", "--name", "A"),
            *("--owns-from", moment),
        )
        assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1), moment


def test_a_planned_hand_over_is_listed_on_both_sides_and_taken_back(terminal: Terminal) -> None:
    """DOMAIN Who owns a number: a later owner owns it from the hand-over on."""
    shop, other = company("A"), company("B", "America/Chicago")
    first = add(terminal, shop, name="Now").json
    planned = add(terminal, other, "--owns-from", "2090-03-04T09:00", name="Later").json
    assert (planned["from"], planned["until"]) == ("2090-03-04T15:00:00.000+00:00", None)
    listed = terminal("tracker", "list").out
    assert "until 2090-03-04 10:00 EST, then handed over" in listed
    assert "from 2090-03-04 09:00 CST on" in listed
    keep = ("tracker", "keep", first["id"], "--company", shop.id)
    assert terminal(*keep).out == (
        f"The hand-over was taken back: tracker {first['id']}, Now, keeps (404) 555-0180. "
        f"Tracker {planned['id']}, Later, is gone.\n"
    )
    assert terminal("tracker", "list", "--json").json == [first]
    again = terminal(*keep)
    assert (again.code, again.out, again.err.count("\n")) == (1, "", 1)
    assert "has nothing to take back" in again.err
    add(terminal, other, "--owns-from", "2090-03-04T09:00", name="Later")
    assert terminal(*keep, "--json").json == first
    assert terminal("check").code == 0
    told = AuditLine.objects.latest("id").what
    assert told.startswith("Took back the hand-over of +14045550180 to Later that was planned for")


def test_what_cannot_be_taken_back_is_one_plain_line(terminal: Terminal) -> None:
    shop, stranger = company("A"), company("B")
    first = add(terminal, shop, name="Now").json
    second = add(terminal, shop, "--owns-from", "2090-03-04T09:00", name="Later").json
    add(terminal, shop, "--owns-from", "2091-03-04T09:00", name="Last")
    for id, owner, said in (
        (first["id"], shop.id, "Take the later hand-over back first."),
        (first["id"], stranger.id, "has no tracker"),
        ("x", shop.id, "has no tracker"),
    ):
        ran = terminal("tracker", "keep", id, "--company", owner)
        assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
        assert said in ran.err
    listed = terminal("tracker", "list").out
    assert "from 2090-03-04 09:00 EST on; until 2091-03-04 09:00 EST, then handed over" in listed
    assert second["until"] is None
