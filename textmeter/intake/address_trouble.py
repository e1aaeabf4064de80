"""What a wrongly signed delivery says of the address: the one that it was verified against beside the one
that was called, and whether it would fit any other. Pure but for `look_at`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from textmeter.carriers.table import CARRIERS
from textmeter.intake import connections
from textmeter.intake.kept import Kept
from textmeter.intake.models import Connection
from textmeter.intake.quarantine import address_today
from textmeter.intake.secrets import Unopenable
from textmeter.lib.days import now_ms
from textmeter.lib.hosts import host_of, is_private

# The header of a receipt that no request can bear: the address as this server was called.
CALLED = ":called"
_PORTS = {"http": "80", "https": "443"}


@dataclass(frozen=True, slots=True)
class Part:
    """`name`: scheme, host, port or path."""

    name: str
    expected: str
    came: str

    @property
    def differs(self) -> bool:
        return self.expected != self.came


@dataclass(frozen=True, slots=True)
class AddressTrouble:
    """`fits`: the address that the signature was made for, empty where none that was tried is it."""

    expected: str
    came: str
    parts: tuple[Part, ...]
    fits: str
    is_openable: bool = True

    @property
    def fits_now(self) -> bool:
        return bool(self.fits) and self.fits == self.expected

    @property
    def is_secret_to_blame(self) -> bool:
        """It fits no address, though nothing about the address is wrong; or nobody can tell."""
        return not self.is_openable or not (self.fits or self.differs or self.is_out_of_reach)

    @property
    def differs(self) -> bool:
        return any(part.differs for part in self.parts)

    @property
    def is_out_of_reach(self) -> bool:
        """The carrier can't have called what is expected: it is known on this machine or network alone."""
        return is_private(host_of(urlsplit(self.expected).netloc))


def look_at(receipt: Kept) -> AddressTrouble | None:
    """With the secrets and the public address of now; None where the connection is gone."""
    found = Connection.objects.filter(pk=receipt.connection_id).first()
    if found is None:
        return None
    expected, came = address_today(found, receipt), address_called(receipt.url, receipt.headers)
    try:
        secrets = connections.secrets_of(found, now_ms())
    except Unopenable:
        return AddressTrouble(expected, came, parts(expected, came), "", is_openable=False)
    return AddressTrouble(expected, came, parts(expected, came), _fitting(receipt, expected, came, secrets))


def address_called(url: str, headers: Mapping[str, str]) -> str:
    """As whoever called saw it: what proxies say of scheme, host, port and path, over what this server saw.
    `url`: the one to go by where the receipt doesn't know. `headers`: lower-case names."""
    parsed = urlsplit(headers.get(CALLED) or url)
    forwarded = _forwarded(headers.get("forwarded", ""))
    scheme = _first(headers.get("x-forwarded-proto")) or forwarded.get("proto") or parsed.scheme
    host = _first(headers.get("x-forwarded-host")) or forwarded.get("host") or headers.get("host", "")
    host = host.strip() or parsed.netloc
    port = _first(headers.get("x-forwarded-port"))
    if port.isdigit() and port != _PORTS.get(scheme) and not _port(host):
        host = f"{host}:{port}"
    path = _first(headers.get("x-forwarded-prefix")).rstrip("/") + parsed.path
    original = headers.get("x-original-url", "")
    if original.startswith("/"):
        path = original.partition("?")[0]
    return f"{scheme}://{host}{path}{'?' + parsed.query if parsed.query else ''}"


def parts(expected: str, came: str) -> tuple[Part, ...]:
    """Both addresses, part by part. A port that nobody wrote is that of the scheme."""
    here, there = _split(expected), _split(came)
    return tuple(Part(name, here[name], there[name]) for name in here)


def _split(url: str) -> dict[str, str]:
    scheme, _, rest = url.partition("://")
    netloc, slash, path = rest.partition("/")
    port = _port(netloc)
    return {
        "scheme": scheme.lower(),
        "host": netloc.removesuffix(f":{port}").lower() if port else netloc.lower(),
        "port": port or _PORTS.get(scheme.lower(), ""),
        "path": slash + path,
    }


def _fitting(receipt: Kept, expected: str, came: str, secrets: Sequence[str]) -> str:
    carrier = CARRIERS.get(receipt.carrier or "")
    if carrier is None or not secrets:
        return ""
    tried = dict.fromkeys([expected, came, receipt.url, *_mixed(expected, came, receipt)])
    return next((url for url in tried if carrier.is_signed(url, receipt.headers, receipt.body, secrets)), "")


def _mixed(expected: str, came: str, receipt: Kept) -> Iterator[str]:
    """Every scheme with every host and every path that is known of. The carrier signs with and without the
    usual port, and its check knows that."""
    known = [_split(expected), _split(came), _split(receipt.url), _split(receipt.headers.get(CALLED, came))]
    hosts = [_with_port(each) for each in known] + [each["host"] for each in known]
    for scheme in ("https", "http"):
        for host in dict.fromkeys([*hosts, receipt.headers.get("host", "")]):
            for path in dict.fromkeys(each["path"] for each in known):
                yield f"{scheme}://{host}{path}"


def _with_port(split: Mapping[str, str]) -> str:
    is_usual = split["port"] in ("", _PORTS.get(split["scheme"]))
    return split["host"] if is_usual else f"{split['host']}:{split['port']}"


def _forwarded(header: str) -> dict[str, str]:
    """The first proxy's words of RFC 7239."""
    pairs = (pair.partition("=") for pair in header.split(",", maxsplit=1)[0].split(";"))
    return {name.strip().lower(): value.strip().strip('"') for name, _, value in pairs}


def _first(header: str | None) -> str:
    """Of several proxies the one that the caller met."""
    return (header or "").split(",")[0].strip()


def _port(netloc: str) -> str:
    port = netloc.rpartition(":")[2]
    return port if port.isdigit() and ":" in netloc else ""
