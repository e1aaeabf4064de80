"""What a backup says of itself: `manifest.json`."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import Any

from textmeter import __version__
from textmeter.copies.contents import CompanyContents, Contents, Table
from textmeter.copies.trouble import UnusableFile

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Manifest:
    """`database`: Django's word for its kind. `as_of`: the instant (ms) before which nothing is missing.
    `key_check`: a word that only the installation's key opens; `has_key`: whether that key lies in the
    backup too."""

    database: str
    as_of: int
    contents: Contents
    key_check: str
    has_key: bool
    product: str = __version__
    format: int = FORMAT

    def as_json(self) -> str:
        return json.dumps(asdict(self), indent=1)


def read_manifest(text: bytes) -> Manifest:
    """Raises UnusableFile for one of another form, of a newer form, or of a newer program."""
    try:
        told = json.loads(text)
        form, product = int(told["format"]), str(told["product"])
        if form <= FORMAT and _parts(product) <= _parts(__version__):
            return Manifest(**told | {"contents": _contents(told["contents"])})
    except (ValueError, KeyError, TypeError):
        raise UnusableFile("its manifest can't be read.") from None
    raise UnusableFile(
        f"it was made by Textmeter {product}, which is newer than this one ({__version__}). Upgrade first."
    )


def _contents(told: Any) -> Contents:
    return Contents(
        migrations=[str(one) for one in told["migrations"]],
        tables=[Table(**one) for one in told["tables"]],
        companies=[CompanyContents(**one) for one in told["companies"]],
    )


def _parts(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"[0-9]+", version)[:3]]
