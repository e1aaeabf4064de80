"""Names that two numbers share: taken, and doubted."""

from __future__ import annotations

from django.test import Client

from tests import scene
from tests.pages.reading import words
from textmeter.accounts.models import Company

A, B = "+14045550180", "+14045550181"
DOUBT = "Another entry of this list is called"


def test_a_name_that_another_number_has_is_doubted(shop: Company, leo: Client) -> None:
    scene.tracker(scene.company("Secret Dental"), "+14045550182", "Theirs")
    main = scene.tracker(shop, A, "Main line")
    numbers = f"/c/{shop.id}/numbers"

    def said(path: str, **fields: str) -> str:
        return words(leo.post(f"{numbers}/{path}", fields, follow=True).content.decode())

    assert f"{DOUBT} main LINE, too." in said("new", number=B, name="main LINE")
    assert DOUBT not in said("new", number="4045550183", name="Theirs")
    assert DOUBT not in said(str(main.id), name="Main line", source="Radio")
    assert f"{DOUBT} Theirs, too." in said(str(main.id), name="Theirs")
    assert f"{DOUBT} Theirs, too." in said(f"{main.id}/hand-over", name="Theirs", begins="now")
