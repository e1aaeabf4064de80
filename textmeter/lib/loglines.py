"""Log lines, as text or as JSON with one object a line. Both bear the request's id, and neither the values
that an error carries: those may be a customer's words."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from textmeter.lib.masked import without_values
from textmeter.lib.request_ids import present

# Under this name a record brings fields of its own: logger.info(…, extra={FIELDS: {"status": 200}}).
FIELDS = "fields"


class TextLines(logging.Formatter):
    """`2026-03-04T09:33:00.000+00:00 ERROR textmeter.intake.worker The worker waits … [4f0c2a…]`"""

    def format(self, record: logging.LogRecord) -> str:
        id = present()
        end = f" [{id}]" if id else ""
        line = f"{_at(record)} {record.levelname} {record.name} {_message(record)}{end}"
        error = _error(record)
        return f"{line}\n{error}" if error else line


class JsonLines(logging.Formatter):
    """`at`, `level`, `logger`, `message`, and where there are any `request_id`, fields, and `error`."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": _at(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        if id := present():
            line["request_id"] = id
        line.update(getattr(record, FIELDS, {}))
        if error := _error(record):
            line["error"] = error
        return json.dumps(line, ensure_ascii=False)


def _at(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _message(record: logging.LogRecord) -> str:
    """With errors among its values said without theirs."""
    if not isinstance(record.args, tuple):
        return record.getMessage()
    args = tuple(without_values(arg) if isinstance(arg, BaseException) else arg for arg in record.args)
    return str(record.msg) % args if args else str(record.msg)


def _error(record: logging.LogRecord) -> str:
    if not record.exc_info or record.exc_info[1] is None:
        return ""
    return "\n".join(_told(record.exc_info[1]))


def _told(error: BaseException, depth: int = 0) -> Iterator[str]:
    """A traceback as Python writes it, the cause first, but for the values."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and depth < 5:
        yield from _told(before, depth + 1)
        yield "and then:"
    yield "".join(traceback.format_tb(error.__traceback__)).rstrip()
    yield f"{type(error).__name__}: {without_values(error)}"


def logging_settings(log_format: str) -> dict[str, Any]:
    """Django's LOGGING. `log_format`: `text` or `json`."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "text": {"()": "textmeter.lib.loglines.TextLines"},
            "json": {"()": "textmeter.lib.loglines.JsonLines"},
        },
        "filters": {"without_tokens": {"()": "textmeter.lib.masked.WithoutTokens"}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": log_format,
                "filters": ["without_tokens"],
            }
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "textmeter": {"level": "INFO"},
            # A line a request: for programs that read logs, too many for people.
            "textmeter.requests": {"level": "INFO" if log_format == "json" else "WARNING"},
            # A wrong address is the reader's mistake and has its page; what broke here is an error.
            "django.request": {"level": "ERROR"},
            # Its warnings are of what it could not tidy up after an error that is told anyway.
            "psycopg": {"level": "ERROR"},
            # textmeter.pages.errors says it in one line.
            "django.security.DisallowedHost": {"level": "CRITICAL"},
        },
    }
