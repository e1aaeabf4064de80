"""Bar charts as geometry: columns in, places in percent out. Pure; `chart.html` draws them as SVG.

Percent instead of pixels lets one drawing serve every width, screen and paper alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from textmeter.pages.formats import decimal, number
from textmeter.pages.language import gettext as _

# Widths of a bar: the part of its slot, and at most this much of the chart.
_PART, _PART_WHEN_DENSE, _WIDEST = 0.66, 0.86, 7.0
_DENSE = 120  # columns from which a gap of a third would be less than two pixels
_GRID_LINES = 4
_MANTISSAS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


@dataclass(frozen=True, slots=True)
class Column:
    """What one bar shows: two stacked counts and, dashed, that of the previous period (None: none).

    `label` names it in full; `href` is where it leads, empty for nowhere.
    """

    label: str
    lower: int
    upper: int
    previous: int | None = None
    href: str = ""

    @property
    def total(self) -> int:
        return self.lower + self.upper


@dataclass(frozen=True, slots=True)
class Series:
    """What is stacked: its name in legend and table, and a count of it in a sentence, `%(count)s inbound`.
    Two texts, for where nouns begin with a capital none can be made from the other."""

    name: str
    counted: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A short label beneath a column; `narrow` ones stay on a narrow screen."""

    at: int  # place of the column, from 0
    label: str
    narrow: bool


@dataclass(frozen=True, slots=True)
class Bar:
    column: Column
    slot_x: str
    slot_width: str
    x: str
    width: str
    lower_y: str
    lower_height: str
    upper_y: str
    upper_height: str


@dataclass(frozen=True, slots=True)
class GridLine:
    y: str
    label: str


@dataclass(frozen=True, slots=True)
class TickLabel:
    x: str
    label: str
    kind: str  # class names: last, wide


@dataclass(frozen=True, slots=True)
class Chart:
    lower_name: str
    upper_name: str
    bars: tuple[Bar, ...]
    spoken: tuple[str, ...]  # of each bar, for those who don't see it
    grid: tuple[GridLine, ...]  # from the base line up
    ticks: tuple[TickLabel, ...]
    previous_lines: tuple[str, ...]  # points of polylines in a square of 100
    has_previous: bool
    is_dense: bool


def draw(columns: Sequence[Column], ticks: Sequence[Tick], lower: Series, upper: Series) -> Chart:
    """The chart of these columns, `upper` stacked on `lower`."""
    steps = grid_values(max((max(each.total, each.previous or 0) for each in columns), default=0))
    top, slot = steps[-1], 100 / max(1, len(columns))
    return Chart(
        lower_name=lower.name,
        upper_name=upper.name,
        bars=tuple(_bar(each, place, slot, top, len(columns)) for place, each in enumerate(columns)),
        spoken=tuple(_spoken(each, lower, upper) for each in columns),
        grid=tuple(GridLine(_percent(100 - 100 * value / top), compact(value)) for value in steps),
        ticks=tuple(_tick(each, slot) for each in ticks),
        previous_lines=tuple(_lines(columns, slot, top)),
        has_previous=any(each.previous is not None for each in columns),
        is_dense=len(columns) > _DENSE,
    )


def grid_values(most: int) -> tuple[int, ...]:
    """Round whole numbers from 0 to at least `most`, in at most five even steps."""
    step = _round_step(max(1, most))
    lines = max(1, -(-most // step))
    return tuple(step * line for line in range(lines + 1))


def tick_step(count: int, steps: Sequence[int], most: int) -> int:
    """The smallest of `steps` that leaves at most `most` labels under `count` columns."""
    return next((step for step in steps if -(-count // step) <= most), -(-count // most))


def compact(value: int) -> str:
    """An axis has little room: `950`, `1,500`, `15K`, `1.25M`."""
    if value < 10_000:
        return number(value)
    size, unit = (value / 1000, "K") if value < 1_000_000 else (value / 1_000_000, "M")
    return decimal(size, len(f"{size:g}".partition(".")[2])) + unit


def _round_step(most: int) -> int:
    """The smallest of 1, 1.5, 2, 2.5, 3 … times a power of ten, whole, that needs at most four steps."""
    power = 1
    while True:
        for mantissa in _MANTISSAS:
            step = mantissa * power
            if step.is_integer() and step * _GRID_LINES >= most:
                return int(step)
        power *= 10


def _bar(column: Column, place: int, slot: float, top: int, count: int) -> Bar:
    width = min(slot * (_PART_WHEN_DENSE if count > _DENSE else _PART), _WIDEST)
    lower, upper = 100 * column.lower / top, 100 * column.upper / top
    return Bar(
        column=column,
        slot_x=_percent(place * slot),
        slot_width=_percent(slot),
        x=_percent(place * slot + (slot - width) / 2),
        width=_percent(width),
        lower_y=_percent(100 - lower),
        lower_height=_percent(lower),
        upper_y=_percent(100 - lower - upper),
        upper_height=_percent(upper),
    )


def _spoken(column: Column, lower: Series, upper: Series) -> str:
    """`Wed, Mar 4, 2026: 3 inbound, 2 outbound, 5 in total, previous period 4`"""
    if column.previous is None:
        words = _("%(label)s: %(lower)s, %(upper)s, %(total)s in total")
    else:
        words = _("%(label)s: %(lower)s, %(upper)s, %(total)s in total, previous period %(previous)s")
    return words % {
        "label": column.label,
        "lower": lower.counted % {"count": number(column.lower)},
        "upper": upper.counted % {"count": number(column.upper)},
        "total": number(column.total),
        "previous": number(column.previous or 0),
    }


def _tick(tick: Tick, slot: float) -> TickLabel:
    """A label at the right edge ends there, so that it doesn't leave the card; at the left there is room."""
    middle = (tick.at + 0.5) * slot
    edge = "last" if middle > 97.5 else ""
    return TickLabel(
        _percent(middle), tick.label, " ".join(filter(None, (edge, "" if tick.narrow else "wide")))
    )


def _lines(columns: Sequence[Column], slot: float, top: int) -> Iterator[str]:
    """One polyline for each run of columns that have a previous count; a lone one is a dash."""
    run: list[tuple[float, float]] = []
    for place, column in enumerate([*columns, None]):
        if column is not None and column.previous is not None:
            run.append(((place + 0.5) * slot, 100 - 100 * column.previous / top))
        elif run:
            if len(run) == 1:
                x, y = run[0]
                half = min(slot, _WIDEST) / 2
                run = [(x - half, y), (x + half, y)]
            yield " ".join(f"{x:.2f},{y:.2f}" for x, y in run)
            run = []


def _percent(value: float) -> str:
    return f"{max(0.0, value):.2f}".rstrip("0").rstrip(".") + "%"
