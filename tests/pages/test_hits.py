"""What a search found is marked in the text as it was written."""

from __future__ import annotations

import pytest

from textmeter.pages.hits import Part, excerpt, marked
from textmeter.reports.search import read_search


def shown(parts: tuple[Part, ...]) -> str:
    return "".join(f"[{part.text}]" if part.is_hit else part.text for part in parts)


@pytest.mark.parametrize(
    ("text", "query", "seen"),
    [
        ("Is the Crown ready?", "crown", "Is the [Crown] ready?"),
        ("Crowns, and the crown of it", "the crown", "[Crowns], and [the] [crown] of it"),
        ("Café au lait, cafe\u0301!", "cafe", "[Café] au lait, [cafe\u0301]!"),
        ("½ of it", "1 2", "[½] of it"),
        ("no such thing", "crown", "no such thing"),
        ("crown alone isn't both", "crown ready", "crown alone isn't both"),
        ("anything", "!!!", "anything"),
        ("", "crown", ""),
    ],
)
def test_the_words_by_which_a_text_is_found(text: str, query: str, seen: str) -> None:
    assert shown(marked(text, read_search(query))) == seen


def test_without_a_search_nothing_is_marked() -> None:
    assert marked("crown", None) == (Part("crown"),)
    assert shown(excerpt("two\n lines", None, 280)) == "two lines"


def test_an_excerpt_begins_shortly_before_a_late_hit() -> None:
    text = "so many words come here before the one that is looked for, which is crown, and more"
    assert shown(excerpt(text, read_search("crown"), 280)) == "…for, which is [crown], and more"
    assert shown(excerpt(text, read_search("many"), 20)) == "so [many] words come h…"
    assert shown(excerpt(text, read_search("crown"), 25)) == "…for, which is [crown], and…"


def test_a_long_word_before_the_hit_is_cut() -> None:
    """Such as an address, or anything in Chinese."""
    crown = read_search("crown")
    assert shown(excerpt("x" * 60 + " crown", crown, 280)) == "…" + "x" * 11 + " [crown]"
    address = "https://example.com/" + "a/" * 400 + "?crown=1"
    assert shown(excerpt(address, crown, 280)) == "…/a/a/a/a/a/?[crown]=1"
    assert shown(excerpt("I said before: crown", crown, 280)) == "I said before: [crown]"
    assert shown(excerpt("a longer one, and then a crown", crown, 280)) == "…one, and then a [crown]"
