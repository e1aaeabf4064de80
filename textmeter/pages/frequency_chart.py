"""The Text Message Frequency graph: 24 bars by the hour of day, customer below, agents above. Pure."""

from __future__ import annotations

from textmeter.pages import charts, formats
from textmeter.pages.dates import span_of_days
from textmeter.pages.language import gettext as _
from textmeter.reports.rows import Frequency

# A label every three hours where there is room, every six on a narrow screen.
_LABEL_EVERY, _NARROW_EVERY = 3, 6


def frequency_chart(frequency: Frequency) -> charts.Chart:
    columns = [charts.Column(formats.hour_span(bar.hour), bar.customer, bar.agents) for bar in frequency.bars]
    ticks = [
        charts.Tick(hour, formats.hour(hour), hour % _NARROW_EVERY == 0)
        for hour in range(0, len(columns), _LABEL_EVERY)
    ]
    return charts.draw(
        columns,
        ticks,
        charts.Series(_("From customer"), _("%(count)s from customer")),
        charts.Series(_("From agents"), _("%(count)s from agents")),
    )


def summary(frequency: Frequency) -> str:
    """The graph in a sentence, for those who don't see it."""
    customer = sum(bar.customer for bar in frequency.bars)
    agents = sum(bar.agents for bar in frequency.bars)
    busiest = max(frequency.bars, key=lambda bar: bar.customer + bar.agents)
    counts = {
        "days": span(frequency),
        "customer": formats.number(customer),
        "agents": formats.number(agents),
        "hour": formats.hour_span(busiest.hour),
    }
    if not customer + agents:
        words = _(
            "Text messages by hour of day, %(days)s: %(customer)s from the customer, %(agents)s from agents"
        )
    else:
        words = _(
            "Text messages by hour of day, %(days)s: %(customer)s from the customer, %(agents)s from agents; "
            "most at %(hour)s"
        )
    return words % counts


def span(frequency: Frequency) -> str:
    """`all time`, or the days that are counted."""
    if frequency.first is None or frequency.last is None:
        return _("all time")
    return span_of_days(frequency.first, frequency.last)
