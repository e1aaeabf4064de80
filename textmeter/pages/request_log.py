"""An id for each request, and where logs are JSON a line for each: method, path, status, milliseconds.

It stands before all else, webhooks too. Neither a query nor a part of a path that is somebody's own words
is written down; webhooks and static files that went well have no line, for there are many.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from textmeter.intake.hooks import HOOKS
from textmeter.lib import request_ids
from textmeter.lib.loglines import FIELDS
from textmeter.lib.masked import without_tokens

logger = logging.getLogger("textmeter.requests")


class RequestLogMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        id = request_ids.begin(request.META.get("HTTP_X_REQUEST_ID", ""))
        began = time.perf_counter()
        answer = self.get_response(request)
        answer["X-Request-ID"] = id
        if logger.isEnabledFor(logging.INFO) and _has_a_line(request, answer):
            _write_down(request, answer, time.perf_counter() - began)
        return answer


def _has_a_line(request: HttpRequest, answer: HttpResponseBase) -> bool:
    path = request.path_info
    if path.startswith(HOOKS):
        return answer.status_code >= 500
    return answer.status_code >= 400 or not path.startswith(settings.STATIC_URL)


def _write_down(request: HttpRequest, answer: HttpResponseBase, seconds: float) -> None:
    """The time is until the answer began: a file goes on after it."""
    method, path = _method(request), _path(request)
    ms = round(seconds * 1000, 1)
    fields = {"method": method, "path": path, "status": answer.status_code, "ms": ms}
    logger.info("%s %s %d", method, path, answer.status_code, extra={FIELDS: fields})


def _method(request: HttpRequest) -> str:
    """A stranger may call it anything."""
    method = request.method or ""
    return method if method.isascii() and method.isalpha() and len(method) <= 10 else "?"


def _path(request: HttpRequest) -> str:
    """Of a page: its path, with "…" for what is no id. What is no page is not said: it may be anything."""
    match = request.resolver_match
    if match is None:
        return without_tokens(request.path_info) if request.path_info.startswith(HOOKS) else "(no page)"
    path = request.path_info
    for value in match.kwargs.values():
        if isinstance(value, str) and value:
            path = path.replace(value, "…")
    return path
