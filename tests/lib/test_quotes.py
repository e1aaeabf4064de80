"""What somebody typed, in the sentence that says it back."""

from __future__ import annotations

from textmeter.lib.quotes import quoted


def test_what_was_typed_stands_on_one_line_and_steers_no_terminal() -> None:
    assert quoted("Main line") == "“Main line”"
    assert quoted("Müller & \"Söhne\", 'n'") == "“Müller & \"Söhne\", 'n'”"
    assert quoted("a\nb\x1b[2J\u200b\udcff") == r"“a\nb\x1b[2J\u200b\udcff”"
    assert quoted("") == "“”"
