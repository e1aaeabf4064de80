"""Errors of the command line: one plain line on stderr; exit code 1 for what failed, 2 for wrong usage."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import click

INTERRUPTED = 130  # what a shell expects of a program that Ctrl-C ended


class Problem(click.ClickException):
    """Something that the person at the terminal can understand and mend; exit code 1."""


class WrongUsage(Problem):
    """A value that is wrong whatever the database holds; exit code 2, as for a wrong option."""

    exit_code = 2


def run_plainly(group: click.Group) -> None:
    """Runs the group on this process's arguments; never a traceback, unless asked for with --debug."""
    try:
        code = group.main(prog_name="textmeter", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        sys.stderr.write(error.format_message().rstrip() + "\n")
        code = 2
    except click.UsageError as error:
        code = _say(_usage(error), 2)
    except click.ClickException as error:
        code = _say(error.format_message(), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        code = _say("Stopped.", INTERRUPTED)
    except BrokenPipeError:
        # Whoever read the output has gone; Python must not complain about it once more while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except Exception as error:
        code = _unexpected(error)
    sys.exit(code if isinstance(code, int) else 0)


def _say(sentence: str, code: int) -> int:
    sys.stderr.write(f"textmeter: {' '.join(sentence.split())}\n")
    return code


def _usage(error: click.UsageError) -> str:
    where = error.ctx.command_path if error.ctx else "textmeter"
    return f"{error.format_message()} See `{where} --help`."


def _unexpected(error: Exception) -> int:
    """One line for the database's own troubles; for a bug one line that says where the details are."""
    if "--debug" in sys.argv[1:]:
        traceback.print_exc()
    sentence = _database_trouble(error)
    if sentence is None:
        sentence = (
            f"Unexpected {type(error).__name__}: {error or 'no message'}. Details: {_write_down(error)}"
        )
    return _say(sentence, 1)


def _database_trouble(error: Exception) -> str | None:
    """What a person can do about a full disk, a file that can't be opened or a server that isn't there; None
    for anything else."""
    from django.db import DatabaseError

    if not isinstance(error, DatabaseError):
        return None
    told = str(error).strip().partition("\n")[0]
    if "connection" in told or "FATAL" in told or "resolve host" in told:
        return (
            f"The database can't be reached ({told}). See that the server runs, and that"
            " TEXTMETER_DATABASE_URL has its address, user, password and database."
        )
    if "readonly" in told or "unable to open" in told:
        return f"The database can't be written ({told}). See that {_place()}."
    if "full" in told or "No space left" in told:
        return f"The database can't grow ({told}). Make room on the disk."
    if "I/O error" in told:  # of SQLite, which says so, too, where a new file beside its own finds no room
        return (
            f"The disk of the database refused to be read or written ({told}). Make room on it; where it has"
            " room, see in the system's log whether it fails."
        )
    if "locked" in told:
        return "The database was busy for too long. Try again."
    if "malformed" in told or "not a database" in told:
        return f"The database file is damaged ({told}). Put a backup in its place."
    return None


def _place() -> str:
    if os.environ.get("TEXTMETER_DATABASE_URL", "").strip():
        return "TEXTMETER_DATABASE_URL names a file that you may write, in a folder that you may write"
    return "TEXTMETER_DATA_DIR is a folder you may write"


def _write_down(error: Exception) -> str:
    """The file that now holds the traceback: errors.log in the data folder, else in the temporary one."""
    lines = "".join(traceback.format_exception(error))
    entry = f"{datetime.now(UTC).isoformat(timespec='seconds')} {' '.join(sys.argv)}\n{lines}\n"
    folders = [os.environ.get("TEXTMETER_DATA_DIR") or "data", tempfile.gettempdir()]
    for path in (Path(folder).expanduser() / "errors.log" for folder in folders):
        with suppress(OSError), path.open("a", encoding="utf-8") as file:
            file.write(entry)
            return str(path)
    return "run it again with `textmeter --debug …`"
