"""Each page brings the style sheets of its classes: those that every page has, and its own."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

from textmeter import pages
from textmeter.pages.environment import STYLESHEETS

HOME = Path(pages.__file__).parent
TEMPLATES = HOME / "templates"
EVERYWHERE = {*STYLESHEETS, "print"}
_BRACES = re.compile(r"\{[{%].*?[%}]\}", re.S)


def sheets_by_class() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for path in (HOME / "static" / "css").glob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
        for name in re.findall(r"\.([a-zA-Z][\w-]*)", text):
            found[name].add(path.stem)
    return found


def parts_of(path: Path) -> list[Path]:
    """A page's template, what it extends, and what these include."""
    text = path.read_text()
    names = re.findall(r'{%-? (?:extends|include|import) "([^"]+)"', text)
    parts = [path]
    for name in names:
        parts += [part for part in parts_of(TEMPLATES / name) if part not in parts]
    return parts


def pages_of_the_frame() -> list[str]:
    paths = sorted(TEMPLATES.rglob("*.html"))
    return [str(path.relative_to(TEMPLATES)) for path in paths if '{% extends "' in path.read_text()]


@pytest.mark.parametrize("name", pages_of_the_frame())
def test_a_page_brings_the_sheets_of_its_classes(name: str) -> None:
    by_class = sheets_by_class()
    text = "".join(part.read_text() for part in parts_of(TEMPLATES / name))
    brought = EVERYWHERE | set(re.findall(r"css/(\w+)\.css", text))
    used = {
        each
        for value in re.findall(r'class="([^"]*)"', text)
        for each in re.findall(r"[a-zA-Z][\w-]*", _BRACES.sub(" ", value))
    }
    missing = {each: by_class[each] for each in used if by_class[each] and not by_class[each] & brought}
    assert missing == {}
