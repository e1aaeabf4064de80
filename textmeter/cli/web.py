"""The web server: granian, 32 threads a process, over WSGI."""

from __future__ import annotations

import importlib
import logging
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from multiprocessing.process import BaseProcess
from typing import Any

import click

from textmeter.cli.errors import Problem
from textmeter.cli.signals import on_signals
from textmeter.lib.kept_threads import THREADS
from textmeter.lib.quotes import quoted

STOP_WITHIN = 5
READY_WITHIN = 60.0
HIGHEST_PORT = 65535
FIRST_CHOICE = 8000

ANY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104  # recognised, not bound


def free_address(host: str, port: int) -> str:
    """The IP address to bind; raises Problem when the host is unknown or the port is taken."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError):
        raise Problem(
            f"--host is {quoted(host)}; allowed: an address of this machine such as 127.0.0.1."
        ) from None
    with closing(socket.socket(family, kind)) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(address)
        except OSError as error:
            raise Problem(_why_not(host, port, error)) from None
    return str(address[0])


def _why_not(host: str, port: int, error: OSError) -> str:
    if isinstance(error, PermissionError):
        return f"Port {port} needs more rights than this user has. Choose one above 1023: {ways(8000)}."
    if "in use" in str(error):
        other = port + 1 if port < HIGHEST_PORT else FIRST_CHOICE
        return f"Port {port} is taken. Stop the program that uses it, or choose another: {ways(other)}."
    return f"Can't listen on {host}, port {port}: {error.strerror}."


def ways(port: int) -> str:
    """How to choose the port, both for who typed the command and for who typed `make`."""
    context = click.get_current_context(silent=True)
    target = "demo" if context is not None and context.info_name == "demo" else "run"
    return f"--port {port}, or PORT={port} make {target}"


def url_of(host: str, port: int) -> str:
    """The address that a browser on this machine opens."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}"


def serve_until_stopped(
    address: str,
    port: int,
    workers: int,
    *,
    when_ready: Callable[[], None],
    when_stopping: Callable[[], None],
) -> None:
    """Serves until Ctrl-C, SIGTERM or the end of the terminal. Calls `when_ready`, on a thread, once the
    pages answer, and `when_stopping` as soon as it is told to stop, while they still do."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    logging.captureWarnings(True)
    server = Granian(
        "textmeter.wsgi:application",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_WITHIN,
        websockets=False,
        log_level=LogLevels.error,
        log_dictconfig=_logging(),
    )

    def stop() -> None:
        when_stopping()
        server.signal_handler_interrupt()  # type: ignore[no-untyped-call]  # granian has no types there

    def started() -> None:
        # Instead of granian's own handlers, which would only load the pages anew on SIGHUP.
        on_signals((signal.SIGINT, signal.SIGTERM, signal.SIGHUP), stop)
        threading.Thread(target=_wait_until_ready, args=(address, port, when_ready), daemon=True).start()

    server.on_startup(started)
    server.serve(target_loader=_load)


def _wait_until_ready(address: str, port: int, when_ready: Callable[[], None]) -> None:
    until = time.monotonic() + READY_WITHIN
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)  # noqa: S104
    while time.monotonic() < until:
        with suppress(OSError), closing(socket.create_connection((here, port), timeout=1)):
            break
        time.sleep(0.05)
    when_ready()


def _load(target: str) -> Any:
    """Runs in each serving process: gets out of the way of Ctrl-C, which the parent hands down in its
    own way, ends when the parent does, and loads the pages."""
    os.setsid()
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), name="parent", daemon=True).start()
    module, _, name = target.partition(":")
    return getattr(importlib.import_module(module), name)


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(STOP_WITHIN)
    os._exit(1)


def _logging() -> dict[str, Any]:
    """The server's own troubles, in the format of all other lines; its log of requests isn't wanted."""
    from django.conf import settings

    formatters: dict[str, Any] = settings.LOGGING["formatters"]
    return {
        "formatters": {"lines": formatters[settings.LOG_FORMAT]},
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "lines", "stream": "ext://sys.stderr"},
            "access": {"class": "logging.NullHandler"},
        },
    }
