"""Every page is among those of tests.every_page, which the browser's tests open one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver

from tests.every_page import OTHERS, STEPS, furnished
from tests.people import signed_in

pytestmark = pytest.mark.django_db
FILES = {"conversations_csv", "messages_csv", "calls_csv", "missed_calls_csv", "customers_csv"}


def names(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from names(one.url_patterns)
        else:
            yield str(one.name)


def is_page(answer: HttpResponseBase) -> bool:
    is_html = answer.headers.get("Content-Type", "").startswith("text/html")
    return is_html and answer.status_code == 200 and b"</html>" in getattr(answer, "content", b"")


def test_each_address_is_looked_at_or_said_to_be_no_page() -> None:
    house = furnished()
    assert set(names(get_resolver().url_patterns)) - house.paths.keys() == OTHERS | FILES


def test_what_is_not_looked_at_is_no_page() -> None:
    """`sign_in` is another name of the page `account_login`."""
    house = furnished()
    ada = signed_in(house.ada)
    assert house.others.keys() == OTHERS - STEPS
    assert [name for name, path in house.others.items() if is_page(ada.get(path))] == []
    assert is_page(ada.get(house.paths["remove_samples"])), "else this shows nothing"
