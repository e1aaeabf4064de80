"""The files of texts and calls: the same filter as the page's, as CSV, streamed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from textmeter.accounts.access import company_for_reading
from textmeter.exports.call_columns import CALLS, call_cells
from textmeter.exports.columns import CONVERSATIONS, ConversationLines, message_cells
from textmeter.exports.customer_columns import CUSTOMERS, customer_cells
from textmeter.lib.csvcells import csv_chunks, line_chunks
from textmeter.lib.days import now_ms
from textmeter.lib.message_columns import MESSAGES
from textmeter.lib.quotes import quoted
from textmeter.reports.calls import each_call, listing
from textmeter.reports.conversation_lines import conversation_lines
from textmeter.reports.customers import each_customer, read_customer_query
from textmeter.reports.filter import NO_ANSWER_YET, Filter, WrongValue
from textmeter.reports.messages import each_message
from textmeter.reports.query import CONVERSATIONS as CONVERSATION_LOG
from textmeter.reports.query import Listing, read_filter
from textmeter.reports.trackers import trackers

CSV_TYPE = "text/csv; charset=utf-8"


@require_safe
@cache_control(private=True, no_store=True)
def conversations_csv(request: HttpRequest, company: int) -> HttpResponseBase:
    """Every listed conversation, in the page's sort."""
    return _file(request, company, "text-conversations", _conversations)


@require_safe
@cache_control(private=True, no_store=True)
def messages_csv(request: HttpRequest, company: int) -> HttpResponseBase:
    """Every selected message, oldest first."""
    return _file(request, company, "text-messages", _messages)


@require_safe
@cache_control(private=True, no_store=True)
def calls_csv(request: HttpRequest, company: int) -> HttpResponseBase:
    """Every selected call, in the page's sort."""
    return _file(request, company, "calls", _calls, listing=listing(missed=False))


@require_safe
@cache_control(private=True, no_store=True)
def missed_calls_csv(request: HttpRequest, company: int) -> HttpResponseBase:
    """Every missed call, or those not answered yet, in the page's sort."""
    what = "missed-calls-not-answered-yet" if request.GET.get("answer") == NO_ANSWER_YET else "missed-calls"
    return _file(request, company, what, _missed_calls, listing=listing(missed=True))


@require_safe
@cache_control(private=True, no_store=True)
def customers_csv(request: HttpRequest, company: int) -> HttpResponseBase:
    """Every customer found, in the page's sort."""
    place = company_for_reading(request, company)
    asked, wrong = read_customer_query(request.GET, place.id)
    if wrong:
        return _refused(wrong)

    def content() -> Iterator[bytes]:
        return csv_chunks(CUSTOMERS, (customer_cells(line, place.zone) for line in each_customer(asked)))

    return _sent(request, f"customers_{place.id}.csv", content)


def _calls(flt: Filter) -> Iterator[bytes]:
    return csv_chunks(CALLS, (call_cells(line, flt.zone) for line in each_call(flt, missed=False)))


def _missed_calls(flt: Filter) -> Iterator[bytes]:
    return csv_chunks(CALLS, (call_cells(line, flt.zone) for line in each_call(flt, missed=True)))


def _conversations(flt: Filter) -> Iterator[bytes]:
    line_of = ConversationLines(flt.zone, trackers(flt.company_id))
    return line_chunks(CONVERSATIONS, (line_of(row) for row in conversation_lines(flt)))


def _messages(flt: Filter) -> Iterator[bytes]:
    return csv_chunks(MESSAGES, (message_cells(row, flt.zone) for row in each_message(flt)))


def _file(
    request: HttpRequest,
    company: int,
    what: str,
    content_of: Callable[[Filter], Iterator[bytes]],
    listing: Listing = CONVERSATION_LOG,
) -> HttpResponseBase:
    place = company_for_reading(request, company)
    flt, wrong = read_filter(request.GET, place, now_ms(), listing=listing)
    if wrong:
        return _refused(wrong)
    name = f"{what}_{flt.company_id}_{flt.start.isoformat()}_{flt.end.isoformat()}.csv"
    return _sent(request, name, lambda: content_of(flt))


def _sent(request: HttpRequest, name: str, content: Callable[[], Iterator[bytes]]) -> HttpResponseBase:
    # A HEAD asks for no row, and must not say that the file is empty.
    response = StreamingHttpResponse(() if request.method == "HEAD" else content(), content_type=CSV_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _refused(wrong: Sequence[WrongValue]) -> HttpResponse:
    """400 in plain words: a file can't show the default beside an explanation, as the page does."""
    lines = "".join(f"{one.parameter} is {quoted(one.value)}; allowed: {one.allowed}.\n" for one in wrong)
    return HttpResponse(lines, status=400, content_type="text/plain; charset=utf-8")
