"""A page for who opens an address that takes forms alone: Django's answer has no words."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from textmeter.pages import errors


class FormsAloneMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if answer.status_code != 405 or request.method != "GET":
            return answer
        page = errors.for_forms_alone(request)
        page["Allow"] = answer["Allow"]
        return page
