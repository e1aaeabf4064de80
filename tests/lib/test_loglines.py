"""A line of the log bears its request's id, and never a value that an error carries."""

from __future__ import annotations

import json
import logging
import sys
from contextvars import Context

import pytest

from textmeter.lib import request_ids
from textmeter.lib.loglines import FIELDS, JsonLines, TextLines
from textmeter.lib.masked import WithoutTokens, without_values


def record(
    message: str, *args: object, error: BaseException | None = None, **more: object
) -> logging.LogRecord:
    exc_info = (type(error), error, error.__traceback__) if error else None
    made = logging.LogRecord("textmeter.x", logging.ERROR, "x.py", 1, message, args, exc_info)
    made.created = 1772634780.25
    made.__dict__.update(more)
    return made


def raised(error: Exception, cause: Exception | None = None) -> Exception:
    try:
        raise error from cause
    except Exception:
        found = sys.exc_info()[1]
        assert isinstance(found, Exception)
        return found


def test_json_lines_are_one_object_with_the_fields_that_came_along() -> None:
    made = record("%d of %s", 2, "many", **{FIELDS: {"status": 200, "ms": 1.5}})
    line = Context().run(JsonLines().format, made)
    assert json.loads(line) == {
        "at": "2026-03-04T14:33:00.250+00:00",
        "level": "error",
        "logger": "textmeter.x",
        "message": "2 of many",
        "status": 200,
        "ms": 1.5,
    }
    assert "\n" not in JsonLines().format(record("two\nlines"))


def test_both_formats_bear_the_id_of_the_request() -> None:
    def within() -> tuple[str, str]:
        request_ids.begin("from-a-proxy")
        return TextLines().format(record("hi")), JsonLines().format(record("hi"))

    text, line = Context().run(within)
    assert text == "2026-03-04T14:33:00.250+00:00 ERROR textmeter.x hi [from-a-proxy]"
    assert json.loads(line)["request_id"] == "from-a-proxy"


@pytest.mark.parametrize(
    "given", ["", "short", "a" * 65, "with space", "x\nforged line", "é" * 10, "<b>bold</b>"]
)
def test_an_id_that_is_not_sane_is_replaced(given: str) -> None:
    made = Context().run(request_ids.begin, given)
    assert made != given
    assert len(made) == 16


def test_ids_are_kept_when_they_are_sane_and_differ_when_made() -> None:
    for given in ("0123456789abcdef", "6fa459ea-ee8a-3ca4-894e-db77e160355e", "req_1.a-bcd"):
        assert Context().run(request_ids.begin, given) == given
    assert len({Context().run(request_ids.begin, "") for _ in range(100)}) == 100


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (KeyError("zebra"), "…"),
        (
            ValueError("invalid literal for int() with base 10: 'zebra'"),
            "invalid literal for int() with base 10: …",
        ),
        (ValueError(f"bad {'zebra it' + chr(39) + 's' + chr(34)!r} here"), "bad … here"),
        (ValueError("bad b'zebra' here"), "bad … here"),
        (ValueError("null value violates\nDETAIL:  Failing row contains (1, zebra)."), "null value violates"),
        (ValueError("no owner of +14045550112 or (404) 555-0112"), "no owner of … or (…"),
        (ValueError("It can't be read: the connection's secret is 5 days old"), None),
        (ValueError("POST /hooks/zebra/message failed"), "POST /hooks/…/message failed"),
    ],
)
def test_an_error_is_said_without_its_values(error: Exception, said: str | None) -> None:
    assert without_values(error) == (said or str(error))


def test_a_traceback_has_places_and_kinds_of_errors_and_no_values() -> None:
    error = raised(RuntimeError("while reading 'zebra'"), raised(KeyError("zebra")))
    for formatter in (TextLines(), JsonLines()):
        told = formatter.format(record("It failed: %s", error, error=error))
        assert "zebra" not in told
        assert "test_loglines.py" in told
        assert "KeyError: …" in told
        assert "RuntimeError: while reading …" in told
        assert told.index("KeyError") < told.index("RuntimeError: while")
        assert "It failed: while reading …" in told


def test_no_line_has_the_key_of_a_webhook_address() -> None:
    line = record("Broken: %s", "/hooks/0123456789abcdef/message")
    assert WithoutTokens().filter(line)
    assert line.getMessage() == "Broken: /hooks/…/message"


def test_no_line_has_the_token_of_a_one_time_link() -> None:
    for path in ("/first-admin/abc-DEF_1/", "/password/new/abc-DEF_1/"):
        line = record("Broken: %s", path)
        assert WithoutTokens().filter(line)
        assert "abc-DEF_1" not in line.getMessage()
