"""Many numbers as people paste them from a sheet, or upload them: what each line says. Pure."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import StringIO

from textmeter.lib.csvcells import read_cell
from textmeter.lib.folding import fold
from textmeter.lib.phone import national, tracking_number
from textmeter.pages.formats import number as written
from textmeter.pages.language import gettext as _
from textmeter.pages.language import gettext_lazy

MOST_LINES = 1_000
LONGEST = 200
_COLUMNS = ("number", "name", "source", "destination")
_HEADINGS = {
    "number": "number",
    "phone": "number",
    "phone number": "number",
    "tracking number": "number",
    "name": "name",
    "number name": "name",
    "source": "source",
    "destination": "destination",
    "destination number": "destination",
    "forwards to": "destination",
    "forward to": "destination",
    "forwarding number": "destination",
    "calls go to": "destination",
}
COMES_BACK = gettext_lazy("Calls would come back to this number. Give another destination, or none.")
# What divides a line, and what to say of one that it divides where the first line has something else.
_DIVIDED_OTHERWISE = {
    "\t": gettext_lazy("It has tabs between its parts, unlike the first line. Use the same in all lines."),
    ";": gettext_lazy(
        "It has semicolons between its parts, unlike the first line. Use the same in all lines."
    ),
    ",": gettext_lazy("It has commas between its parts, unlike the first line. Use the same in all lines."),
}


class BadList(ValueError):
    """The list as a whole can't be read; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """`place`: as people count lines, from 1. `number` and `destination`: E.164; what stands there and is no
    number is `typed_number` or `typed_destination`. `trouble`: why nothing can be made of it; empty when
    something can."""

    place: int
    number: str
    name: str
    source: str = ""
    destination: str = ""
    trouble: str = ""
    typed_number: str = ""
    typed_destination: str = ""


def read_lines(text: str) -> list[Line]:
    """Number, name, source and destination of each line, in this order or as the first line names them;
    between them tabs, commas or semicolons. The name alone may be missing, and comes from the number.
    Raises BadList."""
    divider, rows = _divided(text)
    if len(rows) > MOST_LINES + 1:
        raise BadList(
            _("That is more than %(most)s lines. Add them in several parts.") % {"most": written(MOST_LINES)}
        )
    columns = _columns(rows)
    if columns:
        rows = rows[1:]
        if "number" not in columns.values():
            raise BadList(
                _("No column of the first line is called “number”. Name one so, or leave that line out.")
            )
    if not rows:
        raise BadList(_("There is no number in it. Put one on each line: (404) 555-0180, Google Ads."))
    lines: list[Line] = []
    first_at: dict[str, int] = {}
    for place, cells in rows[:MOST_LINES]:
        line = _line(place, _named(_cleaned(cells), columns))
        if line.typed_number and (other := _other_divider(cells, divider)):
            line = replace(line, trouble=str(_DIVIDED_OTHERWISE[other]))
        if not line.trouble and line.number in first_at:
            words = _("The same number stands in line %(line)s already.")
            line = replace(line, trouble=words % {"line": first_at[line.number]})
        if line.number:
            first_at.setdefault(line.number, place)
        lines.append(line)
    return lines


def passed_over(text: str) -> list[str]:
    """What of a list that `read_lines` can read is none of the four: the names of its columns; where the
    first line names none, what stands in a fifth place and beyond."""
    rows = _divided(text)[1]
    columns = _columns(rows)
    if columns is None:
        cells = [cell for _place, row in rows for cell in _cleaned(row)[len(_COLUMNS) :]]
    else:
        cells = [cell for place, cell in enumerate(_cleaned(rows[0][1])) if place not in columns]
    return list(dict.fromkeys(cell for cell in cells if cell))


def _divided(text: str) -> tuple[str, list[tuple[int, list[str]]]]:
    """What divides its lines, and each line's number and cells."""
    text = text.replace("\0", "").removeprefix("\ufeff")
    divider = _divider(text)
    return divider, list(_rows(text, divider))


def decoded(content: bytes) -> str:
    """A file's text, as spreadsheets write it: UTF-8, UTF-16 with its mark, else the code page of Windows."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _divider(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return "\t" if "\t" in first else ";" if ";" in first and "," not in first else ","


def _rows(text: str, divider: str) -> Iterator[tuple[int, list[str]]]:
    """Lines that hold something, with their place."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=divider, skipinitialspace=True)
    try:
        place = 0
        for cells in reader:
            place, begins = reader.line_num, place + 1
            if any(_cleaned(cells)):
                yield begins, cells
    except csv.Error as error:
        raise BadList(
            _("Line %(line)s can’t be read (%(error)s). Check its quotation marks.")
            % {"line": reader.line_num, "error": error}
        ) from error


def _cleaned(cells: Sequence[str]) -> list[str]:
    return [" ".join(read_cell(cell.strip()).split()) for cell in cells]


def _other_divider(cells: Sequence[str], divider: str) -> str:
    """What sets a number apart within a cell; empty for nothing."""
    for other in _DIVIDED_OTHERWISE:
        for cell in cells:
            if other != divider and other in cell and any(map(tracking_number, cell.split(other))):
                return other
    return ""


def _columns(rows: Sequence[tuple[int, list[str]]]) -> dict[int, str] | None:
    """The columns by their place, where the first line names them; of two for the same the first."""
    cells = _cleaned(rows[0][1]) if rows else []
    if any(tracking_number(cell) for cell in cells):
        return None
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        if (name := fold(cell)) in _HEADINGS:
            found.setdefault(_HEADINGS[name], place)
    return {place: name for name, place in found.items()} or None


def _named(cells: list[str], columns: Mapping[int, str] | None) -> dict[str, str]:
    if columns is not None:
        return {name: cells[place] if place < len(cells) else "" for place, name in columns.items()}
    given = [*cells, "", ""][: max(2, len(cells))]
    if not tracking_number(given[0]) and tracking_number(given[1]):
        given[:2] = given[1::-1]
    return dict(zip(_COLUMNS, given, strict=False))


def _line(place: int, cells: Mapping[str, str]) -> Line:
    given, name = cells.get("number", ""), cells.get("name", "")
    source, destination = cells.get("source", ""), cells.get("destination", "")
    number = tracking_number(given) or ""
    goes_to = tracking_number(destination) or "" if destination else ""
    line = Line(
        place,
        number,
        name or (national(number) if number else ""),
        source,
        goes_to,
        typed_number="" if number else given,
        typed_destination="" if goes_to else destination,
    )
    return replace(line, trouble=_trouble(line))


def _trouble(line: Line) -> str:
    if not line.number and not line.typed_number:
        return _("There is no number in this line.")
    if not line.number:
        words = _("“%(given)s” is not a phone number. Write it like (404) 555-0180.")
        return words % {"given": line.typed_number[:40]}
    if line.typed_destination:
        words = _("The destination “%(given)s” is not a phone number.")
        return words % {"given": line.typed_destination[:40]}
    if line.destination == line.number:
        return str(COMES_BACK)
    if len(line.name) > LONGEST or len(line.source) > LONGEST:
        return _("Shorten its name and source to %(most)s characters.") % {"most": LONGEST}
    if not (line.name + line.source).isprintable():
        return _("It has signs that can’t be seen. Type it anew.")
    return ""
