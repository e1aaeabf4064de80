"""Keeps some of a server's threads for those who must not wait."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

THREADS = 32  # of a serving process
FOR_PAGES = 24  # of these at most; the others are for webhooks alone
_BUSY = b"Too many pages are being read at once. Please try again in a moment.\n"


class KeptThreads:
    """A WSGI application that works at no more than `most` requests at a time, but for those whose path
    begins with `first`: they find a thread also while everything else hangs, as on a database that answers
    nobody. Who is too many gets 503, at once, with Retry-After. A request counts until its last byte."""

    def __init__(self, application: Application, most: int, first: str) -> None:
        self._application, self._first = application, first
        self._free = threading.BoundedSemaphore(most)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("PATH_INFO", "").startswith(self._first):
            return self._application(environ, start_response)
        if not self._free.acquire(blocking=False):
            kind = [("Content-Type", "text/plain; charset=utf-8"), ("Retry-After", "2")]
            start_response("503 Service Unavailable", [*kind, ("Content-Length", str(len(_BUSY)))])
            return [_BUSY]
        try:
            return _Answer(self._application(environ, start_response), self._free.release)
        except BaseException:
            self._free.release()
            raise


class _Answer:
    """The parts of an answer, and what is done once when it is closed."""

    def __init__(self, parts: Iterable[bytes], done: Callable[[], None]) -> None:
        self._parts, self._done, self._is_open = parts, done, True

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._parts)

    def __del__(self) -> None:
        self.close()  # a server may forget to, where the client has gone

    def close(self) -> None:
        if not self._is_open:
            return
        self._is_open = False
        try:
            if hasattr(self._parts, "close"):
                self._parts.close()
        finally:
            self._done()
