"""What came of an import, put together for people: lines refused for the same reason stand together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from textmeter.intake.import_csv import ImportReport, Refused
from textmeter.lib.sentences import Sentence, kept

LINES_SHOWN = 3
REASONS_SHOWN = 20
_CELLS = frozenset({"value", "other_value"})  # what stands in the line itself


@dataclass(frozen=True, slots=True)
class Group:
    """`lines`: all of them; `reason`: the first one's; `are_alike`: the others say exactly the same."""

    reason: str
    lines: tuple[int, ...]
    are_alike: bool


def grouped(refused: Sequence[Refused]) -> list[Group]:
    """By reason, whatever value a line had; the most frequent first."""
    groups: dict[object, list[Refused]] = {}
    for one in refused:
        groups.setdefault(_without_cells(one.reason), []).append(one)
    ordered = sorted(groups.values(), key=lambda group: (-len(group), group[0].line))
    return [
        Group(
            group[0].reason,
            tuple(one.line for one in group),
            len({one.reason for one in group}) == 1,
        )
        for group in ordered
    ]


def _without_cells(reason: str) -> object:
    if not isinstance(reason, Sentence):
        return reason
    return reason.pattern, tuple(one for one in reason.values.items() if one[0] not in _CELLS)


def as_kept(report: ImportReport) -> dict[str, Any]:
    """As it is kept for a page: of many refused lines only the first ones."""
    groups = grouped(report.refused)
    return {
        "kind": report.kind,
        "added": report.added,
        "known": report.known,
        "refused": len(report.refused),
        "groups": [
            {"reason": kept(one.reason), "count": len(one.lines), "lines": list(one.lines[:LINES_SHOWN])}
            for one in groups[:REASONS_SHOWN]
        ],
        "other_reasons": sum(len(one.lines) for one in groups[REASONS_SHOWN:]),
        "notes": [kept(each) for each in report.notes],
        "trackers": [{"number": number, "name": name} for number, name in report.trackers_made],
    }
