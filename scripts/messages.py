"""Gathers the texts that pages show into textmeter/locale/textmeter.pot, and brings the languages beside it
up to date: `make messages`, see docs/translating.md. Without dates and line numbers, so that a file changes
only when a text does."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCES = Path(__file__).resolve().parent.parent / "textmeter"
LOCALE = SOURCES / "locale"
POT = LOCALE / "textmeter.pot"
METHODS = [("**.py", "python"), ("pages/templates/**.html", "jinja2")]
OPTIONS = {"pages/templates/**.html": {"trimmed": "true", "silent": "false"}}
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "plural": (2, 3),  # textmeter.pages.formats
    "Sentence": None,  # textmeter.lib.sentences
    "counted": (1, 2),
}
HEADER = """\
# Texts of Textmeter's pages; see docs/translating.md.
msgid ""
msgstr ""
"Project-Id-Version: textmeter\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def main() -> int:
    """1 when a translation is wrong; then that language is left as it was for the pages."""
    POT.write_bytes(pot())
    wrong = [line for po in sorted(LOCALE.glob("*/LC_MESSAGES/django.po")) for line in bring_up_to_date(po)]
    sys.stderr.writelines(f"{line}\n" for line in wrong)
    return 1 if wrong else 0


def pot() -> bytes:
    catalog = Catalog()
    for name, _, text, comments, context in extract_from_dir(
        SOURCES, METHODS, OPTIONS, KEYWORDS, comment_tags=("Translators:",)
    ):
        place = f"textmeter/{name}"
        catalog.add(text, None, locations=[(place, 0)], auto_comments=comments, context=context)
    found = BytesIO()
    write_po(found, catalog, width=100, omit_header=True, include_lineno=False)
    return HEADER.encode() + found.getvalue().strip() + b"\n"


def bring_up_to_date(po: Path) -> list[str]:
    """Takes new texts into a language's django.po and writes django.mo, which the pages read; or says what is
    wrong with which translation, such as a placeholder that English doesn't have."""
    catalog = _read(po)
    catalog.update(_read(POT), update_creation_date=False)
    with po.open("wb") as file:
        write_po(file, catalog, width=100, include_lineno=False)
    wrong = list(_mistakes(catalog, po))
    if not wrong:
        with po.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalog)
    return wrong


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def _mistakes(catalog: Catalog, po: Path) -> Iterator[str]:
    for message, errors in catalog.check():
        if not message.fuzzy:  # which no page reads
            yield from (f"{po.parent.parent.name}: {error}: {message.id!r}" for error in errors)


if __name__ == "__main__":
    sys.exit(main())
