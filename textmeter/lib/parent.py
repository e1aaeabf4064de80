"""The process that started this one, where it holds a pipe open to this one's standard input."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable


def when_parent_ends(call: Callable[[], None]) -> None:
    """Calls `call`, on a thread of its own, when standard input ends: the system closes the pipe even when
    the parent is killed."""

    def watch() -> None:
        # Not through sys.stdin: its lock would be in the way while the interpreter ends.
        while os.read(0, 1024):
            pass
        call()

    threading.Thread(target=watch, name="parent", daemon=True).start()
