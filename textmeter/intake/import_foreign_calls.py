"""A row of somebody else's file of calls. Pure."""

from __future__ import annotations

import re
from collections import Counter

from textmeter.carriers.seen import Direction
from textmeter.intake.import_columns import Columns
from textmeter.intake.import_foreign import MOST_WORDS, ForeignRows, Given, most_frequent, plain_word
from textmeter.intake.import_header import Header
from textmeter.intake.import_lines import Cells
from textmeter.intake.import_refusal import BadRow
from textmeter.intake.import_synonyms import in_brackets
from textmeter.ledger.parties import key_of
from textmeter.ledger.public_ids import content_ref
from textmeter.lib.call_columns import CALLS
from textmeter.lib.days import as_iso, zone
from textmeter.lib.sentences import Sentence

CALLS_HEADER = Header(tuple(range(len(CALLS))), len(CALLS), ())
_OUTCOMES = {
    **dict.fromkeys(("answered", "completed", "connected", "complete"), "answered"),
    **dict.fromkeys(("missed", "no answer", "unanswered", "not answered"), "missed"),
    **dict.fromkeys(("busy", "failed", "canceled", "cancelled", "abandoned", "hung up"), "missed"),
    **dict.fromkeys(("voicemail", "left voicemail", "voicemail transcription", "voice mail"), "voicemail"),
    **dict.fromkeys(("in progress", "ringing", "queued", "going on"), "going_on"),
    # German, French, Spanish.
    **dict.fromkeys(("angenommen", "beantwortet", "répondu", "contestada"), "answered"),
    **dict.fromkeys(("verpasst", "manqué", "perdida"), "missed"),
}
_YES = frozenset(("yes", "true", "1", "y", "ja", "oui", "sí"))
_NO = frozenset(("no", "false", "0", "n", "nein", "non"))
_ANSWERED = _OUTCOMES | dict.fromkeys(_YES, "answered") | dict.fromkeys(_NO, "missed")
_TWILIO = re.compile(r"CA[0-9a-f]{32}")
_CALLRAIL = re.compile(r"CAL[0-9a-f]{32}")
_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,3}):(\d{2})", re.ASCII)
_WORDS = re.compile(
    r"(?:(\d{1,4}) ?h[a-z]*)? ?(?:(\d{1,5}) ?m[a-z]*)? ?(?:(\d{1,6}) ?s[a-z]*)?", re.IGNORECASE | re.ASCII
)
_NUMBER = re.compile(r"\d{1,7}([.,]\d+)?", re.ASCII)


class ForeignCalls(ForeignRows):
    """A system that counts calls counts those that come in: without a word on it, that is what they are."""

    _assumed = Direction.INBOUND

    def __init__(self, columns: Columns, *more: object) -> None:
        super().__init__(columns, *more)  # type: ignore[arg-type]
        place = columns.places.get("seconds")
        is_minutes = place is not None and in_brackets(columns.names[place]).casefold().startswith("min")
        self._unit = 60 if is_minutes else 1
        self._has_guessed = False
        self._odd_lengths: Counter[str] = Counter()

    def notes(self) -> list[Sentence]:
        found = super().notes()
        if self._has_guessed:
            found.append(
                Sentence(
                    "Where nothing says how a call ended, those with a duration were taken as answered, the"
                    " others as missed."
                )
            )
        if self._odd_lengths:
            found.append(
                Sentence(
                    "Lengths that can’t be read were left empty: %(words)s.",
                    words=most_frequent(self._odd_lengths),
                )
            )
        return found

    def cells(self, row: Cells) -> Cells:
        given = self.given_in(row)
        if given("parent"):
            raise BadRow(
                Sentence(
                    "%(column)s names another call: the line is a leg of that, and no call of its own.",
                    column=self._column("parent"),
                )
            )
        at, ref = self.at(given), given("ref")
        if _TWILIO.fullmatch(ref):
            raise BadRow(
                Sentence(
                    "Twilio’s log doesn’t say whether somebody answered: its legs are lines of their own. Its"
                    " calls come in through a connection."
                )
            )
        direction, ours, customer = self.sides(given)
        carrier = "callrail" if _CALLRAIL.fullmatch(ref) else ""
        if ref and not carrier:
            ref = content_ref("id", ref, str(at), direction.value, key_of(customer), ours)
        seconds = self._seconds(given("seconds"), self._unit)
        made = {
            "started_at": as_iso(at, zone("UTC")),
            "direction": direction.value,
            "outcome": self._outcome(given, seconds),
            "customer_name": given("customer_name"),
            "customer_number": customer,
            "customer_city": given("customer_city"),
            "customer_state": given("customer_state"),
            "number_name": given("number_name"),
            "tracking_number": ours,
            "source": given("source"),
            "duration_seconds": _count(seconds),
            "recording_seconds": _count(self._seconds(given("recording_seconds"), 1)),
            "carrier": carrier,
            "carrier_ref": ref,
        }
        return Cells(row.line, [made.get(name, "") for name in CALLS], row.end, True)

    def _outcome(self, given: Given, seconds: int | None) -> str:
        """A word for it, else whether it was answered or left a voicemail, else by its duration. What a cell
        holds that is no word for any of these is told."""
        word = given("status")
        found = _OUTCOMES.get(_end_word(word))
        if found:
            return found
        if word and plain_word(word) not in ("inbound", "outbound"):
            self.leave_out_status(word)
        voicemail, answered = given("voicemail"), given("answered")
        if plain_word(voicemail) in _YES or _OUTCOMES.get(_end_word(voicemail)) == "voicemail":
            return "voicemail"
        if voicemail and _end_word(voicemail) not in _ANSWERED:
            self.leave_out_status(voicemail)
        if found := _ANSWERED.get(_end_word(answered)):
            return found
        if answered:
            self.leave_out_status(answered)
        self._has_guessed = True
        return "answered" if seconds else "missed"

    def _seconds(self, cell: str, unit: int) -> int | None:
        seconds = _seconds(cell, unit)
        if cell and seconds is None and len(self._odd_lengths) < MOST_WORDS:
            self._odd_lengths[cell[:40]] += 1
        return seconds

    def _number(self, given: Given, what: str) -> str:
        """A caller may withhold the number."""
        return super()._number(given, what) if given(what) else ""


def _end_word(cell: str) -> str:
    return plain_word(cell).removesuffix(" call")


def _count(seconds: int | None) -> str:
    return "" if seconds is None else str(seconds)


def _seconds(cell: str, unit: int) -> int | None:
    """`123`, `2:03`, `0:02:03`, `2m 3s`; `unit`: seconds that a plain number counts. None where it is
    something else."""
    if not cell:
        return None
    if _NUMBER.fullmatch(cell):
        return round(float(cell.replace(",", ".")) * unit)
    found = _CLOCK.fullmatch(cell) or _WORDS.fullmatch(cell)
    if found is None or not any(found.groups()):
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds
