"""Time zones as options of commands."""

from __future__ import annotations

from textmeter.cli.errors import WrongUsage
from textmeter.lib.quotes import quoted

USUAL = (
    "America/New_York, America/Chicago, America/Denver, America/Phoenix, America/Los_Angeles, "
    "America/Anchorage, Pacific/Honolulu; in Canada America/Halifax, America/St_Johns, America/Toronto, "
    "America/Winnipeg, America/Regina, America/Edmonton, America/Vancouver"
)


def time_zone(name: str) -> str:
    """The name of an IANA zone, as it came; raises WrongUsage with the nearest names, else the usual ones."""
    from textmeter.lib.days import UnknownZone, zone
    from textmeter.lib.zone_names import near_zones

    try:
        zone(name)
    except UnknownZone:
        near = near_zones(name)
        hint = f"Did you mean {' or '.join(near)}?" if near else f"In the U.S.: {USUAL}."
        raise WrongUsage(
            f"--time-zone is {quoted(name)}; allowed: an IANA name such as America/New_York. {hint}"
        ) from None
    return name
