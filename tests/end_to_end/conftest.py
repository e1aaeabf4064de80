from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.end_to_end.installation import Carrier, Installation, Reader

ADS, WEB, OTHERS = "+14045550180", "+14045550181", "+14045550190"


@dataclass
class Town:
    """Two companies on one server: the shop, with two trackers, and a stranger, with one."""

    house: Installation
    shop: str
    stranger: str
    twilio: Carrier
    strangers_twilio: Carrier
    ana: Reader  # reads the shop
    sam: Reader  # reads the stranger


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with Installation(tmp_path_factory.mktemp("data")).running() as one:
        yield one


@pytest.fixture(scope="module")
def town(house: Installation) -> Town:
    shop, stranger = house.company("Piedmont Dental"), house.company("Next Door", "Pacific/Honolulu")
    house.tracker(shop, ADS, "Google Ads", "--source", "Google", "--destination", "+14045550199")
    house.tracker(shop, WEB, "Website")
    house.tracker(stranger, OTHERS, "Elsewhere")
    return Town(
        house,
        shop,
        stranger,
        Carrier(house.url, house.connection(shop)),
        Carrier(house.url, house.connection(stranger, "AC" + "2" * 32)),
        house.person("ana@example.com", "reporting", shop),
        house.person("sam@example.com", "reporting", stranger),
    )
