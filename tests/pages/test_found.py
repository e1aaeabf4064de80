"""What a search found is marked in the log."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests import scene
from tests.pages.reading import rows
from textmeter.accounts.models import Company
from textmeter.ledger.trackers import Tracker

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
DANA, MARCUS, PRIYA = "+14045550112", "+14045550149", "+14045550186"


def test_the_log_marks_what_the_search_found(
    get: Callable[..., str], company: Company, main_line: Tracker
) -> None:
    """In the last message where it stands there, else in the latest text of the conversation that has it."""
    scene.says(company, main_line, DANA, "My Crown hurts", "2026-03-04 09:00")
    scene.says(company, main_line, DANA, "<b>crown</b> again", "2026-03-04 09:01")
    scene.answers(company, main_line, DANA, "Come at two", "2026-03-04 09:02")
    scene.answers(company, main_line, MARCUS, "Your crown is <ready>", "2026-03-03 16:47")
    scene.says(company, main_line, PRIYA, "A crown, years ago", "2026-03-02 16:47")
    scene.says(company, main_line, PRIYA, "Hello", "2026-03-03 08:00")
    stranger = scene.company("Stranger")
    line = scene.tracker(stranger, "+14045550190")
    scene.says(stranger, line, DANA, "The crown of another", "2026-03-04 09:01:30")
    html = get("?q=crown")
    assert re.findall(r"<mark>(.*?)</mark>", html) == ["crown", "crown", "crown"]
    assert "<b>" not in html
    assert rows(html) == [
        "(404) 555-0112 No name yet Main line Outbound: Come at two"
        " Found in a text before, inbound: <b> crown </b> again 9:02 AM 3 messages 2 matching Timeline",
        "(404) 555-0149 No name yet Main line Outbound: Your crown is <ready> Mar 3, 4:47 PM 1 message"
        " 1 matching Timeline",
        "(404) 555-0186 No name yet Main line Inbound: A crown , years ago Unanswered Mar 2, 4:47 PM"
        " 1 message 1 matching Timeline",
    ]
    of_agents = get("?q=crown&direction=outbound")
    assert "Found in" not in of_agents
    assert re.findall(r"<mark>(.*?)</mark>", of_agents) == ["crown"]
    assert "<mark>" not in get()


def test_only_texts_that_the_filter_selects_are_marked(
    get: Callable[..., str], company: Company, main_line: Tracker
) -> None:
    """Every condition holds on the same message: a last message of the other direction or number is none."""
    other_line = scene.tracker(company, "+14045550191", "Ads")
    scene.answers(company, main_line, DANA, "Your crown is in", "2026-03-04 09:00")
    scene.says(company, main_line, DANA, "The crown? Great", "2026-03-04 09:01", customer_name="Dana")
    of_agents = (
        "Dana (404) 555-0112 Main line Inbound: The crown? Great Found in a text before, outbound:"
        " Your crown is in Waiting since 9:01 AM 9:01 AM 2 messages 1 matching Timeline"
    )
    assert rows(get("?q=crown&direction=outbound")) == [of_agents]
    scene.says(company, other_line, DANA, "This crown hurts", "2026-03-04 09:02")
    html = get(f"?q=crown&numbers={main_line.id}")
    assert re.findall(r"[^>]*<mark>", html) == ["The <mark>"]
    assert "This crown hurts" in html


def test_of_an_earlier_text_it_is_said_who_wrote_it(
    get: Callable[..., str], company: Company, main_line: Tracker
) -> None:
    scene.answers(company, main_line, DANA, "Your crown is in", "2026-03-04 09:00", agent="Mia <3")
    scene.says(company, main_line, DANA, "Great", "2026-03-04 09:01")
    (row,) = rows(get("?q=crown"))
    assert "Found in a text before, outbound: Your crown is in · Mia <3" in row


def test_of_two_texts_of_one_instant_the_last_is_the_ledgers_last(
    get: Callable[..., str], company: Company, main_line: Tracker
) -> None:
    """By the carrier's id, whichever came first."""
    for ref in ("ZZ1", "AA1"):
        scene.says(company, main_line, DANA, f"crown {ref}", "2026-03-04 09:00", carrier_ref=ref)
    html = get("?q=crown")
    assert "<mark>crown</mark> ZZ1" in html
    assert "Found in" not in html


def test_a_customer_found_by_name_has_nothing_marked(
    get: Callable[..., str], company: Company, main_line: Tracker
) -> None:
    scene.says(company, main_line, DANA, "Hello", "2026-03-04 09:00", customer_name="Dana Crown")
    html = get("?q=crown")
    assert "Dana Crown" in html
    assert "<mark>" not in html
    assert "Found in" not in html
