"""What the customer's card says; the rows are made by hand."""

from __future__ import annotations

from datetime import date

from tests.pages.hand_made import ZONE, at, card
from textmeter.pages.customer_card import CardView, OptState, draw_card
from textmeter.reports.rows import CustomerCard, OptOutLine


def drawn(of: CustomerCard) -> CardView:
    return draw_card(of, ZONE, date(2026, 3, 4), lambda day, id_: f"?day={day}#m{id_}")


def facts(of: CustomerCard) -> dict[str, str]:
    return {fact.label: f"{fact.value} {fact.detail}".strip() for fact in drawn(of).facts}


def test_the_whole_card() -> None:
    view = drawn(card())
    assert (view.title, view.initials, view.number, view.waiting) == (
        "Dana Whitfield",
        "DW",
        "(404) 555-0112",
        "",
    )
    assert facts(card()) == {
        "Place": "Atlanta,\N{NO-BREAK SPACE}GA 30309",
        "First seen": "Mon, Feb 9, 2026",
        "First source": "Google Ads",
        "Texts": "26 13 in, 13 out",
        "Conversations": "4",
        "Calls": "2 1 answered",
    }
    assert [(use.name, use.number, use.is_latest, use.count) for use in view.trackers] == [
        ("Google Ads", "(404) 555-0180", True, "20 texts, 2 calls"),
        ("Website", "(404) 555-0182", False, "6 texts"),
    ]


def test_unknown_things_are_said_to_be_unknown() -> None:
    blank = card(city="", state="", zip="", country="", first_source="", first_seen_at=None, calls=0, texts=0)
    said = facts(blank)
    assert (said["Place"], said["First seen"], said["First source"], said["Calls"]) == (
        "Not known",
        "Not yet",
        "Not known",
        "0",
    )


def test_a_customer_abroad_has_a_country() -> None:
    assert facts(card(city="Berlin", state="", zip="", country="DE"))["Place"] == "Berlin, DE"


def test_the_carriers_name_stands_beside_a_given_one() -> None:
    assert facts(card(heard_name="WHITFIELD DANA"))["Carrier’s name"] == "WHITFIELD DANA"
    assert "Carrier’s name" not in facts(card(heard_name="Dana Whitfield"))


def test_without_a_name_the_number_is_the_heading() -> None:
    view = drawn(card(name=""))
    assert (view.title, view.initials, view.number) == ("(404) 555-0112", "", "")


def test_waiting_says_since_when() -> None:
    assert drawn(card(waiting_since=at("09:30"))).waiting == "Waiting since 9:30 AM"
    assert drawn(card(waiting_since=at("09:30", "2026-03-02"))).waiting == "Waiting since Mar 2, 9:30 AM"


def test_the_opt_out_state_links_to_the_message_that_proves_it() -> None:
    out, back = OptOutLine(5, at("09:00", "2026-03-01"), False), OptOutLine(9, at("09:00"), True)
    assert drawn(card()).opt_state == OptState(False, "May be texted", "No opt-out on record", "")
    assert drawn(card(opt_outs=(out,))).opt_state == OptState(
        True, "Opted out: don’t text", "Said so on Sun, Mar 1, 9:00 AM", "?day=2026-03-01#m5"
    )
    assert drawn(card(opt_outs=(out, back))).opt_state == OptState(
        False, "May be texted", "Opted in again on Wed, Mar 4, 9:00 AM", "?day=2026-03-04#m9"
    )
