"""When each connection last sent something that was signed.

Written with the receipts, but for each connection only every ten seconds: so it costs them nothing, and
serving processes don't queue for one row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from textmeter.ledger.statements import fetch, run_many

EVERY_MS = 10_000

_noted: dict[int, int] = {}  # by this process


def due(received: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Of deliveries (connection_id, received_at) the latest of each connection that is to be noted now."""
    latest: dict[int, int] = {}
    for connection_id, at in received:
        latest[connection_id] = max(at, latest.get(connection_id, at))
    return {id: at for id, at in latest.items() if abs(at - _noted.get(id, 0)) >= EVERY_MS}


def note(heard: Mapping[int, int]) -> None:
    """Within the transaction that keeps the receipts; in one order, so that no two wait for each other."""
    run_many(
        "INSERT INTO intake_heard (connection_id, heard_at) VALUES (%s, %s) ON CONFLICT (connection_id)"
        " DO UPDATE SET heard_at = excluded.heard_at WHERE excluded.heard_at > intake_heard.heard_at",
        sorted(heard.items()),
    )


def noted(heard: Mapping[int, int]) -> None:
    """After that transaction was committed."""
    _noted.update(heard)


def last_heard() -> dict[int, int]:
    """connection_id: ms, up to ten seconds too early; those that were never heard are missing."""
    return dict(fetch("SELECT connection_id, heard_at FROM intake_heard", []))


def forget() -> None:
    """What this process remembers: for tests."""
    _noted.clear()
