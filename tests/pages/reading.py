"""What a reader finds in a page's HTML."""

from __future__ import annotations

import re
from html import unescape


def words(html: str) -> str:
    """What one reads: no tags, no icons, nothing that isn't open, single spaces."""
    body = re.sub(r"<(script|title|style|dialog)\b.*?</\1>", " ", html, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def rows(html: str) -> list[str]:
    """Each row of the log in the words of the screen."""
    on_screen = re.sub(r'<span class="on-paper">.*?</span>', "", html)
    return [words(row) for row in re.findall(r"<tr data-row>.*?</tr>", on_screen, flags=re.S)]


def figures(html: str) -> dict[str, str]:
    found = re.findall(r'id="figure-(\w+)">.*?<dd>(.*?)</dd>', html, flags=re.S)
    return {key: words(value) for key, value in found}


def links(html: str, text: str) -> list[str]:
    anchors = re.findall(r'<a\b[^>]*href="([^"]*)"[^>]*>(.*?)</a>', html, flags=re.S)
    return [unescape(href) for href, inside in anchors if words(inside) == text]
