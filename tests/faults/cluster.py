"""A PostgreSQL server that a test may stop, kill and start again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import SystemRandom

from scripts.with_postgres import USER, make_cluster, start
from tests.cli.terminal import children_of


def lasting_port() -> int:
    """One that no client is given for its own end while the server is away: below the system's range for
    those. Even a connection to nobody could get it otherwise, and meet itself."""
    (lowest, _) = Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()
    while True:
        port = SystemRandom().randrange(10_000, int(lowest))
        with socket.socket() as trial, suppress(OSError):
            trial.bind(("127.0.0.1", port))
            return port


class Cluster:
    """`folder`: made for it, and the server's own; `settings`: beside those of all tests."""

    def __init__(self, folder: Path, settings: str = "") -> None:
        self._programs = Path(os.environ["TEXTMETER_TEST_POSTGRES_PROGRAMS"])
        self._data = folder / "data"
        self._user = USER if os.geteuid() == 0 else None
        self._server: subprocess.Popen[bytes] | None = None
        self._port = lasting_port()
        if self._user:
            shutil.chown(folder, self._user)
        make_cluster(self._programs, self._data, self._user)
        with (self._data / "postgresql.conf").open("a") as file:
            file.write(settings)

    @property
    def url(self) -> str:
        return f"postgres://textmeter@127.0.0.1:{self._port}/postgres"

    @property
    def is_up(self) -> bool:
        return self._server is not None and self._server.poll() is None

    def start(self) -> None:
        self._server = start(self._programs, self._data, self._port, self._user)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT ends open connections ("fast"), SIGQUIT everything at once ("immediate")."""
        if self._server is not None:
            if self.is_up:
                self._server.send_signal(how)
            self._server.wait(60)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It takes connections, and answers nobody, as when its machine or the network stands still."""
        assert self._server is not None
        everybody = [self._server.pid, *children_of(self._server.pid)]
        for pid in everybody:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in everybody:
                os.kill(pid, signal.SIGCONT)


@contextmanager
def running_cluster(folder: Path, settings: str = "") -> Iterator[Cluster]:
    """Started; its server ends with the block. `folder`: one that the server's own user can reach, so not
    below pytest's, which every run closes to all but its own user."""
    cluster = Cluster(folder, settings)
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop(signal.SIGQUIT)
