"""Tokens are promises: the same in every installation and version."""

from textmeter.ledger.public_ids import content_ref, public_id


def test_the_tokens_never_change() -> None:
    assert public_id("twilio", "SM0123") == "msg_4orlngrctxpvwqjq7ufy"
    assert content_ref("a", "b") == "row_f3ngroibnj5m727jvm5r"
    assert public_id("twilioS", "M0123") != public_id("twilio", "SM0123")
    assert content_ref("a", "bc") != content_ref("ab", "c")
