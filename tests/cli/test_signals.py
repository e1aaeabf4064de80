"""A signal comes at any moment: while the main thread waits, while a process is started or forked."""

from __future__ import annotations

import subprocess
import sys
import time

WITHIN = 60.0  # seconds; far more than it takes


def test_a_signal_in_the_midst_of_a_wait_ends_it() -> None:
    """The timer is the system's: it strikes between any two steps of `Event.wait`, where the event's own
    lock is held."""
    run(
        """
import random, signal, threading
from textmeter.cli.signals import on_signals

for _ in range(1000):
    stop = threading.Event()
    on_signals((signal.SIGALRM,), stop.set)
    signal.setitimer(signal.ITIMER_REAL, random.uniform(0.00001, 0.001))
    while not stop.wait(0.0000001):
        pass
"""
    )


def test_a_process_forked_while_a_child_starts_does_not_keep_it_from_being_stopped() -> None:
    run(
        """
import os, signal, threading, time
from textmeter.cli.children import Child

for _ in range(100):
    child = Child("child", "work")
    child._command = ["cat"]
    child.start()
    forked = os.fork()
    if not forked:
        time.sleep(600)
    child.stop()
    os.kill(forked, signal.SIGKILL)
    os.waitpid(forked, 0)
"""
    )


def test_a_forked_process_ends_on_sigterm_though_its_parent_would_do_more() -> None:
    run(
        """
import os, signal, time
from textmeter.cli.signals import on_signals

told = []
on_signals((signal.SIGINT, signal.SIGTERM), lambda: told.append(1))
forked = os.fork()
if not forked:
    os.kill(os.getpid(), signal.SIGINT)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(600)
assert os.WTERMSIG(os.waitpid(forked, 0)[1]) == signal.SIGTERM
assert not told
os.kill(os.getpid(), signal.SIGTERM)
while not told:
    time.sleep(0.01)
"""
    )


def test_told_again_and_again_while_it_ends_it_still_ends_well() -> None:
    """The interpreter has no handlers left when it comes to its end."""
    program = """
import granian, httpx, psycopg
from textmeter.cli.work import stop_on_signals
stop = stop_on_signals()
print("ready", flush=True)
stop.wait()
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        while process.poll() is None:
            process.terminate()
            time.sleep(0.0005)
    assert process.returncode == 0


def run(program: str) -> None:
    """The lines in a process of their own, which has to end by itself."""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=WITHIN)
