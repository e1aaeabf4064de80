"""Jinja2 as the pages use it: the filters that say figures, times and numbers to people."""

from __future__ import annotations

from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from jinja2 import Environment, StrictUndefined

from textmeter.lib.phone import national
from textmeter.pages import commands, dates, formats
from textmeter.pages.language import gettext_in_template, ngettext_in_template, spoken
from textmeter.pages.said import said

# In this order: later sheets rely on what earlier ones set.
# A page adds its own in the block `sheets`, before that for paper.
STYLESHEETS = ("base", "shell", "controls", "charts", "log", "lists")


def environment(**options: Any) -> Environment:
    # A name that a view forgot to give is an error, not an empty place.
    options["undefined"] = StrictUndefined
    env = Environment(  # noqa: S701  # Django sets autoescape
        **options, trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n"]
    )
    _translate(env)
    env.globals.update(static=static, url=reverse, stylesheets=STYLESHEETS, textmeter=commands.textmeter)
    env.globals.update(plural=formats.plural, language=spoken)
    env.filters.update(
        number=formats.number,
        duration=formats.duration,
        size=formats.size,
        short_day=dates.short_day,
        full_day=dates.full_day,
        long_day=dates.long_day,
        clock=formats.clock,
        latest=formats.latest,
        moment=formats.moment,
        as_of=formats.as_of,
        moment_in_zone=formats.moment_in_zone,
        iso=formats.iso,
        hour=formats.hour,
        zone_label=formats.zone_label,
        zone_short=formats.zone_short,
        national=national,
        told=formats.told,
        with_breaks=formats.with_breaks,
        media_label=formats.media_label,
        message_kind=formats.message_kind,
        said=said,
    )
    return env


def _translate(env: Environment) -> None:
    """`{{ _("…") }}` and `{% trans %}`, in the language of the request. Jinja's own `_` would take as long
    again as the lookup."""
    env.policies["ext.i18n.trimmed"] = True
    env.install_gettext_callables(gettext_in_template, ngettext_in_template, newstyle=False)  # type: ignore[attr-defined]
    env.globals["_"] = gettext_in_template
