"""What can go wrong between a carrier and us."""

from __future__ import annotations

from textmeter.lib.sentences import Sentence


class Unreadable(ValueError):
    """A delivery whose sender is certain and whose content is not what the carrier promises."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class CarrierTrouble(Exception):
    """The carrier's API gave no answer that can be used."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Gone(CarrierTrouble):
    """The carrier doesn't know what was asked for (any more)."""


class WrongCredentials(CarrierTrouble):
    """The carrier refused the connection's credentials: nothing else will work either."""


class Throttled(CarrierTrouble):
    """Asked too often. `retry_after`: seconds that the carrier wants to be left alone."""

    def __init__(self, sentence: Sentence, retry_after: float) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class CarrierDown(CarrierTrouble):
    """No answer in time, no connection, or the carrier's own failure."""
