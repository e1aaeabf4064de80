"""What this machine has left, and how much memory the product's processes take: from /proc, so on Linux."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Disk:
    """Bytes of the file system that holds a folder."""

    free: int
    total: int


def disk(folder: Path) -> Disk:
    """Raises OSError. `free` is what an ordinary user may still fill."""
    usage = shutil.disk_usage(folder)
    return Disk(usage.free, usage.used + usage.free)


def memory_of_processes(pids: list[int]) -> int:
    """Bytes in memory of these processes together; what they share counts in each."""
    return sum(_resident(pid) for pid in pids)


def family(pid: int) -> list[int]:
    """The process and all below it; those that end meanwhile are left out."""
    found = [pid]
    with suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in (thread / "children").read_text().split():
                found.extend(family(int(child)))
    return found


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError, ValueError):
        return 0
