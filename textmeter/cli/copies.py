"""`textmeter backup` and `textmeter restore`."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from textmeter.cli.errors import Problem
from textmeter.cli.ground import set_up_django
from textmeter.cli.output import count, json_option, note, show, table
from textmeter.cli.progress import progress
from textmeter.cli.running import what_runs

if TYPE_CHECKING:
    from textmeter.copies.backup import Backup
    from textmeter.copies.contents import CompanyContents
    from textmeter.copies.manifest import Manifest
    from textmeter.copies.restore import Restored

COMPANIES_SHOWN = 20
KEEP_THE_KEY = (
    "TEXTMETER_SECRET_KEY is not in the backup. Keep it too, apart: without it the connections' secrets "
    "don't open."
)


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace a file of this name.")
@json_option
def backup(file: Path, force: bool, as_json: bool) -> None:
    """Write a copy of the whole installation into FILE, while texts keep coming in.

    Everything that was answered before it began is in it, and the key that opens the connections' secrets.

    \b
    Example:
      textmeter backup /var/backups/textmeter-monday.zip
    """
    set_up_django()
    from textmeter.copies.backup import back_up

    began = time.monotonic()
    with progress("Backing up") as report, _plainly(f"{file} can't be written"):
        made = back_up(file, replace=force, report=report)
    seconds = time.monotonic() - began
    note("" if made.has_key else KEEP_THE_KEY, as_json)
    show(_made_as_json(made, seconds), as_json, lambda: _made_in_words(made, seconds))


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only prove that FILE is whole, and say what it holds.")
@json_option
def restore(file: Path, dry_run: bool, as_json: bool) -> None:
    """Bring a backup back into a fresh installation: all of it or nothing.

    Fresh is one without companies and people, on which nothing runs. FILE is proved whole first; one that an
    older Textmeter wrote is brought up to date.

    \b
    Example:
      textmeter restore /var/backups/textmeter-monday.zip
    """
    set_up_django()
    with _nothing_left_but_a_restore() as stays:
        if dry_run:
            _look(file, as_json)
        else:
            _restore(file, as_json)
            stays.append(file)


def _look(file: Path, as_json: bool) -> None:
    from textmeter.copies.restore import look

    with progress("Reading") as report, _plainly(f"{file} can't be restored"):
        manifest = look(file, report)
    show(_as_json(manifest) | {"dry_run": True}, as_json, lambda: _in_words("Whole", manifest))


def _restore(file: Path, as_json: bool) -> None:
    from textmeter.copies import restore as room

    _see_that_nothing_runs()
    with progress("Restoring") as report, _plainly(f"{file} can't be restored"):
        done = room.restore(file, report)
    note(_about_the_key(done), as_json)
    show(
        _as_json(done.manifest) | {"dry_run": False, "key": done.key.value},
        as_json,
        lambda: _in_words("Restored", done.manifest),
    )


@contextmanager
def _nothing_left_but_a_restore() -> Iterator[list[Path]]:
    """Takes away key, lock and folders that came into being only because this command looked there, unless
    something was put into the list: then it has come to its end."""
    from textmeter.settings import DATA_DIR, MADE

    lock, stays = DATA_DIR / "worker.lock", list[Path]()
    made = [*MADE, *([] if lock.exists() else [lock])]
    try:
        yield stays
    finally:
        # Another process may have begun to live there meanwhile: then the key is its own.
        lives = {one.name for one in DATA_DIR.iterdir()} & {"textmeter.sqlite3", "serve.lock", "serve.json"}
        if not stays and not lives:
            for path in sorted(made, key=lambda one: len(one.parts), reverse=True):
                with suppress(OSError):
                    path.rmdir() if path.is_dir() else path.unlink()


@contextmanager
def _plainly(what: str) -> Iterator[None]:
    from textmeter.copies.trouble import CopyTrouble

    try:
        yield
    except CopyTrouble as error:
        raise Problem(f"{what}: {error}") from None
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        raise Problem(f"{what}: {error.strerror or error}{where}.") from None


def _see_that_nothing_runs() -> None:
    from django.conf import settings

    if what := what_runs():
        what = what[:1].lower() + what[1:]
        raise Problem(f"Nothing was restored: {what} runs on {settings.DATA_DIR}. Stop it first.")


def _about_the_key(done: Restored) -> str:
    from textmeter.copies.restore import Key

    if done.key == Key.OUTDONE:
        return (
            "TEXTMETER_SECRET_KEY is another key than the backup's, which stands in secret.key now. Take the "
            "setting away, or the connections' secrets don't open."
        )
    if done.key == Key.MISSING:
        return (
            "the connections' secrets don't open with the present key, and theirs is not in the backup. Set "
            "TEXTMETER_SECRET_KEY as it was there, or each secret again: `textmeter connection set-secret`."
        )
    return ""


def _made_in_words(made: Backup, seconds: float) -> str:
    size = f"{made.bytes / 1e6:,.1f} MB in {seconds:,.1f} s"
    return f"{made.path}: {_size(made.companies)}, {size}. Every text is in it: keep it safe."


def _made_as_json(made: Backup, seconds: float) -> dict[str, object]:
    return {
        "file": str(made.path),
        "bytes": made.bytes,
        "seconds": round(seconds, 3),
        "as_of": _at(made.as_of),
        "has_key": made.has_key,
        "companies": [_company_as_json(one) for one in made.companies],
    }


def _in_words(verb: str, manifest: Manifest) -> str:
    companies = manifest.contents.companies
    words = f"{verb}: {_size(companies)}, as of {_shown(manifest.as_of)} (UTC)."
    rows = [(one.id, one.name, f"{one.messages:,}", _shown(one.last_text_at)) for one in companies]
    if not rows:
        return words
    more = len(rows) - COMPANIES_SHOWN
    rest = f"\nand {more:,} more; --json lists them all" if more > 0 else ""
    listed = table(("ID", "NAME", "TEXTS", "LAST TEXT (UTC)"), rows[:COMPANIES_SHOWN])
    return f"{words}\n{listed}{rest}"


def _as_json(manifest: Manifest) -> dict[str, object]:
    return {
        "as_of": _at(manifest.as_of),
        "product": manifest.product,
        "has_key": manifest.has_key,
        "companies": [_company_as_json(one) for one in manifest.contents.companies],
    }


def _company_as_json(one: CompanyContents) -> dict[str, object]:
    return {
        "id": str(one.id),
        "name": one.name,
        "messages": one.messages,
        "last_text_at": _at(one.last_text_at),
    }


def _size(companies: Sequence[CompanyContents]) -> str:
    texts = sum(one.messages for one in companies)
    return f"{count(len(companies), 'company', 'companies')}, {count(texts, 'text')}"


def _shown(at: int | None) -> str:
    return (_at(at) or "")[:19].replace("T", " ")


def _at(at: int | None) -> str | None:
    from textmeter.lib.days import as_iso, zone

    return as_iso(at, zone("UTC")) if at is not None else None
