"""Processes that live and die with this one: the worker, and the simulator of a live demo."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

STOP_WITHIN = 4.0
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
# After so many seconds of life the next pause is short again.
HEALTHY_AFTER = 60.0

# Held while a child is started: a process forked meanwhile would hold open the pipe at whose end the start
# is over, and it would be over only when that process ends.
_starting = threading.Lock()
os.register_at_fork(
    before=_starting.acquire, after_in_parent=_starting.release, after_in_child=_starting.release
)


class Child:
    """A `textmeter` command in a process of its own, started again when it dies.

    Its standard input is a pipe from here: the system closes it when this process ends in any way, and
    the child ends when it does (`--with-parent`). In a session of its own, for Ctrl-C to reach it only
    through `stop`.
    """

    def __init__(self, name: str, *arguments: str) -> None:
        self.name = name
        self._command = [sys.executable, "-m", "textmeter", *arguments, "--with-parent"]
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._keep_alive, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Tells it to end, and that it isn't to be started again. Doesn't wait."""
        with self._lock:
            self._stopping.set()
            if self._process is not None:
                self._process.terminate()

    def stop(self) -> None:
        """Ends it: politely, then after some seconds by force."""
        self.ask_to_stop()
        process = self._process
        if process is None:
            return
        try:
            process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _begin(self) -> subprocess.Popen[bytes]:
        with _starting:
            return subprocess.Popen(self._command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603

    def _keep_alive(self) -> None:
        pause = FIRST_PAUSE
        while True:
            began = time.monotonic()
            with self._lock:
                if self._stopping.is_set():
                    return
                self._process = self._begin()
            code = self._process.wait()
            if self._stopping.is_set():
                return
            pause = FIRST_PAUSE if time.monotonic() - began > HEALTHY_AFTER else min(pause * 2, LONGEST_PAUSE)
            sys.stderr.write(
                f"textmeter: the {self.name} ended ({_how(code)}); starting it again in {pause:g} s.\n"
            )
            self._stopping.wait(pause)


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
