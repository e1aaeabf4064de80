"""What a self-test found, in sentences: what is wrong, where, and what mends it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from textmeter.intake.self_test import Outcome, Seen

_PROXY_LINES = "Have the proxy pass on what it was asked: in nginx `proxy_set_header Host $host;`"
_ERRORS = {
    "timeout": "Nothing answered at {host} within a few seconds. Is the name’s address the one of "
    "this server, "
    "and does a firewall let port {port} in?",
    "name": "The name {host} leads nowhere. Add it to the DNS, or mend TEXTMETER_PUBLIC_URL.",
    "refused": "Nothing listens at {host}, port {port}. Start the proxy there, or mend "
    "TEXTMETER_PUBLIC_URL: a "
    "port that isn’t {default} must stand in it.",
    "certificate": "The certificate of {host} isn’t valid, so Twilio refuses to call it. Have the "
    "proxy get one, "
    "such as by Let’s Encrypt, with its whole chain.",
    "no tls": "Port {port} of {host} doesn’t speak TLS. Let TEXTMETER_PUBLIC_URL begin with http:// "
    "or, better, "
    "set up the proxy for https.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """`kind`: good, warn (it works, yet…) or bad (Twilio’s deliveries would fail)."""

    kind: str
    sentence: str


def findings(outcome: Outcome) -> list[Finding]:
    """The worst first; of an outcome without fault a single good one."""
    seen, asked = outcome.seen, urlsplit(outcome.url)
    if seen is None:
        return [Finding("bad", _no_answer(outcome, asked))]
    found = []
    if not seen.is_signed:
        found.append(Finding("bad", _unsigned(seen, asked)))
    found += _differences(seen, asked)
    if _is_private(asked.hostname or ""):
        found.append(
            Finding(
                "warn",
                f"{asked.hostname} can be reached from this machine or network alone. Twilio needs an "
                "address "
                "that the internet reaches: set TEXTMETER_PUBLIC_URL to it.",
            )
        )
    elif asked.scheme != "https":
        found.append(
            Finding(
                "warn",
                "Texts travel unencrypted: let TEXTMETER_PUBLIC_URL begin with https://, behind a proxy "
                "with TLS.",
            )
        )
    if seen.is_signed:
        words = f"A signed message to {_without_key(outcome.url)} came here whole, and its signature fits."
        found.append(Finding("good", words))
    return found


def _no_answer(outcome: Outcome, asked: SplitResult) -> str:
    port = asked.port or (443 if asked.scheme == "https" else 80)
    if not outcome.status:
        words = _ERRORS.get(outcome.error, "The address can’t be called: {error}.")
        default = 443 if asked.scheme == "https" else 80
        return words.format(host=asked.hostname, port=port, default=default, error=outcome.error)
    if 300 <= outcome.status < 400:
        return (
            f"The address answers {outcome.status} and sends on to {outcome.location or 'elsewhere'}. "
            "A redirected "
            "delivery loses its signature: set TEXTMETER_PUBLIC_URL to where it really is, with the "
            "right scheme, "
            "host and port."
        )
    by = f" ({outcome.server})" if outcome.server else ""
    if outcome.status in (502, 503, 504):
        return (
            f"The proxy{by} answers {outcome.status}: it can’t reach Textmeter. Let it pass requests "
            "on to the "
            "host and port on which `textmeter serve` listens."
        )
    if outcome.status in (401, 403):
        return (
            f"Something before Textmeter{by} answers {outcome.status}: a password, a firewall or a filter of "
            "robots. Let everything below /hooks/ through."
        )
    return (
        f"Something else than this installation answers there{by}, with {outcome.status}. Does the "
        "name lead to "
        "this server, and does the proxy pass /hooks/ on to Textmeter with its path unchanged?"
    )


def _unsigned(seen: Seen, asked: SplitResult) -> str:
    if not seen.has_signature:
        return (
            "The header X-Twilio-Signature didn’t arrive: the proxy takes it away. Let it pass on "
            "every header."
        )
    came = urlsplit(seen.url)
    if came.path != asked.path:
        return (
            f"It was sent to the path {_without_key(asked.path)} and came to "
            f"{_without_key(came.path)}: the proxy "
            "changes the path. Let it pass the path on as it is, or have TEXTMETER_PUBLIC_URL end "
            "with what it "
            "takes away."
        )
    return (
        "The signature doesn’t fit what arrived: something on the way changes the body. Let the "
        "proxy pass bodies "
        "on unchanged."
    )


def _differences(seen: Seen, asked: SplitResult) -> list[Finding]:
    """Deliveries are verified by the public address, so these only trouble the pages."""
    came, found = urlsplit(seen.url), []
    if came.scheme != asked.scheme:
        found.append(
            f"It was sent by {asked.scheme} and came as {came.scheme}: the proxy doesn’t say so. "
            "Deliveries are "
            "fine, but sign-in on the pages may fail: in nginx `proxy_set_header X-Forwarded-Proto $scheme;`."
        )
    if came.hostname != asked.hostname:
        found.append(
            f"It was sent to the host {asked.hostname} and came as {came.hostname or 'nothing'}. "
            "Deliveries are "
            f"fine, but the pages may refuse that name. {_PROXY_LINES}."
        )
    elif _port(came) != _port(asked) and came.port is not None:
        found.append(
            f"It was sent to port {_port(asked)} and came as port {_port(came)}. Deliveries are fine, "
            "but forms "
            f"on the pages may be refused. {_PROXY_LINES}."
        )
    return [Finding("warn", words) for words in found]


def _port(parts: SplitResult) -> int:
    try:
        return parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return 0


def _is_private(host: str) -> bool:
    if host == "localhost" or host.endswith((".local", ".internal", ".lan")):
        return True
    try:
        return not ip_address(host).is_global
    except ValueError:
        return False


def _without_key(url: str) -> str:
    """Whoever knows the key can knock; the sentence may be shown to somebody for help."""
    head, hooks, tail = url.partition("/hooks/")
    return f"{head}{hooks}…/{tail.partition('/')[2]}" if hooks else url
