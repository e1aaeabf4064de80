"""Where carriers reach this installation, and how an admin says so: it is a setting, no page changes it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from textmeter.intake.self_test_words import weakness_of
from textmeter.lib.hosts import host_of, is_private
from textmeter.pages.commands import USUAL_PORT, make_run
from textmeter.pages.said import said

SAMPLE = "https://texts.example.com"


@dataclass(frozen=True, slots=True)
class PublicAddress:
    """`url`: as it is set; empty while it isn't. `weakness`: what is wrong with it, as far as it alone tells.
    `opened`: the host under which this page was opened. `likely`: what it would be if carriers came the same
    way; empty where they can't. `file`: where settings are written.
    `port`: on which this server listens, for the proxy before it."""

    url: str
    weakness: str
    opened: str
    likely: str
    file: str
    port: str

    @property
    def is_reachable(self) -> bool:
        """Not set to what only this machine or network can reach."""
        return bool(self.url) and not is_private(urlsplit(self.url).hostname or "")

    @property
    def start(self) -> str:
        """What starts it again on this port and this data, as it is typed."""
        return make_run(self.port)

    @property
    def line(self) -> str:
        """To be written into the file."""
        return f"TEXTMETER_PUBLIC_URL={self.likely or SAMPLE}"


def public_address(request: HttpRequest) -> PublicAddress:
    opened = request.get_host()
    likely = "" if is_private(host_of(opened)) else f"https://{opened}"
    url = settings.PUBLIC_URL
    weakness = said((weakness_of(url) if url else None) or "")
    # The server's own, whatever name and port the request was sent to.
    port = request.META.get("SERVER_PORT") or USUAL_PORT
    return PublicAddress(url, weakness, opened, likely, str(Path.cwd() / ".env"), port)


def base_address(request: HttpRequest) -> str:
    """What webhook addresses begin with; without the setting, as this reader reaches the server."""
    return settings.PUBLIC_URL or f"{request.scheme}://{request.get_host()}"
