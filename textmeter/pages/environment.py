"""Jinja2 as the pages use it: the filters that say figures, times and numbers to people."""

from __future__ import annotations

from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from jinja2 import Environment, StrictUndefined

from textmeter.lib.phone import national
from textmeter.pages import commands, formats

# In this order: later sheets rely on what earlier ones set.
# A page adds its own in the block `sheets`, before that for paper.
STYLESHEETS = ("base", "shell", "controls", "charts", "log", "lists")


def environment(**options: Any) -> Environment:
    # A name that a view forgot to give is an error, not an empty place.
    options["undefined"] = StrictUndefined
    env = Environment(**options, trim_blocks=True, lstrip_blocks=True)  # noqa: S701  # Django sets autoescape
    env.globals.update(static=static, url=reverse, stylesheets=STYLESHEETS, textmeter=commands.textmeter)
    env.filters.update(
        number=formats.number,
        plural=formats.plural,
        duration=formats.duration,
        size=formats.size,
        short_day=formats.short_day,
        full_day=formats.full_day,
        long_day=formats.long_day,
        clock=formats.clock,
        latest=formats.latest,
        moment=formats.moment,
        iso=formats.iso,
        hour=formats.hour,
        zone_label=formats.zone_label,
        zone_short=formats.zone_short,
        national=national,
        media_label=formats.media_label,
        message_kind=formats.message_kind,
    )
    return env
