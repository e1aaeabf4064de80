"""Fields of a delivery: a form (application/x-www-form-urlencoded) as ordered pairs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl

MAX_FIELDS = 10_000
FORM = "application/x-www-form-urlencoded"


def content_type(headers: Mapping[str, str]) -> str:
    """`application/json` of `Application/JSON; charset=utf-8`; a form where nothing is said."""
    return headers.get("content-type", "").partition(";")[0].strip().lower() or FORM


def form_pairs(body: bytes) -> list[tuple[str, str]] | None:
    """Every field in order, blank and repeated ones too; None where there are too many.

    Bytes that are not UTF-8 are read as Latin-1, as Django reads a form.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("latin-1")
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        return None


def first_values(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Each field's first value; NUL becomes U+FFFD."""
    fields: dict[str, str] = {}
    for name, value in pairs:
        fields.setdefault(name, value.replace("\0", "\ufffd"))
    return fields
