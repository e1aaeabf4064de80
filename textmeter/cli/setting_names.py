"""Settings that nobody reads, for their names are misspelt."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches

PREFIX = "TEXTMETER_"
# What the product's own tests are told by.
_OF_TESTS = ("TEXTMETER_TEST_", "TEXTMETER_SEED", "TEXTMETER_SOAK")


def misspelt(names: Collection[str], known: Collection[str]) -> Iterator[str]:
    """A sentence for each of the environment's `names` that looks like a setting and is none."""
    for name in sorted(names):
        if name.startswith(PREFIX) and name not in known and not name.startswith(_OF_TESTS):
            nearest = get_close_matches(name, known, 1, 0.0)[0]
            yield f"{name} is no setting, and does nothing. The nearest one is {nearest}."
