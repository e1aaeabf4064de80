"""Log lines without secrets: one-time links, the keys in webhook addresses, values that errors carry."""

from __future__ import annotations

import logging
import re

_SECRET_PARTS = re.compile(r"(/(?:first-admin|hooks|password/new)/)[^/\s?]+")
# From the first quote to the last, for what stands in between may hold quotes itself. An apostrophe is none.
_QUOTED = re.compile(r"(?:(?<!\w)|\bb)[\"'“].*[\"'”](?!\w)", re.DOTALL)
_NUMBER = re.compile(r"\+?\d[\d ().-]{5,}\d")
MOST = 500


class WithoutTokens(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if _SECRET_PARTS.search(said):
            record.msg, record.args = without_tokens(said), ()
        return True


def without_tokens(text: str) -> str:
    """`/first-admin/…/`, `/hooks/…/message`"""
    return _SECRET_PARTS.sub(r"\1…", text)


def without_values(error: BaseException) -> str:
    """What an error says, less what it quotes and what may be a phone number. A database tells the row that
    it refused from the second line on: that goes too."""
    first = _QUOTED.sub("…", str(error)).partition("\n")[0]
    return without_tokens(_NUMBER.sub("…", first))[:MOST]
