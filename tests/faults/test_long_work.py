"""A rebuild and an import by command: killed at any moment, or the process beside them, their connection
ended, or the disk full. Begun again they come to their end, with every row once."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import psycopg

from tests.cli.terminal import children_of, is_alive, wait_for
from tests.databases import SERVER, database_url, only_sqlite
from tests.end_to_end.installation import Installation
from tests.faults.disks import fill, small_disk
from tests.faults.rounds import by_chance, either, report, rounds
from tests.faults.town import ADS, Town, town

ROWS = either(4000, 20_000)
Harm = Callable[[Installation, subprocess.Popen[str]], None]


def kill(house: Installation, process: subprocess.Popen[str]) -> None:
    process.kill()


def kill_beside(house: Installation, process: subprocess.Popen[str]) -> None:
    for pid in children_of(process.pid):
        os.kill(pid, signal.SIGKILL)


def end_connections(house: Installation, process: subprocess.Popen[str]) -> None:
    with psycopg.connect(SERVER, autocommit=True) as server:
        name = database_url(house.folder).rpartition("/")[2]
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            " ORDER BY random() LIMIT 1",
            [name],
        )


HARMS: list[Harm] = [kill, kill_beside, *([end_connections] if SERVER else [])]


def test_a_rebuild(tmp_path: Path) -> None:
    rng = by_chance()
    place = town(tmp_path / "data", tmp_path / "log")
    place.house.json("demo", "--messages", either(1500, 20_000), "--seed", "3")
    lasts = length_of(place, "rebuild")
    for n in rounds(len(HARMS), 40):
        until = time.monotonic() + rng.uniform(0.4, 1) * lasts
        harmed(place, HARMS[n % len(HARMS)], lambda until=until: time.monotonic() > until, "rebuild")
        if n % 2 == 0:  # what was right stays so at any moment
            assert place.house.json("check") == {"differences": []}
            put_wrong(place, rng)
        else:
            place.house.json("rebuild")
            assert place.house.json("check") == {"differences": []}
            assert place.house.rows("SELECT 1 FROM ledger_rebuild") == []


def test_an_import(tmp_path: Path) -> None:
    rng = by_chance()
    place = town(tmp_path / "data", tmp_path / "log")
    for n in rounds(1, 20):
        file = file_of(tmp_path, f"round {n}")
        for harm in (kill, rng.choice(HARMS)):
            rows = rng.randrange(ROWS)
            harmed(
                place, harm, lambda file=file, rows=rows: there(place, file) > rows, *arguments(place, file)
            )
            is_true_of(place, file)
        come_to_the_end(place, file)


@only_sqlite
def test_a_full_disk(tmp_path: Path) -> None:
    rng = by_chance()
    with small_disk(tmp_path / "disk", 96) as disk:
        place = town(disk / "data", tmp_path / "log")
        place.house.json("demo", "--messages", 1500, "--seed", "3")
        for n in rounds(2, 24):
            file = file_of(tmp_path, f"round {n}")
            command = arguments(place, file) if n % 2 else ("rebuild",)
            process = begin(place, *command)
            if n % 4 > 1:  # else it may find the disk full before it has opened the database
                wait_for(Path(f"{place.house.folder}/textmeter.sqlite3-shm").exists, "it to begin")
            time.sleep(rng.uniform(0, 1))
            filler = fill(disk)
            _, said = process.communicate(timeout=120)
            filler.unlink()
            report(f"{process.returncode}: {said.strip()}")
            if process.returncode:
                assert re.search("Make room on (the disk|it)", said)
                assert said.count("textmeter: ") == 1
                assert "Traceback" not in said
            is_true_of(place, file)
            come_to_the_end(place, file)


def begin(place: Town, *command: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.keen", *map(str, command)],
        env=place.house.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def length_of(place: Town, *command: object) -> float:
    """Seconds."""
    began = time.monotonic()
    process = begin(place, *command)
    _, said = process.communicate()
    assert process.returncode == 0, said
    return time.monotonic() - began


def harmed(place: Town, harm: Harm, is_time: Callable[[], bool], *command: object) -> None:
    """The command, to whom that happens then, or who ends before. No process is left behind."""
    process = begin(place, *command)
    while process.poll() is None and not is_time():
        time.sleep(0.01)
    beside = children_of(process.pid)
    harm(place.house, process)
    _, said = process.communicate(timeout=120)
    report(f"{command[0]}, {harm.__name__}: {process.returncode} {said.strip()}")
    wait_for(lambda: not any(is_alive(pid) for pid in beside), "those beside it to end")
    assert "Traceback" not in said


def put_wrong(place: Town, rng: Random) -> None:
    change = (
        f"UPDATE ledger_conversation SET total = total + 1 WHERE customer_id & 3 = {rng.randrange(4)};"
        f"UPDATE ledger_volume_hour SET inbound = inbound + 1 WHERE local_hour = {rng.randrange(9, 17)};"
        f"UPDATE ledger_message SET ref_mark = 7 WHERE id & 7 = {rng.randrange(8)}"
    )
    code = (
        "from textmeter.cli.ground import set_up_django; set_up_django()\n"
        f"from textmeter.ledger.statements import run\nfor one in {change.split(';')!r}: run(one, [])"
    )
    subprocess.run([sys.executable, "-c", code], env=place.house.environment, check=True)


def file_of(folder: Path, name: str) -> Path:
    """Texts that no other file has."""
    path = folder / f"{name}.csv"
    lines = ["sent_at,direction,customer_number,tracking_number,body"]
    for n in range(ROWS):
        at = f"2026-03-{1 + n % 28:02d}T{n // 60 % 24:02d}:{n % 60:02d}:00-05:00"
        lines.append(f"{at},inbound,+1770555{n % 400:04d},{ADS},{name} no. {n}")
    path.write_text("\n".join(lines))
    return path


def arguments(place: Town, file: Path) -> tuple[Any, ...]:
    return ("import", "csv", file, "--company", place.shop)


def is_true_of(place: Town, file: Path) -> None:
    """What Changes says of the file's imports is what is there of it, each row once."""
    ((different,),) = place.house.rows(
        f"SELECT count(DISTINCT body) FROM ledger_message WHERE body LIKE '{file.stem} no. %'"
    )
    said = place.house.rows(f"SELECT what FROM accounts_auditline WHERE what LIKE '%{file.name}%'")
    found = [re.search(r"([\d,]+) texts? new, 0 lines refused", what) for (what,) in said]
    counted = sum(int(one[1].replace(",", "")) for one in found if one)
    assert there(place, file) == different == counted, said


def there(place: Town, file: Path) -> int:
    """How many of its rows."""
    asked = f"SELECT count(*) FROM ledger_message WHERE body LIKE '{file.stem} no. %'"
    return int(place.house.rows(asked)[0][0])


def come_to_the_end(place: Town, file: Path) -> None:
    told = place.house.json(*arguments(place, file))
    assert (told["added"] + told["known"], told["refused"]) == (ROWS, 0)
    is_true_of(place, file)
    assert place.house.json("check") == {"differences": []}
