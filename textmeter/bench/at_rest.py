"""`bench memory`: what `textmeter serve` takes while nothing happens."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import reduce
from operator import add

from textmeter.bench.memory import Memory, command_of, family, memory_of
from textmeter.bench.result import Case, Result
from textmeter.bench.server import Reader, Server, serving

SETTLES_IN = 3.0

Progress = Callable[[str, int, int], None]


def measure_memory(progress: Progress) -> Result:
    """Every process of `textmeter serve`, one serving, after it has answered a page."""
    progress("Starting a server", 0, 0)
    with serving(with_worker=True) as server:
        Reader(server.port).page("/sign-in/")
        time.sleep(SETTLES_IN)
        found = [(_role(pid, server), memory_of(pid)) for pid in family(server.pid)]
    cases = [_case(role, one) for role, one in found]
    cases.append(_case("all", reduce(add, [one for _, one in found])))
    notes = [
        "PSS: with a share of what processes have in common; USS: what each has alone. MB of 2^20 bytes."
    ]
    return Result("memory", {"processes": len(found)}, cases, notes)


def _role(pid: int, server: Server) -> str:
    """What the process is for, by its command line and place."""
    command = command_of(pid)
    if pid == server.pid:
        return "main"
    if " work" in command:
        return "worker"
    return "tracker of resources" if "resource_tracker" in command else "serving"


def _case(role: str, memory: Memory) -> Case:
    return {
        "case": role,
        "pss_mb": round(memory.pss, 1),
        "uss_mb": round(memory.uss, 1),
        "rss_mb": round(memory.rss, 1),
    }
