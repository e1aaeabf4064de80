"""DOMAIN.md, "Search": NFKD, marks dropped, casefold, everything but letters and digits to spaces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textmeter.lib.folding import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Hello,  World!", "hello world"),
        ("Crème Brûlée", "creme brulee"),
        ("STRASSE straße", "strasse strasse"),
        ("it's 5-ish", "it s 5 ish"),
        ("ﬁne Ⅳ ½", "fine iv 1 2"),
        ("你好 мир", "你好 мир"),
        ("😀", ""),
        ("  \t\n", ""),
        ("§123 x", "123 x"),
        ("a\0b", "a b"),
        ("İstanbul", "istanbul"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_leaves_words_of_letters_and_digits_and_is_the_same_twice(text: str) -> None:
    folded = fold(text)
    assert folded == " ".join(folded.split())
    assert all(sign.isalnum() or sign == " " for sign in folded)
    assert fold(folded) == folded


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_the_quick_way_for_ascii_equals_the_long_way(text: str) -> None:
    assert fold(text) == fold(text + "\u0301" if text[-1:].isalnum() else text + "\u2003")
