"""Pages, answers for scripts, and style sheets travel compressed. Files don't: they are streamed as fast as
they are made."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

_TYPES = (
    "text/html",
    "text/css",
    "text/javascript",
    "application/javascript",
    "application/json",
    "image/svg+xml",
)


class CompressionMiddleware(GZipMiddleware):
    """Django's own, which hides the length of what stands beside a secret, for answers that are worth it."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.get("Content-Type", "").partition(";")[0].strip()
        if kind not in _TYPES or response.status_code == 206:
            return response
        answer: HttpResponseBase = super().process_response(request, response)
        if answer.streaming and answer.has_header("Content-Encoding"):
            # WhiteNoise would not know its tag again: the compressed one is another. The time is enough.
            del answer["ETag"]
        return answer
