"""The dialogues of the sample can be read, and say nothing by accident."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from textmeter.ledger.opt_words import opt_word
from textmeter.sample.dialogues import Dialogue, Line, by_kind, gaps, read
from textmeter.sample.life import KINDS
from textmeter.sample.people import person
from textmeter.sample.words import Words

EVERY = [dialogue for some, _ in by_kind().values() for dialogue in some]


def test_a_file_of_dialogues_reads_as_kind_weight_and_lines() -> None:
    text = "# notes\n\n[visit 3]\nC: (photo) Hi || Hello\nA: Hi {first}!\nC: (next day) Thanks\n"
    assert read(text) == [
        Dialogue(
            "visit",
            3,
            (
                Line(True, ("Hi", "Hello"), has_photo=True),
                Line(False, ("Hi {first}!",)),
                Line(True, ("Thanks",), is_next_day=True),
            ),
        )
    ]


@pytest.mark.parametrize("text", ["C: nobody opened this", "[visit 3]\nX: who is that", "[visit]\n"])
def test_a_line_that_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=r"line [12] is neither"):
        read(text)


def test_there_are_many_dialogues_of_every_kind_that_life_plays() -> None:
    assert len(EVERY) > 60
    assert {*KINDS, "sorry", "stop", "start"} == by_kind().keys()


def test_no_gap_stays_open() -> None:
    words = Words(Random(1), person("+14045550112"), date(2026, 3, 4))
    for dialogue in EVERY:
        for line in dialogue.lines:
            for way in line.ways:
                said = words.of(Line(line.by_customer, (way,)))
                assert not gaps(said)
                assert not said.startswith("(")  # a mark stands before the first way, for all of them
                assert said


def test_nobody_opts_out_or_in_by_accident() -> None:
    """DOMAIN, Opt-outs: STOP and the like opt out, YES and START opt in, when they stand alone."""
    for dialogue in EVERY:
        words = {opt_word(way) for line in dialogue.lines if line.by_customer for way in line.ways}
        assert (words <= {None}) is (dialogue.kind not in ("stop", "start"))
