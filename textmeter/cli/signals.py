"""What this process does when it is told to end."""

from __future__ import annotations

import atexit
import os
import signal
import threading
from collections.abc import Callable
from queue import SimpleQueue


def on_signals(numbers: tuple[signal.Signals, ...], call: Callable[[], None]) -> None:
    """Calls `call`, on a thread of its own, for each of these signals.

    A handler itself runs in the midst of whatever the main thread does. Where that is `Event.wait` or the
    start of a process, setting the event or telling the process to end would wait for a lock that the
    interrupted one holds, for ever. Only `SimpleQueue.put` is made to be called there.

    A process that is forked from this one begins without: it ends on SIGTERM, and leaves Ctrl-C to its
    parent. And whoever tells it again while it ends already doesn't change how.
    """
    told: SimpleQueue[int] = SimpleQueue()

    def listen() -> None:
        while True:
            told.get()
            call()

    def handler(number: int, _frame: object) -> None:
        told.put(number)

    threading.Thread(target=listen, name="signals", daemon=True).start()
    for number in numbers:
        signal.signal(number, handler)
    os.register_at_fork(after_in_child=lambda: _leave_to_parent(numbers))
    atexit.register(_ignore, numbers)


def _leave_to_parent(numbers: tuple[signal.Signals, ...]) -> None:
    for number in numbers:
        signal.signal(number, signal.SIG_IGN if number == signal.SIGINT else signal.SIG_DFL)


def _ignore(numbers: tuple[signal.Signals, ...]) -> None:
    """The interpreter takes away what handles them before it is at its end."""
    for number in numbers:
        signal.signal(number, signal.SIG_IGN)
