"""Memory of processes, as Linux counts it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Memory:
    """In MB. `pss`: with its share of what several processes have in common; `uss`: what it has alone;
    `rss`: with all that is common."""

    pss: float
    uss: float
    rss: float

    def __add__(self, other: Memory) -> Memory:
        return Memory(self.pss + other.pss, self.uss + other.uss, self.rss + other.rss)


def memory_of(pid: int) -> Memory:
    """Raises OSError where the process is gone or its memory is not to be read."""
    fields: dict[str, int] = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, _, value = line.partition(":")
        fields[name] = int(value.split()[0])
    alone = fields["Private_Clean"] + fields["Private_Dirty"]
    return Memory(fields["Pss"] / 1024, alone / 1024, fields["Rss"] / 1024)


def private_dirty(pid: int) -> float:
    """MB that the process has written itself: what an export costs, whatever of the database's file lies
    mapped in its memory."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Private_Dirty:"):
            return int(line.split()[1]) / 1024
    raise OSError(f"Process {pid} doesn't say how much it has written.")


def family(pid: int) -> list[int]:
    """The process and everything below it."""
    found = [pid]
    for one in found:
        for listed in Path(f"/proc/{one}/task").glob("*/children"):
            found += [int(child) for child in listed.read_text().split()]
    return found


def command_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
