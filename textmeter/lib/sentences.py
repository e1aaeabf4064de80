"""What people read, made where no reader is known: English, and able to be said in another language.

A `Sentence` is its English text, so logs, commands and files take it as it is. It remembers the pattern that
it was made of, and what stands in it, so that a page can look the pattern up in its reader's language
(`textmeter.pages.said`). Patterns are gathered for translators by these two names: see docs/translating.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

Value: TypeAlias = str | int
Kept: TypeAlias = str | dict[str, Any]


class Sentence(str):
    """`Sentence("%(count)s lines of %(name)s", count=1200, name="a.csv")`: whole numbers stand with commas
    between thousands; what should stand without is given as text. `many`: the pattern of other counts than
    one, empty where none is counted."""

    __slots__ = ("many", "pattern", "values")  # there may be one for each line of a file

    pattern: str
    many: str
    values: Mapping[str, Value]

    def __new__(cls, pattern: str, /, **values: Value) -> Sentence:
        return cls._made(pattern, "", pattern, values)

    @classmethod
    def _made(cls, pattern: str, many: str, chosen: str, values: Mapping[str, Value]) -> Sentence:
        shown = {name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()}
        made = super().__new__(cls, chosen % shown if shown else chosen)
        made.pattern, made.many, made.values = pattern, many, values
        return made


def counted(one: str, many: str, /, count: int, **values: Value) -> Sentence:
    """`counted("%(count)s line", "%(count)s lines", 3)`"""
    return Sentence._made(one, many, one if count == 1 else many, {"count": count, **values})


def kept(text: str) -> Kept:
    """As JSON can hold it; a text that is no sentence of ours as it is."""
    if not isinstance(text, Sentence):
        return text
    values = {name: kept(each) if isinstance(each, str) else each for name, each in text.values.items()}
    return {"pattern": text.pattern, "many": text.many, "values": values}


def taken_up(held: Kept) -> str:
    """What `kept` gave, as it was."""
    if isinstance(held, str):
        return held
    if not isinstance(held["pattern"], str):
        raise TypeError("No sentence of ours.")
    values: dict[str, Any] = {
        name: taken_up(each) if isinstance(each, dict) else each for name, each in held["values"].items()
    }
    if not held["many"]:
        return Sentence(held["pattern"], **values)
    count = values.pop("count")
    return counted(held["pattern"], held["many"], count, **values)


def to_text(text: str) -> str:
    """As a column of texts can hold it."""
    return json.dumps(kept(text)) if isinstance(text, Sentence) else text


def from_text(held: str) -> str:
    """What `to_text` gave, and whatever else stood there before."""
    if not held.startswith('{"pattern": '):
        return held
    try:
        return taken_up(json.loads(held))
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
    ):  # it only looks like a sentence of ours
        return held
