from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmeter.lib.keyset import BadCursor, decode, encode


@given(st.text(), st.lists(st.one_of(st.integers(), st.text())))
def test_a_cursor_brings_back_its_keys(bound_to: str, keys: list[str | int]) -> None:
    cursor = encode(bound_to, keys)
    assert decode(bound_to, cursor) == keys
    assert cursor.replace("-", "").replace("_", "").isalnum()
    with pytest.raises(BadCursor):
        decode(bound_to + "x", cursor)


@pytest.mark.parametrize(
    "cursor", ["", "x", "é", "!!!!", "bnVsbA", "W10", "e30", "WzEsMl0", "=" * 5, "A" * 9999]
)
def test_what_is_no_cursor_of_this_list_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursor):
        decode("list", cursor)
