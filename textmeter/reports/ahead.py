"""Reading the next part while the last one is worked at."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import TypeVar

from textmeter.ledger.moment import one_moment
from textmeter.reports.side_by_side import one_beside

Part = TypeVar("Part")


def ahead(parts: Callable[[], Iterator[Part]]) -> Iterator[Part]:
    """What `parts` gives, all of one moment; each is read on a thread and a connection of its own, if there
    is one to spare. Worth it where reading leaves the interpreter to others for long. Closing this ends the
    reading."""
    with one_beside() as beside:
        if beside is None:
            yield from _of_one_moment(parts)
            return
        reading = _of_one_moment(parts)
        coming = beside.submit(next, reading, None)
        try:
            while (part := coming.result()) is not None:
                coming = beside.submit(next, reading, None)
                yield part
        finally:
            beside.submit(reading.close).result()


def _of_one_moment(parts: Callable[[], Iterator[Part]]) -> Generator[Part, None, None]:
    with one_moment():
        yield from parts()
