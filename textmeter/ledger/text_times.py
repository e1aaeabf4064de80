"""When a text's statuses were, and with which delivery its values came, as the table holds it: in ms after
`sent_at`, which takes a third of the room of instants. Pure.

`facts`: `1+250` where all came with one delivery, which is the rule: its source, and how long after `sent_at`
it came. Else, and in rows of former releases, JSON (see registers.py). `statuses`: `40+1200,90+3500`; NULL
where there is none, or the one that came with that delivery; JSON of instants in rows of former releases.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from textmeter.ledger.registers import Fields, origin, packed, unpacked

_STATUS = re.compile(r"(\d+)([+-]\d+)")


def packed_origin(source: int, arrived_at: int, sent_at: int) -> str:
    """The `facts` of a text whose values came with one delivery; its only status came with it, too."""
    return f"{source}{arrived_at - sent_at:+d}"


def packed_times(fields: Fields, statuses: Mapping[int, int], sent_at: int) -> tuple[str | None, str | None]:
    """(statuses, facts)."""
    one = origin(fields)
    facts = packed_origin(*one, sent_at) if one else packed(fields)
    if not statuses or (one and [*statuses.values()] == [one[1]]):
        return None, facts
    return ",".join([f"{status}{at - sent_at:+d}" for status, at in sorted(statuses.items())]), facts


def unpacked_times(
    stored: tuple[str | None, str | None], contents: dict[str, Any], status: int, sent_at: int
) -> tuple[dict[int, int], Fields]:
    """(statuses, fields) again, from what is stored. `contents`: each column's content, None where nothing
    is known; `status`: the highest of the statuses, 0 where there is none."""
    statuses, facts = stored
    if facts and facts[0] != "[":
        arrived_at = sent_at + int(facts[1:])
        facts = f"[{facts[0]},{arrived_at}]"
        if statuses is None and status:
            return {status: arrived_at}, unpacked(facts, contents)
    return _unpacked_statuses(statuses, sent_at), unpacked(facts, contents)


def _unpacked_statuses(stored: str | None, sent_at: int) -> dict[int, int]:
    if not stored:
        return {}
    if stored[0] == "{":
        return {int(status): at for status, at in json.loads(stored).items()}
    return {int(status): sent_at + int(after) for status, after in _STATUS.findall(stored)}
