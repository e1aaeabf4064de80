"""What a self-test found, in sentences: what is wrong, where, and what mends it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from textmeter.intake.self_test import Outcome, Seen
from textmeter.lib.hosts import is_private
from textmeter.lib.sentences import Sentence

_PROXY_LINES = Sentence("Have the proxy pass on what it was asked: in nginx `proxy_set_header Host $host;`")


@dataclass(frozen=True, slots=True)
class Finding:
    """`kind`: good, warn (it works, yet…) or bad (Twilio’s deliveries would fail)."""

    kind: str
    sentence: Sentence


def findings(outcome: Outcome) -> list[Finding]:
    """The worst first; of an outcome without fault a single good one."""
    seen, asked = outcome.seen, urlsplit(outcome.url)
    if seen is None:
        return [Finding("bad", _no_answer(outcome, asked))]
    found = []
    if not seen.is_signed:
        found.append(Finding("bad", _unsigned(seen, asked)))
    found += _differences(seen, asked)
    if weakness := weakness_of(outcome.url):
        found.append(Finding("warn", weakness))
    if seen.is_signed:
        words = Sentence(
            "A signed message to %(address)s came here whole, and its signature fits.",
            address=_without_key(outcome.url),
        )
        found.append(Finding("good", words))
    return found


def weakness_of(url: str) -> Sentence | None:
    """What the address alone tells, before anything is sent to it; None for https on a public name."""
    asked = urlsplit(url)
    if is_private(asked.hostname or ""):
        return Sentence(
            "%(host)s can be reached from this machine or network alone. Twilio needs an address that the "
            "internet reaches: set TEXTMETER_PUBLIC_URL to it.",
            host=asked.hostname or "",
        )
    if asked.scheme != "https":
        return Sentence(
            "Texts travel unencrypted: let TEXTMETER_PUBLIC_URL begin with https://, behind a proxy with TLS."
        )
    return None


def _no_answer(outcome: Outcome, asked: SplitResult) -> Sentence:
    if not outcome.status:
        return _not_called(outcome.error, asked)
    status, by = str(outcome.status), f" ({outcome.server})" if outcome.server else ""
    if 300 <= outcome.status < 400:
        return Sentence(
            "The address answers %(status)s and sends on to %(place)s. A redirected delivery loses its "
            "signature: set TEXTMETER_PUBLIC_URL to where it really is, with the right scheme, host "
            "and port.",
            status=status,
            place=outcome.location or Sentence("elsewhere"),
        )
    if outcome.status in (502, 503, 504):
        return Sentence(
            "The proxy%(by)s answers %(status)s: it can’t reach Textmeter. Let it pass requests on to "
            "the host and port on which `textmeter serve` listens.",
            status=status,
            by=by,
        )
    if outcome.status in (401, 403):
        return Sentence(
            "Something before Textmeter%(by)s answers %(status)s: a password, a firewall or a filter "
            "of robots. Let everything below /hooks/ through.",
            status=status,
            by=by,
        )
    return Sentence(
        "Something else than this installation answers there%(by)s, with %(status)s. Does the name "
        "lead to this server, and does the proxy pass /hooks/ on to Textmeter with its path unchanged?",
        status=status,
        by=by,
    )


def _not_called(error: str, asked: SplitResult) -> Sentence:
    default = 443 if asked.scheme == "https" else 80
    host, port = asked.hostname or "", str(asked.port or default)
    if error == "timeout":
        return Sentence(
            "Nothing answered at %(host)s within a few seconds. Is the name’s address the one of this "
            "server, and does a firewall let port %(port)s in?",
            host=host,
            port=port,
        )
    if error == "name":
        return Sentence(
            "The name %(host)s leads nowhere. Add it to the DNS, or mend TEXTMETER_PUBLIC_URL.", host=host
        )
    if error == "refused":
        return Sentence(
            "Nothing listens at %(host)s, port %(port)s. Start the proxy there, or mend "
            "TEXTMETER_PUBLIC_URL: a port that isn’t %(default)s must stand in it.",
            host=host,
            port=port,
            default=str(default),
        )
    if error == "certificate":
        return Sentence(
            "The certificate of %(host)s isn’t valid, so Twilio refuses to call it. Have the proxy get one, "
            "such as by Let’s Encrypt, with its whole chain.",
            host=host,
        )
    if error == "no tls":
        return Sentence(
            "Port %(port)s of %(host)s doesn’t speak TLS. Let TEXTMETER_PUBLIC_URL begin with http:// or, "
            "better, set up the proxy for https.",
            host=host,
            port=port,
        )
    if error.startswith("Server disconnected") and asked.scheme == "http":
        return Sentence(
            "%(host)s ended the connection at port %(port)s without an answer. If it speaks TLS there, let "
            "TEXTMETER_PUBLIC_URL begin with https://.",
            host=host,
            port=port,
        )
    return Sentence("The address can’t be called: %(error)s.", error=error.rstrip("."))


def _unsigned(seen: Seen, asked: SplitResult) -> Sentence:
    if not seen.has_signature:
        return Sentence(
            "The header X-Twilio-Signature didn’t arrive: the proxy takes it away. Let it pass on "
            "every header."
        )
    came = urlsplit(seen.url)
    if came.path != asked.path:
        return Sentence(
            "It was sent to the path %(sent)s and came to %(came)s: the proxy changes the path. Let it "
            "pass the path on as it is, or have TEXTMETER_PUBLIC_URL end with what it takes away.",
            sent=_without_key(asked.path),
            came=_without_key(came.path),
        )
    return Sentence(
        "The signature doesn’t fit what arrived: something on the way changes the body. Let the proxy pass "
        "bodies on unchanged."
    )


def _differences(seen: Seen, asked: SplitResult) -> list[Finding]:
    """Deliveries are verified by the public address, so these only trouble the pages."""
    came, found = urlsplit(seen.url), []
    if came.scheme != asked.scheme:
        found.append(
            Sentence(
                "It was sent by %(sent)s and came as %(came)s: the proxy doesn’t say so. Deliveries "
                "are fine, "
                "but sign-in on the pages may fail: in nginx `proxy_set_header X-Forwarded-Proto $scheme;`.",
                sent=asked.scheme,
                came=came.scheme,
            )
        )
    if came.hostname != asked.hostname:
        found.append(
            Sentence(
                "It was sent to the host %(sent)s and came as %(came)s. Deliveries are fine, but the "
                "pages may refuse that name. %(advice)s.",
                sent=asked.hostname or "",
                came=came.hostname or Sentence("nothing"),
                advice=_PROXY_LINES,
            )
        )
    elif _port(came) != _port(asked) and came.port is not None:
        found.append(
            Sentence(
                "It was sent to port %(sent)s and came as port %(came)s. Deliveries are fine, but "
                "forms on the pages may be refused. %(advice)s.",
                sent=str(_port(asked)),
                came=str(_port(came)),
                advice=_PROXY_LINES,
            )
        )
    return [Finding("warn", words) for words in found]


def _port(parts: SplitResult) -> int:
    try:
        return parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return 0


def _without_key(url: str) -> str:
    """Whoever knows the key can knock; the sentence may be shown to somebody for help."""
    head, hooks, tail = url.partition("/hooks/")
    return f"{head}{hooks}…/{tail.partition('/')[2]}" if hooks else url
