"""One walk through everything, as somebody goes it who has never seen a terminal: on a desktop and on a
phone, from the link that the server prints to signing out. It takes the pictures of the docs."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import listen
from tests.databases import only_sqlite
from tests.end_to_end.installation import Installation
from tests.walk import reading, set_up, upkeep
from tests.walk.walker import Walker

pytestmark = pytest.mark.browser
SHAPES = {"desktop": (1440, 1000), "phone": (390, 844)}


@pytest.mark.parametrize("shape", ["desktop", pytest.param("phone", marks=only_sqlite)])
def test_everything_is_done_in_the_browser(browser: Browser, tmp_path: Path, shape: str) -> None:
    said: list[str] = []
    width, height = SHAPES[shape]
    context = browser.new_context(viewport={"width": width, "height": height}, has_touch=shape == "phone")
    context.set_default_timeout(10_000)
    page = context.new_page()
    listen(page, said)
    data, downloads = tmp_path / "data", tmp_path / "downloads"
    data.mkdir()
    downloads.mkdir()
    with Installation(data, log=tmp_path / "log").running() as house:
        walk(Walker(page, house, shape == "phone", downloads))
    context.close()
    assert said == []


def walk(walker: Walker) -> None:
    set_up.make_the_first_admin(walker)
    set_up.add_the_company(walker)
    set_up.connect_twilio(walker)
    set_up.wait_for_the_first_text(walker)
    set_up.add_the_sample(walker)
    reading.read_the_log(walker)
    reading.take_it_along(walker)
    reading.read_a_timeline(walker)
    reading.read_the_calls(walker)
    reading.name_a_customer(walker)
    upkeep.look_at_the_sample_numbers(walker)
    upkeep.go_home(walker, "Oak & Co")
    upkeep.add_numbers(walker)
    upkeep.see_a_text_come(walker)
    upkeep.mend_the_quarantine(walker)
    set_up.import_old_texts(walker, walker.downloads)
    upkeep.invite_somebody(walker)
    upkeep.look_after_it(walker)
    set_up.remove_the_sample(walker)
    upkeep.sign_out(walker)
