"""Log lines without the one-time links that make the first admin."""

from __future__ import annotations

import logging
import re

_TOKEN = re.compile(r"(/first-admin/)[^/\s]+")


class WithoutTokens(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if "/first-admin/" in said:
            record.msg, record.args = _TOKEN.sub(r"\1…", said), ()
        return True
