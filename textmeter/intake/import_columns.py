"""Which column of somebody else's file holds what. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from textmeter.intake.import_header import OF_CALLS, OF_MESSAGES, UnreadableFile
from textmeter.intake.import_refusal import quoted
from textmeter.intake.import_synonyms import NAMES, OF_CALLS_ALONE, PERHAPS_DIRECTION, in_brackets, plain
from textmeter.lib.sentences import Sentence

MOST_COLUMNS = 200
# What each meaning is, for people who look for its column.
MEANINGS = {
    "at": Sentence("date and time"),
    "date": Sentence("the date, without a time"),
    "time": Sentence("the time, without a date"),
    "time_zone": Sentence("time zone"),
    "direction": Sentence("direction"),
    "from": Sentence("the sender’s number"),
    "to": Sentence("the receiver’s number"),
    "customer_number": Sentence("the customer’s number"),
    "tracking_number": Sentence("the tracking number"),
    "body": Sentence("the words"),
    "customer_name": Sentence("the customer’s name"),
    "number_name": Sentence("the tracking number’s name"),
    "source": Sentence("marketing source"),
    "agent": Sentence("who wrote for the company"),
    "status": Sentence("status"),
    "error_code": Sentence("error code"),
    "segments": Sentence("segments"),
    "media_count": Sentence("attachments: count or addresses"),
    "ref": Sentence("the message’s or call’s id"),
    "seconds": Sentence("how long a call was"),
    "answered": Sentence("whether a call was answered"),
    "voicemail": Sentence("whether a call left a voicemail"),
    "recording_seconds": Sentence("how long a call’s recording is"),
    "customer_city": Sentence("the customer’s city"),
    "customer_state": Sentence("the customer’s state"),
    "parent": Sentence("the call that a leg belongs to"),
}


class UnknownColumns(UnreadableFile):
    """The file's columns don't tell enough. `found`: its columns; `missing`: a meaning for each that is
    needed. The text says both, without how to name one by hand."""

    def __init__(self, found: Sequence[str], missing: Mapping[str, str]) -> None:
        self.found, self.missing = tuple(name for name in found if name), tuple(missing)
        columns = ", ".join(self.found) or Sentence("none")
        what = reduce(
            lambda one, other: Sentence("%(one)s; nor for %(other)s", one=one, other=other), missing.values()
        )
        super().__init__(
            Sentence("No column is known for %(what)s. It has: %(columns)s.", what=what, columns=columns)
        )


@dataclass(frozen=True, slots=True)
class Columns:
    """`kind`: messages or calls. `names`: of the file's columns. `places`: where each known meaning stands;
    `perhaps_direction`: where words may stand that tell the direction. `zone_word`: what stands in brackets
    behind the name of the column of times."""

    kind: str
    names: tuple[str, ...]
    places: Mapping[str, int]
    perhaps_direction: int | None
    zone_word: str

    @property
    def taken(self) -> tuple[tuple[str, str], ...]:
        """(meaning, column), in the file's order."""
        return tuple(
            (what, self.names[at]) for what, at in sorted(self.places.items(), key=lambda one: one[1])
        )

    @property
    def passed_over(self) -> tuple[str, ...]:
        used = set(self.places.values())
        return tuple(name for at, name in enumerate(self.names) if at not in used and name)


def read_columns(cells: Sequence[str], by_hand: Mapping[str, str]) -> Columns:
    """`by_hand`: meaning → the column's name, empty for none; it stands before what the names say.
    Raises UnreadableFile, UnknownColumns."""
    columns = guess_columns(cells, by_hand)
    tells_direction = (
        columns.perhaps_direction is not None
        or "direction" in columns.places
        or columns.kind == OF_CALLS.word
    )
    see_that_all_is_there(columns.kind, columns.names, columns.places, tells_direction)
    return columns


