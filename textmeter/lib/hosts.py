"""Names and addresses of machines."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit


def host_of(netloc: str) -> str:
    """`texts.example.com:8000` without its port."""
    return urlsplit(f"//{netloc}").hostname or ""


def is_private(host: str) -> bool:
    """Whether it can be reached from its own machine or network alone."""
    host = host.removesuffix(".")
    if host == "localhost" or host.endswith((".local", ".internal", ".lan", ".localhost")):
        return True
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host
