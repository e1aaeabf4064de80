"""A rebuild compares marks and search indexes in a process of its own, and mends only what it finds wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.copies.original import Original, make_original, python, told

_BEGIN = """
import django; django.setup()
from textmeter.accounts.models import Company
from textmeter.ledger import beside, rebuild
from textmeter.ledger.check import check
from textmeter.ledger.statements import fetch, run
from textmeter.ledger.words import drop_words
beside.WORTH_A_PROCESS = 0
company = Company.objects.get(name="Piedmont Dental")
mended = []
for name in ("mend_marks", "repair_search"):
    whole = getattr(rebuild, name)
    setattr(rebuild, name, lambda id, name=name, whole=whole: (mended.append(name), whole(id)))
"""
_WRONG_WORDS = """
((spot,),) = fetch(
    "SELECT spot FROM ledger_message WHERE company_id = %s AND body LIKE 'Can I come%%'", [company.id]
)
from textmeter.ledger.words import indexed
drop_words(company.id, [(spot, indexed(company.id, spot, "Can I come on Friday?"))])
"""
_WRONG_MARK = 'run("UPDATE ledger_message SET ref_mark = 7 WHERE company_id = %s", [company.id])\n'
_REBUILD = "rebuild.rebuild(company); print(mended, check())"


@pytest.fixture
def original(tmp_path: Path) -> Original:
    return make_original(tmp_path / "data")


def test_what_is_right_is_not_looked_at_again(original: Original) -> None:
    assert python(original.installation.folder, _BEGIN + _REBUILD) == "[] []"


@pytest.mark.parametrize("wrong", [_WRONG_WORDS, _WRONG_MARK], ids=["words", "marks"])
def test_what_is_wrong_is_mended(original: Original, wrong: str) -> None:
    assert python(original.installation.folder, _BEGIN + wrong + "assert check()") == ""
    assert python(original.installation.folder, _BEGIN + _REBUILD) == "['mend_marks', 'repair_search'] []"


def test_a_process_that_fails_is_done_without(original: Original) -> None:
    broken = "import os; os.environ['TEXTMETER_RECEIPT_DAYS'] = 'soon'\n"
    said = python(original.installation.folder, _BEGIN + broken + _REBUILD)
    assert said == "['mend_marks', 'repair_search'] []"


def test_the_process_ends_with_a_rebuild_that_is_broken_off(original: Original) -> None:
    told_of = python(
        original.installation.folder,
        _BEGIN
        + """
import subprocess
begun = []
class Noted(subprocess.Popen):
    def __init__(self, *a, **k):
        super().__init__(*a, **k)
        begun.append(self)
beside.subprocess.Popen = Noted
def crash(done, total):
    raise KeyboardInterrupt
try:
    rebuild.rebuild(company, crash)
except KeyboardInterrupt:
    print(begun[0].returncode, len(fetch("SELECT 1 FROM ledger_rebuild", [])))
""",
    )
    assert told_of == "-9 1"


def test_percents_tell_of_the_counts_too(original: Original) -> None:
    heard = python(
        original.installation.folder,
        _BEGIN + "rebuild.rebuild(company, lambda done, total: print(done, total))",
    )
    percents = [int(line.split()[0]) for line in heard.splitlines()]
    assert percents == sorted(percents)
    assert 75 in percents
    assert percents[-1] == 100
    assert told(original.installation.folder, "check") == {"differences": []}
