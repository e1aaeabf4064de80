"""The command line as it has to be typed on this server, for pages that show commands."""

from __future__ import annotations

import os
import shlex
import sys
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from dotenv import dotenv_values

USUAL_PORT = "8000"


def textmeter() -> str:
    """`.venv/bin/textmeter`, as typed in the folder in which the server was started."""
    return typed(Path(os.path.abspath(sys.executable)), folder(), settings.DATA_DIR)


def make_run(port: str) -> str:
    """What starts this server again on its port and its data, as typed in that folder."""
    here = folder()
    is_found = _found_without_the_environment(here) == settings.DATA_DIR
    words = [] if is_found else [_setting(here, settings.DATA_DIR)]
    if port != USUAL_PORT:
        words.append(f"PORT={port}")
    return " ".join([*words, "make run"])


def _found_without_the_environment(folder: Path) -> Path:
    """The data folder that a start finds by `.env` alone. Asked of the file, because the environment of
    serving processes has what stands there as well."""
    given = None
    with suppress(OSError, UnicodeDecodeError):
        given = dotenv_values(folder / ".env").get("TEXTMETER_DATA_DIR")
    return (folder / Path((given or "").strip() or "data").expanduser()).resolve()


def folder() -> Path:
    """In which the server was started."""
    try:
        return Path.cwd()
    except FileNotFoundError:  # it was removed since; what is named from the root on still holds
        return Path("/")


def typed(python: Path, folder: Path, data_dir: Path) -> str:
    """The program beside `python`, with the data folder before it where that isn't the default one."""
    program = python.with_name("textmeter")
    words = [_from(folder, program)] if program.exists() else [_from(folder, python), "-m", "textmeter"]
    command = shlex.join(words)
    if data_dir == folder / "data":
        return command
    return f"{_setting(folder, data_dir)} {command}"


def _setting(folder: Path, data_dir: Path) -> str:
    return f"TEXTMETER_DATA_DIR={shlex.quote(_from(folder, data_dir))}"


def _from(folder: Path, path: Path) -> str:
    """Short where it lies in the folder."""
    return str(path.relative_to(folder) if path.is_relative_to(folder) and path != folder else path)
