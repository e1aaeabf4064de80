"""Items made by a process of their own while this one works on those before: reading a file's rows takes
a fifth of an import."""

from __future__ import annotations

import multiprocessing
import pickle
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from textmeter.intake.import_pace import collect_seldom

T = TypeVar("T")

WORTH_A_PROCESS = 1024 * 1024  # bytes; a smaller file is read sooner than a second process helps
# One piece is on its way while the one before is worked on: as much as a transaction takes, less at first.
FIRST_PIECE, PIECE = 250, 4_000


class ReaderEnded(RuntimeError):
    """The other process was ended from outside."""

    def __init__(self) -> None:
        super().__init__("The process that read the file was ended from outside. Begin again.")


@contextmanager
def elsewhere(
    items: Iterator[T],
    pack: Callable[[list[T]], Any] = list,
    unpack: Callable[[Any], list[T]] = list,
) -> Iterator[Iterator[T]]:
    """The items in their order. `pack`: some of them, at least one, as what travels well, and is not empty;
    `unpack`: the way back. What their making raises is raised here. When the context is left, the process
    ends, whether or not all were taken. Where there is no fork (not a Unix), they are made here.

    The other process is a copy of this one, made by fork, so `items` may hold open files, whatever has been
    read of them. It must not touch the database, for SQLite's connections don't bear being copied.
    """
    if sys.platform == "win32":
        yield items
        return
    fork = multiprocessing.get_context("fork")
    receiver, sender = fork.Pipe(duplex=False)
    process = fork.Process(target=_make, args=(items, pack, receiver, sender), daemon=True)
    process.start()
    sender.close()
    try:
        yield _taken(receiver, unpack)
    finally:
        receiver.close()
        process.kill()
        process.join()


def _taken(receiver: Connection, unpack: Callable[[Any], list[T]]) -> Iterator[T]:
    while piece := _received(receiver):
        if isinstance(piece, Exception):
            raise piece
        yield from unpack(piece)


def _received(receiver: Connection) -> Any:
    try:
        return receiver.recv()
    except (EOFError, OSError):  # the latter where it was ended with half of a piece on its way
        raise ReaderEnded from None


def _make(
    items: Iterator[T], pack: Callable[[list[T]], Any], receiver: Connection, sender: Connection
) -> None:
    """In the other process: sends packed lists of items, then an empty one; or what was raised."""
    receiver.close()  # or this process would be its own listener and never learn that nobody takes any more
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches both; the one that writes ends this one
    collect_seldom()
    with suppress(BrokenPipeError):
        for piece in _pieces(items, pack):
            # Not `send`, whose own pickler looks for each object's class in Python.
            sender.send_bytes(pickle.dumps(piece, pickle.HIGHEST_PROTOCOL))


def _pieces(items: Iterator[T], pack: Callable[[list[T]], Any]) -> Iterator[Any]:
    try:
        size = FIRST_PIECE
        while piece := list(islice(items, size)):
            yield pack(piece)
            size = min(size * 2, PIECE)
        yield []
    except Exception as error:
        yield error
