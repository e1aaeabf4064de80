"""Some threads are never taken by pages."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest

from textmeter.lib.kept_threads import KeptThreads


class Held:
    """An application whose answers last until they are closed."""

    def __init__(self) -> None:
        self.closed = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"] == "/broken":
            raise RuntimeError("broken")
        start_response("200 OK", [])
        return Parts(self)


class Parts:
    def __init__(self, held: Held) -> None:
        self.held = held

    def __iter__(self) -> Iterator[bytes]:
        yield b"part"

    def close(self) -> None:
        self.held.closed += 1


@pytest.fixture
def held() -> Held:
    return Held()


@pytest.fixture
def app(held: Held) -> KeptThreads:
    return KeptThreads(held, most=2, first="/hooks/")


def ask(app: KeptThreads, path: str) -> tuple[str, dict[str, str], Any]:
    said: list[Any] = []
    parts = app({"PATH_INFO": path}, lambda status, headers: said.extend((status, dict(headers))))
    return said[0], said[1], parts


def test_who_is_too_many_is_told_at_once_and_webhooks_come_through(app: KeptThreads, held: Held) -> None:
    busy = [ask(app, "/page")[2] for _ in range(2)]
    status, headers, parts = ask(app, "/page")
    assert (status, headers["Retry-After"]) == ("503 Service Unavailable", "2")
    assert len(b"".join(parts)) == int(headers["Content-Length"])
    assert ask(app, "/hooks/key/message")[0] == "200 OK"
    assert list(busy[0]) == [b"part"]
    busy[0].close()
    busy[0].close()
    assert held.closed == 1
    assert ask(app, "/page")[0] == "200 OK"


def test_an_answer_that_nobody_closes_gives_its_place_back_when_it_is_gone(app: KeptThreads) -> None:
    for _ in range(5):
        assert ask(app, "/page")[0] == "200 OK"
        gc.collect()


def test_an_error_gives_its_place_back(app: KeptThreads) -> None:
    for _ in range(5):
        with pytest.raises(RuntimeError):
            ask(app, "/broken")
    assert ask(app, "/page")[0] == "200 OK"
