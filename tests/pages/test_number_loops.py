"""Calls that would go round through the company's own numbers are refused where a destination is typed."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import scene
from tests.pages.reading import words
from textmeter.accounts.models import Company
from textmeter.ledger.tracker_acts import change
from textmeter.ledger.trackers import tracker, trackers_of
from textmeter.pages.number_loops import leads_back

A, B, C = "+14045550180", "+14045550181", "+14045550182"
NO = "Calls would come back to this number."


@pytest.mark.parametrize(
    ("destination", "goes_to", "comes_back"),
    [
        (A, {}, True),
        (B, {B: A}, True),
        (B, {B: C, C: A}, True),
        (B, {B: C}, False),
        (B, {B: C, C: B}, False),
        (B, {A: B}, False),
        ("", {B: A}, False),
    ],
)
def test_what_leads_back(destination: str, goes_to: dict[str, str], *, comes_back: bool) -> None:
    assert leads_back(A, destination, goes_to) is comes_back


def test_two_numbers_don_t_ring_each_other(shop: Company, leo: Client) -> None:
    first, second = scene.tracker(shop, A, "First"), scene.tracker(shop, B, "Second", destination=A)
    path = f"/c/{shop.id}/numbers/{first.id}"
    answer = leo.post(path, {"name": "First", "destination": B})
    assert answer.status_code == 400
    assert NO in words(answer.content.decode())
    handed = {"name": "Then", "begins": "now", "company": shop.id, "destination": B}
    assert NO in words(leo.post(f"{path}/hand-over", handed).content.decode())
    assert len(trackers_of(shop.id)) == 2
    change(shop, second.id, "leo@example.com", is_disabled=True)
    assert leo.post(path, {"name": "First", "destination": B}).status_code == 302


def test_of_others_numbers_nothing_is_learnt(shop: Company, leo: Client) -> None:
    scene.tracker(scene.company("Secret Dental"), B, "Secret line", destination=A)
    first = scene.tracker(shop, A, "First")
    path = f"/c/{shop.id}/numbers/{first.id}"
    assert leo.post(path, {"name": "First", "destination": B}).status_code == 302


def test_who_handed_its_number_over_rings_nobody(shop: Company, leo: Client) -> None:
    scene.tracker(shop, B, "Before", destination=A)
    scene.tracker(shop, B, "Now", owns_from=scene.at_ms(shop, "2026-03-04 09:00"))
    first = scene.tracker(shop, A, "First")
    leo.post(f"/c/{shop.id}/numbers/{first.id}", {"name": "First", "destination": B})
    now = tracker(shop.id, first.id)
    assert now is not None
    assert now.destination == B


def test_a_list_makes_no_round_either(shop: Company, leo: Client) -> None:
    scene.tracker(shop, C, "Third", destination=A)
    lines = (
        f"{A}, First, , {C}\n{B}, Second, , 4045550183\n4045550183, Fourth, , {B}\n4045550184, Fifth, , {C}"
    )
    said = words(leo.post(f"/c/{shop.id}/numbers/many", {"lines": lines}).content.decode())
    assert "1 number to add, 3 can’t be added" in said
    assert said.count(NO) == 3
