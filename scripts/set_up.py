"""Makes `.venv` and installs into it what the product needs (`set_up.py run`), what checking its code
needs (`check`), or what its tests need too (`test`).

Plain Python 3.11 without any package: it runs before there is anything else. What stands already is left
alone, so a second run takes no time. What can't be had is said in one line, with exit code 1.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections import deque
from pathlib import Path

import with_postgres

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
STATUS_EVERY = 2.0  # seconds between lines where the output is no terminal
TAIL = 15
# What stands around a package's name where pip tells that it is at it.
NAMED = re.compile(r"^(Collecting|Requirement already satisfied:) |[=<>~!;\[].*")

# dev holds the packages of runtime too, at the same versions.
LOCKS = {"run": ("build", "runtime"), "check": ("build", "dev"), "test": ("build", "dev")}


class CannotBeHad(SystemExit):
    """One plain line on stderr, exit code 1."""

    def __init__(self, sentence: str) -> None:
        sys.stderr.write(f"set-up: {sentence}\n")
        super().__init__(1)


def main(arguments: list[str]) -> None:
    if len(arguments) != 1 or arguments[0] not in LOCKS:
        raise CannotBeHad(f"say what for: set_up.py {' | '.join(LOCKS)}.")
    purpose = arguments[0]
    make_venv()
    install_packages(purpose)
    if purpose == "test":
        find_or_install_browser()
        find_or_install_postgres()
        find_or_install_systemd()


def make_venv() -> None:
    """`.venv` with a pip that works; one that was left half made is made again."""
    if PYTHON.exists() and (VENV / "bin" / "pip").exists():
        return
    if not _can_make_venvs():
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        install_with_apt(f"python{version}-venv", why="to make a Python environment")
    shutil.rmtree(VENV, ignore_errors=True)
    run("Making .venv", [sys.executable, "-m", "venv", str(VENV)])


def _can_make_venvs() -> bool:
    """Debian ships Python without the part that puts pip into a new environment."""
    return _works([sys.executable, "-c", "import ensurepip, venv"])


def _works(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def install_packages(purpose: str) -> None:
    """Installs the locked packages and textmeter itself, unless exactly these are installed already."""
    if _is_installed(purpose) or (purpose == "run" and _is_installed("check")):
        return
    files = _locks(purpose)
    total = sum(line[:1].isalnum() for file in files for line in file.read_text().splitlines())
    options = [part for file in files for part in ("-r", str(file))]
    pip("Installing packages", ["--require-hashes", *options], total)
    pip("Installing textmeter", ["--no-deps", "--no-build-isolation", "-e", str(ROOT)])
    _stamp(purpose).write_text(_state(purpose))


def _is_installed(purpose: str) -> bool:
    stamp = _stamp(purpose)
    return stamp.exists() and stamp.read_text() == _state(purpose)


def _stamp(purpose: str) -> Path:
    """One for each set of packages: those of `check` and `test` are the same."""
    return VENV / f".installed-{LOCKS[purpose][-1]}"


def _locks(purpose: str) -> list[Path]:
    return [ROOT / "requirements" / f"{name}.txt" for name in LOCKS[purpose]]


def _state(purpose: str) -> str:
    """Changes when anything changes that an installation depends on."""
    files = [*_locks(purpose), ROOT / "pyproject.toml"]
    text = b"".join(file.read_bytes() for file in files) + str(ROOT).encode() + sys.version.encode()
    return hashlib.sha256(text).hexdigest()


def pip(what: str, arguments: list[str], total: int = 0) -> None:
    # The lock says which versions: a constraint of this machine must not say it otherwise.
    environment = os.environ | {
        "PIP_CONSTRAINT": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
    }
    command = [str(PYTHON), "-m", "pip", "install", "--progress-bar", "off", *arguments]
    run(what, command, environment, counts=("Collecting ", "Requirement already satisfied"), total=total)


def find_or_install_browser() -> None:
    if not any(shutil.which(name) for name in BROWSERS):
        install_browser()
    if not _works([str(PYTHON), "-m", "playwright", "--version"]):
        install_with_apt("libatomic1", why="for playwright to drive the browser")


def find_or_install_systemd() -> None:
    if shutil.which("systemd-analyze") is None:
        install_with_apt("systemd", why="to check the units in deploy")


def find_or_install_postgres() -> None:
    """The server's programs; tests start a server of their own."""
    if with_postgres.find_programs() is None:
        install_with_apt("postgresql", why="to test on PostgreSQL too")


