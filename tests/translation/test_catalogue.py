"""The catalogue holds what the sources say, and a page finds its language in it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import gettext, override, to_locale
from jinja2 import Environment, nodes

from scripts.messages import LOCALE, bring_up_to_date, pot
from tests.translation.bare_words import SPOKEN, bare_words
from tests.translation.pseudo import POT, texts_of
from textmeter.lib.languages import languages_in

TEMPLATES = POT.parent.parent / "pages" / "templates"
PLACEHOLDER = re.compile(r"%\((\w+)\)")
COMMAND = re.compile(r"`.*?`")


def test_the_catalogue_is_that_of_the_sources() -> None:
    assert POT.read_bytes() == pot(), "run `make messages`"


def test_the_catalogue_names_neither_dates_nor_lines_nor_machines() -> None:
    text = POT.read_text()
    assert "POT-Creation-Date" not in text
    assert re.findall(r"^#: .*(?::\d|^#: /).*$", text, re.M) == []


def test_texts_have_the_apostrophe_of_print() -> None:
    texts = [text for message in texts_of(POT) for text in _both(message.id)]
    assert [text for text in texts if re.search(r"\w'\w|s' ", text)] == []
    assert any("’" in text for text in texts)


def test_pages_call_a_number_a_number() -> None:
    """`tracker` is the word of code, commands and files. What callers hear of a number that puts no calls
    through is said in one way."""
    texts = [text for message in texts_of(POT) for text in _both(message.id)]
    forbidden = re.compile(r"\btrackers?\b|nobody can be reached", re.I)
    assert [text for text in texts if forbidden.search(COMMAND.sub("", text))] == []


def _both(id: str | tuple[str, ...]) -> tuple[str, ...]:
    return (id,) if isinstance(id, str) else id


def test_both_numbers_of_a_text_have_the_same_placeholders() -> None:
    """Else the one that a language chooses for 1 fails where English didn't."""
    for message in texts_of(POT):
        if isinstance(message.id, tuple):
            one, many = (set(PLACEHOLDER.findall(text)) for text in message.id)
            assert one == many or many - one == {"count"}, message.id


class _Skeleton(HTMLParser):
    """A template's own words: text, and attributes that are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._passed_over = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._passed_over += tag in ("pre", "script")
        self.found += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        self._passed_over -= tag in ("pre", "script")

    def handle_data(self, data: str) -> None:
        if not self._passed_over:
            self.found.append(data)


def own_words(source: str) -> list[str]:
    """Words that stand in a template in no `_(…)` and no `{% trans %}`, also where they are chosen:
    `{{ "This" if one else "That" }}`."""
    source = re.sub(r"{% block body_\w+ %}.*?{% endblock %}", "", source)  # names of classes
    tree = Environment(extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True).parse(source)
    skeleton = _Skeleton()
    skeleton.feed("".join(node.data for node in tree.find_all(nodes.TemplateData)))
    chosen = [
        const.value
        for const in _consts(tree)
        if isinstance(const.value, str) and re.match(r"[A-Z][a-z]+\b", const.value)
    ]
    return [word for text in (*skeleton.found, *chosen) for word in bare_words(f"<p>{text}</p>")]


def _consts(node: nodes.Node) -> Iterator[nodes.Const]:
    """Strings below a node, but for what goes through gettext."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Const):
            yield child
        elif not (isinstance(child, nodes.Call) and getattr(child.node, "name", "") in GETTEXT):
            yield from _consts(child)


GETTEXT = ("_", "gettext", "ngettext", "plural")


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_no_template_has_bare_words(path: Path) -> None:
    assert own_words(path.read_text()) == []


@pytest.mark.parametrize(
    "spoilt",
    [
        "<p>Sign in</p>",
        '<a aria-label="Sign in">×</a>',
        '<a title="{{ name }} opens">×</a>',
        '{{ "Running" if works else "Not running" }}',
        '{{ m.badge("Sample", "tag") }}',
        '{% set label = "Search customers" %}',
        "<p>{{ count }} texts</p>",
    ],
)
def test_bare_words_of_a_template_are_found(spoilt: str) -> None:
    """A control of the test above."""
    assert own_words(spoilt) != []


GERMAN = """\
msgid ""
msgstr ""
"Language: de\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"Content-Type: text/plain; charset=UTF-8\\n"

msgid "Sign in"
msgstr "Anmelden"

msgid "No longer on any page"
msgstr "Veraltet"

msgid "%(count)s waiting"
msgstr "%(count)s warten"
"""


def german(folder: Path, texts: str = GERMAN) -> Path:
    po = folder / "de" / "LC_MESSAGES" / "django.po"
    po.parent.mkdir(parents=True)
    po.write_text(texts)
    return po


def test_a_language_takes_new_texts_in_and_can_be_read(tmp_path: Path, settings: Any) -> None:
    po = german(tmp_path)
    assert bring_up_to_date(po) == []
    assert 'msgid "Missed calls"\nmsgstr ""' in po.read_text()
    assert '#~ msgid "No longer on any page"' in po.read_text()
    settings.LOCALE_PATHS, settings.LANGUAGES = [tmp_path], languages_in(tmp_path)
    with override("de"):
        assert (gettext("Sign in"), gettext("Missed calls")) == ("Anmelden", "Missed calls")
        assert gettext("%(count)s waiting") == "%(count)s warten"


def test_a_wrong_placeholder_is_said_and_reaches_no_page(tmp_path: Path) -> None:
    po = german(tmp_path, GERMAN.replace("%(count)s warten", "%(zahl)s warten"))
    (wrong,) = bring_up_to_date(po)
    assert wrong.startswith("de: ")
    assert wrong.endswith(": '%(count)s waiting'")
    assert not po.with_suffix(".mo").exists()


@pytest.mark.parametrize("name", [code for code, _name in languages_in(LOCALE)[1:]] or [None])
def test_each_language_is_up_to_date(name: str | None, tmp_path: Path) -> None:
    if name is None:
        pytest.skip("English alone")
    folder = LOCALE / to_locale(name) / "LC_MESSAGES"
    shutil.copytree(folder, tmp_path / "de" / "LC_MESSAGES")
    assert bring_up_to_date(tmp_path / "de" / "LC_MESSAGES" / "django.po") == []
    for file in ("django.po", "django.mo"):
        made = (tmp_path / "de" / "LC_MESSAGES" / file).read_bytes()
        assert made == (folder / file).read_bytes(), "run `make messages`"


def test_a_language_is_there_when_its_catalogue_is(tmp_path: Path) -> None:
    for name in ("pt_BR", "de"):
        (tmp_path / name / "LC_MESSAGES").mkdir(parents=True)
        (tmp_path / name / "LC_MESSAGES" / "django.mo").touch()
    (tmp_path / "fr" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "fr" / "LC_MESSAGES" / "django.po").touch()
    assert languages_in(tmp_path) == [("en", "English"), ("de", "de"), ("pt-br", "pt-br")]
    assert languages_in(tmp_path / "nowhere") == [("en", "English")]
