"""What one bench found out, for people and for scripts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Case = dict[str, Any]


@dataclass(slots=True)
class Result:
    """`facts`: of the whole bench; `cases`: one row for each thing measured, all with the same names, first
    of all `case`; `notes`: what a reader should know."""

    bench: str
    facts: dict[str, Any]
    cases: list[Case]
    notes: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {"bench": self.bench, **self.facts, "cases": self.cases, "notes": self.notes}


def other_cases(other: Mapping[str, Any], bench: str) -> dict[str, Case]:
    """The cases of this bench in what a former run printed as JSON, by name: of `bench NAME` or of
    `bench all`. Raises ValueError where it is neither."""
    run = other if other.get("bench") == bench else other.get("benches", {}).get(bench)
    if not isinstance(run, Mapping) or not isinstance(run.get("cases"), list):
        raise ValueError(
            f"is not what `textmeter bench {bench} --json` or `textmeter bench all --json` prints"
        )
    return {str(one["case"]): one for one in run["cases"]}
