"""A small business on a server of its own, for faults to happen to."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.cli.terminal import wait_for
from tests.end_to_end.installation import PASSWORD, TOKEN, Installation
from tests.faults.load import Load, waits
from tests.faults.rounds import either

ADS, WEB, OTHERS = "+14045550180", "+14045550181", "+14045550190"
DESTINATION = "+14045550199"
ANA, BO = "ana@example.com", "bo@example.com"  # who manages the shop, and an admin
NOBODY = "http://127.0.0.1:9"  # where no carrier's API answers


@dataclass
class Town:
    """The installation, its shop with two trackers, and the key of the shop's connection."""

    house: Installation
    shop: str
    key: str

    def load(self, rng: Random) -> Load:
        return Load(self.house.url, self.key, (ADS, WEB), rng)

    def settle(self, within: float = either(60, 900)) -> None:
        """Returns once every receipt is applied or put aside."""
        wait_for(lambda: waits(self.house) == 0, "every receipt to be settled", within)

    @property
    def said(self) -> str:
        """What its servers wrote to the log so far."""
        assert self.house.log is not None
        return self.house.log.read_text()


def town(folder: Path, log: Path, **around: str) -> Town:
    """`folder`: its data; `log`: outside of it, for the folder's disk may be full."""
    folder.mkdir(exist_ok=True)
    house = Installation(folder, around=around, log=log)
    made = subprocess.run(
        [sys.executable, "-c", SET_UP], env=house.environment, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    shop, key = made.stdout.split()
    return Town(house, shop, key)


# All in one process: the commands that do the same are tested elsewhere, and take a second each.
SET_UP = f"""
from textmeter.cli.ground import see_that_it_is_up_to_date, set_up_django
set_up_django()
see_that_it_is_up_to_date()
from textmeter.accounts.models import Company, Role, User
from textmeter.intake.connections import add_connection
from textmeter.ledger.trackers import add_tracker
shop = Company.objects.create(name="Piedmont Dental", time_zone="America/New_York")
for number, name in (({ADS!r}, "Google Ads"), ({WEB!r}, "Website")):
    add_tracker(shop.id, number=number, name=name, destination={DESTINATION!r})
User.objects.create_user({ANA!r}, {PASSWORD!r}, Role.MANAGER).companies.set([shop])
User.objects.create_user({BO!r}, {PASSWORD!r}, Role.ADMIN)
print(shop.id, add_connection(shop, account_sid="AC" + "1" * 32, secret={TOKEN!r}, api_url={NOBODY!r}).key)
"""
