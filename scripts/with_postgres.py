"""Runs a command beside a PostgreSQL server of its own: `with_postgres.py COMMAND …`.

The server has a new cluster in a temporary folder and listens on a free port of 127.0.0.1; its address is
in TEXTMETER_TEST_POSTGRES for the command. When the command ends, so does the server, and its folder goes.
It keeps its data through the end of any process, but not through a power cut: tests need no more.

Plain Python, and PostgreSQL's programs as Debian's package brings them. The server refuses to run as root,
so it runs as the package's user `postgres` then.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from types import FrameType

USER = "postgres"
# Beside the defaults. Tests open many connections, and end servers and clients at any time.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "300",
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "fsync": "off",
    "full_page_writes": "off",
    "log_min_messages": "panic",
}


def main(command: list[str]) -> int:
    if not command:
        sys.stderr.write("with_postgres.py: say which command to run.\n")
        return 2
    programs = find_programs()
    if programs is None:
        sys.stderr.write(
            "with_postgres.py: PostgreSQL is missing. Install it: sudo apt-get install postgresql\n"
        )
        return 1
    with tempfile.TemporaryDirectory(prefix="textmeter-postgres-") as folder:
        data = Path(folder) / "data"
        user = USER if os.geteuid() == 0 else None
        if user:
            shutil.chown(folder, user)
        make_cluster(programs, data, user)
        port = free_port()
        server = start(programs, data, port, user)
        try:
            environment = os.environ | {
                "TEXTMETER_TEST_POSTGRES": f"postgres://textmeter@127.0.0.1:{port}/postgres",
                "TEXTMETER_TEST_POSTGRES_PROGRAMS": str(programs),
            }
            return run(command, environment)
        finally:
            server.send_signal(signal.SIGINT)  # "fast": open connections are ended
            server.wait()


def find_programs() -> Path | None:
    """The folder with the newest server's programs."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    found = sorted(versions, key=lambda path: int(path.parts[-3]) if path.parts[-3].isdigit() else 0)
    if found:
        return found[-1].parent
    elsewhere = shutil.which("postgres")
    return Path(elsewhere).resolve().parent if elsewhere else None


def make_cluster(programs: Path, data: Path, user: str | None) -> None:
    options = ["--username=textmeter", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    subprocess.run(
        [programs / "initdb", "--pgdata", data, *options],
        user=user,
        group=group_of(user),
        cwd="/",
        check=True,
        stdout=subprocess.DEVNULL,
    )


def start(programs: Path, data: Path, port: int, user: str | None) -> subprocess.Popen[bytes]:
    """Returns once it takes connections."""
    settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    server = subprocess.Popen(
        [programs / "postgres", "-D", data, "-p", str(port), *settings],
        user=user,
        group=group_of(user),
        cwd="/",
        start_new_session=True,
    )
    ready = [programs / "pg_isready", "--quiet", "--host=127.0.0.1", f"--port={port}", "--username=textmeter"]
    while server.poll() is None and subprocess.run(ready, check=False).returncode:
        pass
    if server.poll() is not None:
        raise SystemExit("with_postgres.py: the PostgreSQL server did not start; see above.")
    return server


def run(command: list[str], environment: dict[str, str]) -> int:
    """The command's exit code; it gets the signals that would end this one."""
    child = subprocess.Popen(command, env=environment)

    def hand_down(number: int, frame: FrameType | None) -> None:
        child.send_signal(number)

    signal.signal(signal.SIGTERM, hand_down)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to the child too
    return child.wait()


def group_of(user: str | None) -> int | None:
    return pwd.getpwnam(user).pw_gid if user else None


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