def install_browser() -> None:
    if _is_ubuntu():  # there the package is only a pointer to a snap
        run(
            "Installing Chromium",
            [str(PYTHON), "-m", "playwright", "install", "--with-deps", "chromium"],
        )
    else:
        install_with_apt("chromium", why="to test the pages in a browser")


def _is_ubuntu() -> bool:
    release = Path("/etc/os-release")
    return release.exists() and "ID=ubuntu" in release.read_text().splitlines()


def install_with_apt(package: str, *, why: str) -> None:
    """Installs a Debian package as root; raises CannotBeHad with the command to type where that can't be."""
    by_hand = f"{package} is missing ({why}). Install it: sudo apt-get install {package}"
    if shutil.which("apt-get") is None:
        raise CannotBeHad(f"{package} is missing ({why}), and there is no apt-get here. Install it by hand.")
    rights: list[str] = []
    if os.geteuid() != 0:
        rights = ["sudo", "-n"]
        if shutil.which("sudo") is None or not _works([*rights, "true"]):
            raise CannotBeHad(by_hand)
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    run("Asking apt-get what there is", [*rights, "apt-get", "update", "-q"], quiet)
    run(
        f"Installing {package} with apt-get ({why})",
        [*rights, "apt-get", "install", "-y", "-q", "--no-install-recommends", package],
        quiet,
    )


def run(
    what: str,
    command: list[str],
    environment: dict[str, str] | None = None,
    *,
    counts: tuple[str, ...] = (),
    total: int = 0,
) -> None:
    """Runs the command with a line of progress; on failure shows the end of what it said and stops."""
    status = Status(what, total)
    last: deque[str] = deque(maxlen=TAIL)
    process = subprocess.Popen(
        command,
        env=environment,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    assert process.stdout is not None
    for line in process.stdout:
        last.append(line.rstrip())
        status.hear(line, counts)
    code = process.wait()
    status.end("done" if code == 0 else "failed")
    if code:
        sys.stderr.write("".join(f"  {line}\n" for line in last))
        raise CannotBeHad(f"{what} failed. See above; is this machine on the network?")


class Status:
    """`Installing packages: 12 of 47, 9 s (django)`: rewritten on a terminal, else a line now and then."""

    def __init__(self, what: str, total: int) -> None:
        self.what, self.total, self.done, self._about = what, total, 0, ""
        self._began = time.monotonic()
        self._ended = threading.Event()
        self._terminal = sys.stdout.isatty()
        self._say(f"{what} …")
        self._thread = threading.Thread(target=self._tick, daemon=True)
        self._thread.start()

    def hear(self, line: str, counts: tuple[str, ...]) -> None:
        """A line of the command: what is counted by its beginning names the package that it is at."""
        if line.startswith(counts):
            self.done += 1
            self._about = NAMED.sub("", line).split()[0]
        elif line.startswith("Installing collected packages"):
            # Some of those in the lock are for other machines, and pip says no more until it is done.
            self._about, self.total = f"writing {line.count(',') + 1} packages into .venv", 0

    def end(self, how: str) -> None:
        self._ended.set()
        self._thread.join()
        self._say(f"{self.what}: {how} ({time.monotonic() - self._began:.0f} s)")
        if self._terminal:
            sys.stdout.write("\n")

    def _tick(self) -> None:
        while not self._ended.wait(0.5 if self._terminal else STATUS_EVERY):
            of = f"{self.done} of {self.total}, " if self.total else ""
            about = f" ({self._about})" if self._about else ""
            self._say(f"{self.what}: {of}{time.monotonic() - self._began:.0f} s{about}")

    def _say(self, line: str) -> None:
        sys.stdout.write(f"\r\033[K{line}" if self._terminal else f"{line}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        raise CannotBeHad("stopped.") from None
