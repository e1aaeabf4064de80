"""The rules of the house: sizes, rooms, pinned packages, and docs that name all there is."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import textmeter
from textmeter.carriers.seen import Direction
from textmeter.carriers.twilio import WHATS
from textmeter.cli.main import textmeter as commands
from textmeter.intake.reasons import Reason
from textmeter.pages.timeline_query import SCOPES, SHOWS
from textmeter.reports.filter import INTERVALS, RANGES, SORTS
from textmeter.reports.periods import FIRST_YEAR, LAST_YEAR, MOST_BARS

ROOT = Path(__file__).parent.parent
LONGEST_FILE = 400
LONGEST_FUNCTION = 60
OWN_TEXT = {".py", ".md", ".toml", ".sql", ".html", ".css", ".js", ".in", ".txt", ".sh", ""}
# Files that others wrote, or a program made.
FOREIGN = re.compile(r"requirements/.*\.txt|LICENSE|.*OFL.*|.*LICENSE-.*|.*\.min\.js|tests/upgrades/.*\.sql")


def own_files() -> list[Path]:
    """What the repository holds, or would if it were added now."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    found = [ROOT / name for name in listed if not FOREIGN.fullmatch(name)]
    return [path for path in found if path.is_file() and path.suffix in OWN_TEXT]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def doc(name: str) -> str:
    return (ROOT / name).read_text()


def test_files_stay_small() -> None:
    """Style sheets aside: a declaration a line makes them long, not hard to read."""
    sizes = {
        name_of(path): len(path.read_text().splitlines()) for path in own_files() if path.suffix != ".css"
    }
    assert {name: size for name, size in sizes.items() if size > LONGEST_FILE} == {}


def test_people_never_read_pythons_own_quotes() -> None:
    """`lib.quotes` puts what was typed between those that pages have. What only who builds reads may."""
    theirs = re.compile(r"textmeter/(?!bench/|sample/dialogues).*")
    said = [path for path in own_files() if theirs.fullmatch(name_of(path))]
    assert [name_of(path) for path in said if "!r}" in path.read_text()] == []


