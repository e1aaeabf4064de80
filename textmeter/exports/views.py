"""The files of texts and calls: the same filter as the page's, as CSV, streamed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from textmeter.accounts.access import company_for_reading
from textmeter.exports.call_columns import CALLS, call_cells
from textmeter.exports.columns import CONVERSATIONS, ConversationCells, message_cells
from textmeter.lib.csvcells import csv_chunks
from textmeter.lib.days import now_ms
from textmeter.lib.message_columns import MESSAGES
from textmeter.reports.calls import each_call, listing
from textmeter.reports.conversation_lines import conversation_lines
from textmeter.reports.filter import Filter, WrongValue
from textmeter.reports.messages import each_message
from textmeter.reports.query import CONVERSATIONS as CONVERSATION_LOG
from textmeter.reports.query import Listing, read_filter
from textmeter.reports.trackers import trackers

CSV_TYPE = "text/csv; charset=utf-8"
Rows = Iterator[Sequence[str | int]]


@require_safe
@cache_control(private=True, no_store=True)
def conversations_csv(request: HttpRequest, company: int) -> HttpResponseBase:
    """Every listed conversation, in the page's sort."""
    return _file(request, company, "text-conversations", CONVERSATIONS, _conversations)


@require_safe
@cache_control(private=True, no_store=True)
def messages_csv(request: HttpRequest, company: int) -> HttpResponseBase:
    """Every selected message, oldest first."""
    return _file(request, company, "text-messages", MESSAGES, _messages)


@require_safe
@cache_control(private=True, no_store=True)
def calls_csv(request: HttpRequest, company: int) -> HttpResponseBase:
    """Every selected call, in the page's sort."""
    return _file(request, company, "calls", CALLS, _calls, listing=listing(missed=False))


@require_safe
@cache_control(private=True, no_store=True)
def missed_calls_csv(request: HttpRequest, company: int) -> HttpResponseBase:
    """Every missed call, in the page's sort."""
    return _file(request, company, "missed-calls", CALLS, _missed_calls, listing=listing(missed=True))


def _calls(flt: Filter) -> Rows:
    return (call_cells(line, flt.zone) for line in each_call(flt, missed=False))


def _missed_calls(flt: Filter) -> Rows:
    return (call_cells(line, flt.zone) for line in each_call(flt, missed=True))


def _conversations(flt: Filter) -> Rows:
    return map(ConversationCells(flt.zone, trackers(flt.company_id)), conversation_lines(flt))


def _messages(flt: Filter) -> Rows:
    return (message_cells(row, flt.zone) for row in each_message(flt))


def _file(
    request: HttpRequest,
    company: int,
    what: str,
    header: Sequence[str],
    rows_of: Callable[[Filter], Rows],
    *,
    listing: Listing = CONVERSATION_LOG,
) -> HttpResponseBase:
    place = company_for_reading(request, company)
    flt, wrong = read_filter(request.GET, place, now_ms(), listing=listing)
    if wrong:
        return _refused(wrong)
    name = f"{what}_{flt.company_id}_{flt.start.isoformat()}_{flt.end.isoformat()}.csv"
    # A HEAD asks for no row, and must not say that the file is empty.
    content = () if request.method == "HEAD" else csv_chunks(header, rows_of(flt))
    response = StreamingHttpResponse(content, content_type=CSV_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _refused(wrong: Sequence[WrongValue]) -> HttpResponse:
    """400 in plain words: a file can't show the default beside an explanation, as the page does."""
    lines = "".join(f"{one.parameter} is {one.value!r}; allowed: {one.allowed}.\n" for one in wrong)
    return HttpResponse(lines, status=400, content_type="text/plain; charset=utf-8")
