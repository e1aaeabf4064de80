"""The carriers' names for messages and calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from textmeter.ledger.statements import chunks

Key = tuple[str, str]  # carrier, carrier_ref


def by_carrier(keys: Iterable[Key]) -> Iterator[tuple[str, list[str]]]:
    """Each carrier with refs of its own, as many as one statement takes."""
    refs_of: dict[str, list[str]] = {}
    for carrier, ref in keys:
        refs_of.setdefault(carrier, []).append(ref)
    for carrier, refs in refs_of.items():
        for some in chunks(refs):
            yield carrier, some