def guess_columns(cells: Sequence[str], by_hand: Mapping[str, str]) -> Columns:
    """The same, whether or not it is enough. Raises UnreadableFile."""
    if len(cells) > MOST_COLUMNS:
        raise UnreadableFile(
            Sentence(
                "It has %(count)s columns. Keep those that are needed, %(most)s at most.",
                count=len(cells),
                most=MOST_COLUMNS,
            )
        )
    names = tuple(cell.strip() for cell in cells)
    plains = [plain(name) for name in names]
    kind = _kind(names, plains, by_hand)
    places = _by_hand(names, by_hand)
    for what, synonyms in NAMES[kind].items():
        found = None if what in by_hand else next((one for one in synonyms if one in plains), None)
        if found is None:
            continue
        if plains.count(found) > 1:
            raise _named_twice(names[plains.index(found)])
        if plains.index(found) not in places.values():
            places[what] = plains.index(found)
    perhaps = next((plains.index(one) for one in PERHAPS_DIRECTION if one in plains), None)
    if "direction" in places or perhaps in places.values() or by_hand.get("direction") == "":
        perhaps = None
    tells_direction = perhaps is not None or "direction" in places or kind == OF_CALLS.word
    _prefer_one_pair(places, by_hand, tells_direction)
    zones = [in_brackets(names[places[one]]) for one in ("at", "date", "time") if one in places]
    return Columns(kind, names, places, perhaps, next((word for word in zones if word), ""))


def _kind(names: Sequence[str], plains: Sequence[str], by_hand: Mapping[str, str]) -> str:
    """What only calls have makes a file of calls, and words one of messages."""

    def column(what: str) -> str | None:
        if what in by_hand:
            return by_hand[what] or None
        names_for = (NAMES["messages"] | NAMES["calls"])[what]
        return next((names[plains.index(one)] for one in names_for if one in plains), None)

    words, of_calls = column("body"), next(filter(None, map(column, OF_CALLS_ALONE)), None)
    if words and of_calls:
        raise UnreadableFile(
            Sentence(
                "It has a column of texts (%(words)s) and one of calls (%(calls)s). A file holds one "
                "kind: name no column for the words (body) if these are calls, none for seconds, answered, "
                "voicemail and recording_seconds if texts.",
                words=words,
                calls=of_calls,
            )
        )
    is_calls = of_calls or (not words and column("status") and "call" in " ".join(plains))
    return OF_CALLS.word if is_calls else OF_MESSAGES.word


def _by_hand(names: Sequence[str], by_hand: Mapping[str, str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for what, name in by_hand.items():
        if not name:
            continue
        same = [at for at, one in enumerate(names) if one == name.strip()] or [
            at for at, one in enumerate(names) if one.casefold() == name.strip().casefold()
        ]
        if not same:
            raise UnreadableFile(
                Sentence(
                    "It has no column %(column)s. It has: %(columns)s.",
                    column=quoted(name),
                    columns=", ".join(names),
                )
            )
        if len(same) > 1:
            raise _named_twice(name)
        places[what] = same[0]
    return places


def _named_twice(name: str) -> UnreadableFile:
    return UnreadableFile(
        Sentence(
            "The first line names %(columns)s more than once. Give one of them another name in the file.",
            columns=name,
        )
    )


def _prefer_one_pair(places: dict[str, int], by_hand: Mapping[str, str], tells_direction: bool) -> None:
    """Sender and receiver, or customer and tracking number: where a file has both, the pair that says whose
    is which; a single one of the other pair would only confuse."""
    customer, sender = ("customer_number", "tracking_number"), ("from", "to")
    chosen = customer if all(one in places for one in customer) and tells_direction else sender
    if any(one in places for one in sender if by_hand.get(one)):
        chosen = sender
    if all(one in places for one in chosen):
        for one in (*customer, *sender):
            if one not in chosen:
                places.pop(one, None)


def see_that_all_is_there(
    kind: str, names: Sequence[str], places: Mapping[str, int], tells_direction: bool
) -> None:
    """Raises UnknownColumns."""
    missing: dict[str, str] = {}
    if not {"at", "date", "time"} & places.keys():
        missing["at"] = MEANINGS["at"]
    if not {"from", "to"} <= places.keys():
        there = {*places, *(["direction"] if tells_direction else [])}
        rest = [one for one in ("customer_number", "tracking_number", "direction") if one not in there]
        if len(rest) == 1:
            missing[rest[0]] = MEANINGS[rest[0]]
        elif rest:
            missing["from"] = Sentence(
                "the numbers of sender and receiver (or customer, tracking number and direction)"
            )
    if kind == OF_MESSAGES.word and "body" not in places:
        missing["body"] = MEANINGS["body"]
    if missing:
        raise UnknownColumns(names, missing)
