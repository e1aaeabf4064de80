"""Where folded words stand in the text that they come from."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from textmeter.lib.folding import fold, words_in

SIGNS = st.text(
    alphabet=st.one_of(st.characters(), st.sampled_from("aé ’'-1½ﬁ㎏ßİ\u0301\u200d")), max_size=40
)


@given(SIGNS)
def test_they_are_the_words_of_the_folded_text(text: str) -> None:
    found = list(words_in(text))
    assert [word for word, _, _ in found] == fold(text).split()
    places = [place for _, begin, end in found for place in (begin, end)]
    assert all(begin < end for _, begin, end in found)
    assert places == sorted(places) or any(len(fold(sign).split()) > 1 for sign in text)


def test_marks_and_capitals_stay_with_their_word() -> None:
    text = "«Zoe\u0301’s CROWN»"
    assert [text[begin:end] for _, begin, end in words_in(text)] == ["Zoe\u0301", "s", "CROWN"]
