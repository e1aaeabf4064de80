"""`textmeter tracker add --owns-from`: what would move is said, and asked about at a terminal."""

from __future__ import annotations

import io

import pytest

from tests.cli.terminal import Ran, Terminal
from tests.scene import calls, company, says
from textmeter.accounts.models import Company
from textmeter.ledger.rebuild import mark_for_rebuild
from textmeter.ledger.statements import fetch
from textmeter.ledger.trackers import Tracker, add_tracker, trackers_of

NUMBER, ANN = "+14045550180", "+17705550101"
MOVING = "“Old”, gives what it has since then to “New”: 2 texts in 1 conversation and 1 call, from"


@pytest.fixture
def shop(db: None) -> Company:
    return company()


@pytest.fixture
def line(shop: Company) -> Tracker:
    made = add_tracker(shop.id, number=NUMBER, name="Old", destination="+14045550100")
    for at in ("2026-03-03 23:59", "2026-03-04 00:00", "2026-03-04 09:00"):
        says(shop, made, ANN, "Hi", at)
    calls(shop, made, ANN, "2026-05-01 09:00")
    return made


def hand_over(terminal: Terminal, shop: Company, *more: str, typed: str = "") -> Ran:
    return terminal(
        *("tracker", "add", "--company", shop.id, "--number", NUMBER, "--name", "New"),
        *("--destination", "+14045550100", "--owns-from", "2026-03-04", *more),
        stdin=typed,
    )


def moved(line: Tracker) -> int:
    return 3 - len(fetch("SELECT 1 FROM ledger_message WHERE tracker_id = %s", [line.id]))


class Typed(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sits at the terminal."""
    monkeypatch.setattr(io, "TextIOWrapper", Typed)


@pytest.mark.usefixtures("somebody")
def test_at_a_terminal_it_asks_and_a_no_changes_nothing(
    terminal: Terminal, shop: Company, line: Tracker
) -> None:
    for typed in ("n\n", "\n"):
        ran = hand_over(terminal, shop, typed=typed)
        assert (ran.code, ran.out) == (1, "")
        assert f"Tracker {line.id}, {MOVING} 2026-03-04 to 2026-05-01." in ran.err
        assert "Hand it over? [y/N]" in ran.err
        assert ran.err.endswith("textmeter: Nothing was changed.\n")
    assert trackers_of(shop.id) == [line]
    assert hand_over(terminal, shop, "--json", typed="y\n").json["name"] == "New"
    assert moved(line) == 2


@pytest.mark.usefixtures("somebody")
def test_who_is_sure_is_not_asked_and_is_told(terminal: Terminal, shop: Company, line: Tracker) -> None:
    ran = hand_over(terminal, shop, "--yes")
    assert (ran.code, moved(line)) == (0, 2)
    assert ran.err == f"Note: tracker {line.id}, {MOVING} 2026-03-04 to 2026-05-01.\n"


def test_a_script_has_nobody_to_ask(terminal: Terminal, shop: Company, line: Tracker) -> None:
    ran = hand_over(terminal, shop, "--json")
    assert (ran.code, ran.err, moved(line)) == (0, "", 2)


@pytest.mark.usefixtures("somebody")
def test_what_moves_nothing_is_not_asked_about(terminal: Terminal, shop: Company, line: Tracker) -> None:
    """Nor from now on, nor to another company, to which nothing ever goes along."""
    refused = hand_over(terminal, company("Other"))
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert "later texts or calls" in refused.err
    assert hand_over(terminal, shop, "--owns-from", "2026-05-02").err == ""
    ran = terminal("tracker", "add", "--company", shop.id, "--number", NUMBER, "--name", "Now", "--hand-over")
    assert (ran.code, moved(line)) == (0, 0)


def test_between_a_sample_and_a_real_company_nothing_changes_hands(terminal: Terminal, shop: Company) -> None:
    sample = Company.objects.create(name="Sample", time_zone="America/New_York", is_sample=True)
    for giver, receiver, number in ((sample, shop, NUMBER), (shop, sample, "+14045550181")):
        add_tracker(giver.id, number=number, name="Line")
        ran = terminal(
            *("tracker", "add", "--company", receiver.id, "--number", number, "--name", "A", "--hand-over")
        )
        assert (ran.code, ran.out) == (1, "")
        assert ran.err == "textmeter: Between a sample company and real ones no number is handed over.\n"
    assert [len(trackers_of(each.id)) for each in (shop, sample)] == [1, 1]


def test_while_texts_are_being_moved_it_says_so(terminal: Terminal, shop: Company, line: Tracker) -> None:
    mark_for_rebuild(shop.id)
    said = hand_over(terminal, shop, "--yes")
    assert (said.code, moved(line)) == (1, 0)
    assert "Try again in a few minutes." in said.err


def handed_over(terminal: Terminal, shop: Company, line: Tracker) -> tuple[object, ...]:
    """Too early; the command that keeps the number."""
    assert hand_over(terminal, shop, "--yes").code == 0
    assert moved(line) == 2
    return ("tracker", "keep", line.id, "--company", shop.id)


@pytest.mark.usefixtures("somebody")
def test_what_was_handed_over_is_taken_back_when_one_says_yes(
    terminal: Terminal, shop: Company, line: Tracker
) -> None:
    keep = handed_over(terminal, shop, line)
    newer = next(each for each in trackers_of(shop.id) if each.name == "New")
    no = terminal(*keep, stdin="n\n")
    assert (no.code, no.out, moved(line)) == (1, "", 2)
    assert f"Tracker {newer.id}, “New”, gives 2 texts and 1 call to “Old”." in no.err
    assert "Move them? [y/N]" in no.err
    yes = terminal(*keep, stdin="y\n")
    assert yes.out == (
        f"The hand-over was taken back: tracker {line.id}, Old, keeps (404) 555-0180. "
        f"Tracker {newer.id}, New, is gone.\n"
    )
    assert (trackers_of(shop.id), moved(line)) == ([line], 0)
    assert terminal("check").code == 0
    again = terminal(*keep)
    assert (again.code, again.err.count("\n")) == (1, 1)
    assert "nothing to take back" in again.err


def test_a_wrong_moment_is_corrected(terminal: Terminal, shop: Company, line: Tracker) -> None:
    keep = handed_over(terminal, shop, line)
    ran = terminal(*keep, "--until", "2026-03-04T09:00")
    assert ran.err.startswith("Note: tracker ")
    assert "“New”, gives 1 text to “Old”." in ran.err
    assert ran.out == (
        f"The hand-over of (404) 555-0180 by tracker {line.id}, Old, is at 2026-03-04 09:00 EST.\n"
    )
    assert moved(line) == 1
    unasked = terminal(*keep, "--until", "2026-03-04T09:00:01", "--json").json
    assert unasked["until"] == "2026-03-04T14:00:01.000+00:00"
    for wrong, code, said in (
        ("soon", 2, "--until is “soon”; allowed: a time such as"),
        ("2026-03-04T09:00:01", 1, "at that moment already"),
    ):
        refused = terminal(*keep, "--until", wrong)
        assert (refused.code, refused.out, refused.err.count("\n")) == (code, "", 1)
        assert said in refused.err
    mark_for_rebuild(shop.id)
    busy = terminal(*keep)
    assert (busy.code, "Try again in a few minutes" in busy.err) == (1, True)