def test_functions_stay_short() -> None:
    """Those of tests aside: a whole table that is expected makes one long, not hard to read."""
    long = {}
    for path in own_files():
        if path.suffix == ".py" and not name_of(path).startswith("tests/"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    size = (node.end_lineno or 0) - node.lineno + 1
                    if size > LONGEST_FUNCTION:
                        long[f"{name_of(path)}:{node.name}"] = size
    assert long == {}


def test_names_say_what_a_file_holds() -> None:
    vague = {"utils", "helpers", "common", "manager", "service", "misc"}
    assert [name_of(path) for path in own_files() if path.stem in vague] == []


def test_nothing_is_left_undone_or_points_outside() -> None:
    """No leftover markers, and no path that exists only on one machine."""
    words = ["TO" + "DO", "FIX" + "ME", "X" + "XX", "/work" + "/", ".." + "/shared", "/work" + "/main"]
    found = [
        (name_of(path), word)
        for path in own_files()
        for word in words
        if word in path.read_text(errors="replace")
    ]
    assert found == []


def test_every_package_is_pinned_with_hashes() -> None:
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        entries = path.read_text().replace("\\\n", " ").splitlines()
        assert entries, path.name
        for entry in entries:
            assert re.match(r"[a-z0-9._-]+(\[[a-z,]+\])?==[^ ]+ .*--hash=sha256:[0-9a-f]{64}", entry), entry


def test_tests_run_on_the_versions_that_the_product_runs_on() -> None:
    def versions(name: str) -> set[str]:
        return set(re.findall(r"^[a-z0-9._-]+==\S+", doc(f"requirements/{name}.txt"), re.M))

    assert versions("runtime") <= versions("dev")


def direct_packages() -> set[str]:
    lines = [
        line for name in ("runtime", "dev", "build") for line in doc(f"requirements/{name}.in").splitlines()
    ]
    return {re.split(r"[~>=<\[ ]", line)[0] for line in lines if line and not line.startswith(("-", "#"))}


def test_every_direct_package_and_shipped_work_is_named_with_its_licence() -> None:
    rows = {
        cells[0].split(" ")[0]: cells[1]
        for cells in re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", doc("THIRD_PARTY.md"), re.M)
    }
    assert direct_packages() <= rows.keys()
    assert all(rows.values())
    shipped = [
        path for path in (ROOT / "textmeter/pages/static").rglob("*") if path.suffix in (".woff2", ".js")
    ]
    own_scripts = {path.name for path in shipped if path.suffix == ".js" and ".min." not in path.name}
    for path in shipped:
        assert path.name in own_scripts or path.name in doc("THIRD_PARTY.md"), path.name


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    used = set(re.findall(r'(?:_setting|_days|_one_of)\(\s*"([A-Z_]+)"', doc("textmeter/settings.py")))
    named = set(re.findall(r"^\| `TEXTMETER_([A-Z_]+)`", doc("docs/settings.md"), re.M))
    assert used == named != set()


def test_every_parameter_and_its_words_are_documented() -> None:
    text = doc("docs/addresses.md")
    words = [*RANGES, *INTERVALS, *SORTS, *SCOPES, *SHOWS, *Direction]
    assert [word for word in words if f"`{word}`" not in text] == []
    assert f"from {FIRST_YEAR} to {LAST_YEAR}" in text
    assert f"at most {MOST_BARS} bars" in text
    source = doc("textmeter/reports/query.py")
    asked = set(re.findall(r'(?:text|one_of|getlist|_day)\((?:reading, )?"([a-z]+)"', source))
    assert asked >= {"range", "start", "numbers", "q", "after"}
    assert [name for name in sorted(asked) if f"`{name}`" not in text] == []


def test_every_webhook_answer_and_reason_is_documented() -> None:
    text = doc("docs/webhooks.md")
    assert [one for one in (*WHATS, *Reason) if f"| `{one}` |" not in text] == []
    answers = set(re.findall(r"_plain\(([0-9]{3})|status=([0-9]{3})", doc("textmeter/intake/hooks.py")))
    rows = " ".join(re.findall(r"^\| ([0-9, ]+) \|", text, re.M))
    assert answers
    assert [one or other for one, other in answers if (one or other) not in rows] == []


def leaf_commands(
    group: click.Group = commands, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from leaf_commands(command, (*path, name))
        else:
            yield (*path, name), command


LEAVES = [pytest.param(path, command, id=" ".join(path)) for path, command in leaf_commands()]


@pytest.mark.parametrize(("path", "command"), LEAVES)
def test_every_command_and_option_is_documented(path: tuple[str, ...], command: click.Command) -> None:
    text = doc("docs/cli.md")
    usage = re.search(rf"`textmeter {' '.join(path)}( [^`]*)?`", text)
    assert usage, "no usage in docs/cli.md"
    for parameter in command.params:
        hidden = isinstance(parameter, click.Option) and parameter.hidden
        if isinstance(parameter, click.Option) and not hidden:
            assert parameter.opts[-1] in usage.group(0)


@pytest.mark.parametrize(("path", "command"), LEAVES)
def test_every_command_has_help_with_an_example(path: tuple[str, ...], command: click.Command) -> None:
    told = command.get_help(click.Context(command, info_name="textmeter " + " ".join(path)))
    assert re.search(rf"Example:\n\s+(echo .* \| )?textmeter {' '.join(path)}", told)
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            assert parameter.help, parameter.name


def test_documented_commands_exist() -> None:
    known = {" ".join(path) for path, _ in leaf_commands()} | set(commands.commands)
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for words in re.findall(r"(?:^|[`/])textmeter ([a-z]+(?: [a-z-]+)?)", page.read_text(), re.M):
            first = words.split(" ")[0]
            assert words in known or first in known, f"{page.name}: textmeter {words}"


def test_links_between_pages_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            if not target.startswith("docs/images/"):
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_changelog_knows_this_version() -> None:
    assert f"## {textmeter.__version__}" in doc("CHANGELOG.md")
