"""A number's page that was opened before somebody else changed the number."""

from __future__ import annotations

import re
from html import unescape

from django.test import Client

from tests import scene
from textmeter.accounts.models import AuditLine, Company
from textmeter.ledger.trackers import tracker


def shown(client: Client, path: str) -> dict[str, str]:
    """What the form would send as it stands."""
    html = client.get(path).content.decode().partition('<form class="form"')[2].partition("</form>")[0]
    fields = {}
    for each in re.findall(r"<input [^>]*>", html):
        name, value = re.search(r'name="([^"]+)"', each), re.search(r'value="([^"]*)"', each)
        is_off = 'type="checkbox"' in each and " checked" not in each
        if name and not is_off:
            fields[name[1]] = unescape(value[1]) if value else "on"
    return fields


def test_an_older_page_changes_only_what_was_changed_on_it(shop: Company, leo: Client) -> None:
    made = scene.tracker(shop, name="Main", source='A & "B"', destination="+14045550199", record_calls=True)
    path = f"/c/{shop.id}/numbers/{made.id}"
    older, newer = shown(leo, path), shown(leo, path)
    del newer["record_calls"]
    leo.post(path, newer | {"name": "Spring", "destination": "404 555 0100"})
    refused = leo.post(path, older | {"source": "x" * 201})
    assert refused.status_code == 400
    still = re.findall(r'name="was-name" value="([^"]*)"', refused.content.decode())
    assert still == ["Main"], "a mistake forgets nothing of what was shown"
    leo.post(path, older | {"source": "Radio"})
    now = tracker(shop.id, made.id)
    assert now is not None
    assert (now.name, now.source, now.destination, now.record_calls) == (
        "Spring",
        "Radio",
        "+14045550100",
        False,
    )
    lines = [one.what for one in AuditLine.objects.order_by("id")]
    assert lines[1:] == ['Changed +14045550180 (Spring): source A & "B" is now Radio.']


def test_what_is_sent_as_it_was_shown_changes_nothing(shop: Company, leo: Client) -> None:
    made = scene.tracker(shop, name="Main", destination="+14045550199", record_calls=True)
    path = f"/c/{shop.id}/numbers/{made.id}"
    assert leo.post(path, shown(leo, path)).status_code == 302
    assert tracker(shop.id, made.id) == made
    assert AuditLine.objects.count() == 0
