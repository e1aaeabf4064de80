"""One value that several deliveries give: which of them counts (DOMAIN.md: Order decides nothing).

A register is (source, arrived_at, content), and the least of all that were ever seen wins: the best
source, then the earliest arrival, then the lesser content. The least of a set doesn't depend on the
order or number of times it is put together, and something known is never replaced by nothing.

Contents stand in columns of their own. `facts` says where each came from, as compact JSON:
`[source, arrived_at]` when all came with one delivery, which is the rule, else with a third part
that names the others: `[0, 1772600000000, {"b": [1, 1772600000500]}]`.
"""

from __future__ import annotations

import json
from typing import Any

Register = tuple[int, int, Any]
Fields = dict[str, Register]


def merge_fields(known: Fields, more: Fields) -> bool:
    """Takes into `known` what is better in `more`; says whether anything was."""
    changed = False
    for name, register in more.items():
        old = known.get(name)
        if old is None or register < old:
            known[name] = register
            changed = True
    return changed


def origin(fields: Fields) -> tuple[int, int] | None:
    """(source, arrived_at) of the one delivery with which all came; None where there are several, or none."""
    registers = iter(fields.values())
    source, arrived_at, _ = next(registers, (0, 0, None))
    for one in registers:
        if one[1] != arrived_at or one[0] != source:
            return None
    return (source, arrived_at) if fields else None


def packed(fields: Fields) -> str | None:
    """Where the contents came from, as `facts` holds it; the same fields always give the same text."""
    if not fields:
        return None
    if one := origin(fields):
        return f"[{one[0]},{one[1]}]"
    base = min(one[:2] for one in fields.values())
    others = {name: register[:2] for name, register in sorted(fields.items()) if register[:2] != base}
    return json.dumps([*base, others], separators=(",", ":"))


def unpacked(facts: str | None, contents: dict[str, Any]) -> Fields:
    """The fields again; `contents` gives each column's content, None where nothing is known."""
    if not facts:
        return {}
    if "{" not in facts:  # the rule; a JSON reader would take five times as long
        source, _, arrived_at = facts[1:-1].partition(",")
        origin = int(source), int(arrived_at)
        return {name: (*origin, content) for name, content in contents.items() if content is not None}
    source, arrived_at, others = json.loads(facts)
    return {
        name: (*others.get(name, (source, arrived_at)), content)
        for name, content in contents.items()
        if content is not None
    }
