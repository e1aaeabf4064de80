"""The line in Changes that tells of an import."""

from __future__ import annotations

from textmeter.accounts.audit import note, say_instead
from textmeter.accounts.models import AuditLine, Company
from textmeter.intake.import_refusal import shown

IN_THE_BROWSER, ON_THE_COMMAND_LINE = "in the browser", "on the command line"
AGAIN = ", taken up again"


class ImportLine:
    """One for an import. It is written in the first transaction that takes rows, and anew in each after it:
    so it is true of an import that was killed as well. `where`: how it was asked for."""

    def __init__(self, company: Company, *, by: str, file: str, where: str) -> None:
        self._company, self._by, self._what = company, by, f"Imported “{_name(file)}” {where}"
        self._line: AuditLine | None = None

    def tell(self, counts: str, *, is_done: bool) -> None:
        """Within the transaction that takes the rows."""
        what = f"{self._what}{'' if is_done else ', not to its end'}: {counts}."
        if self._line:
            say_instead(self._line, what)
        else:
            self._line = note(self._by, what, self._company)


def _name(file: str) -> str:
    """It can't end the quotes that it stands in, and say something of its own behind them."""
    return shown(file).translate({ord(sign): "'" for sign in "“”"})


def in_counts(kind: str, added: int, refused: int, trackers_made: int) -> str:
    """`1,200 texts new, 3 lines refused`; `kind`: of ImportReport."""
    counts = [
        f"{_count(added, 'call' if kind == 'calls' else 'text')} new",
        f"{_count(refused, 'line')} refused",
    ]
    if trackers_made:
        counts.append(f"{_count(trackers_made, 'number')} added")
    return ", ".join(counts)


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
