"""A text's spot: its day, customer, number and direction in one 63-bit integer, by which the search index
knows it.

So a search counts what it finds without reading a single message: by day, conversation and direction, by
arithmetic alone. From the high bits down: the day (15), the customer's number within the company (29), the
text's number with that customer (18), the direction (1). A conversation's spot is the upper 44 bits of its
texts' spots; a month is the uppermost 10.

A text's number stays with it while its customer does; two texts of one customer and day never share one, for
262,144 others would have to come on that day between them.
"""

from __future__ import annotations

from functools import lru_cache

FIRST_DAY, LAST_DAY = 1990_01_01, 2074_12_31  # YYYYMMDD
# All days before and after: rare enough (a file with a wrong year) to be told apart by reading messages.
ODD_DAY = (1 << 15) - 1
DIRECTION_BITS, TEXT_BITS, CUSTOMER_BITS = 1, 18, 29
TEXT_SHIFT = DIRECTION_BITS + TEXT_BITS
DAY_SHIFT = TEXT_SHIFT + CUSTOMER_BITS
MONTH_SHIFT = DAY_SHIFT + 5
_TEXTS = (1 << TEXT_BITS) - 1
CUSTOMERS = (1 << CUSTOMER_BITS) - 1
FIRST_ODD = ODD_DAY << CUSTOMER_BITS  # the least spot of a conversation of such a day


def spot_of(local_date: int, customer: int, text: int, direction: int) -> int:
    """`local_date`: YYYYMMDD; `customer`: its number; `text`: its number, of which the lower 18 bits count;
    `direction`: 0 inbound, 1 outbound."""
    return (
        day_of(local_date) << DAY_SHIFT
        | customer << TEXT_SHIFT
        | (text & _TEXTS) << DIRECTION_BITS
        | direction
    )


def text_of(spot: int) -> int:
    """The text's number with its customer."""
    return spot >> DIRECTION_BITS & _TEXTS


def conversation_of(spot: int) -> int:
    """The spot of the conversation that holds the text."""
    return spot >> TEXT_SHIFT


def conversations_of(first: int, last: int) -> tuple[int, int]:
    """The least spot of the conversations of the days `first` to `last` (YYYYMMDD), and the next above the
    highest. Both days are odd ones or neither is; all odd days share one such span."""
    return day_of(first) << CUSTOMER_BITS, (day_of(last) + 1) << CUSTOMER_BITS


def is_odd(local_date: int) -> bool:
    return day_of(local_date) == ODD_DAY


def month_of(spot: int) -> int:
    return spot >> MONTH_SHIFT


@lru_cache(maxsize=4096)
def day_of(local_date: int) -> int:
    """The day's bits: they rise with the day, 32 to a month."""
    if not FIRST_DAY <= local_date <= LAST_DAY:
        return ODD_DAY
    year, rest = divmod(local_date, 10_000)
    month, day = divmod(rest, 100)
    return ((year - 1990) * 12 + month - 1) * 32 + day - 1


def date_of(day: int) -> int:
    """YYYYMMDD of a day's bits, not of an odd day's."""
    months, rest = divmod(day, 32)
    return (1990 + months // 12) * 10_000 + (months % 12 + 1) * 100 + rest + 1


def day_sql(date: str) -> str:
    """`day_of` of a column, the same on every database."""
    year, month = f"{date} / 10000", f"({date} / 100 - {date} / 10000 * 100)"
    day = f"({date} - {date} / 100 * 100)"
    return (
        f"CAST(CASE WHEN {date} BETWEEN {FIRST_DAY} AND {LAST_DAY}"
        f" THEN (({year} - 1990) * 12 + {month} - 1) * 32 + {day} - 1 ELSE {ODD_DAY} END AS bigint)"
    )


def spot_sql(date: str, customer: str, text: str, direction: str) -> str:
    """`spot_of` of columns; the text's number must be one that fits."""
    return (
        f"(({day_sql(date)} << {DAY_SHIFT}) | (CAST({customer} AS bigint) << {TEXT_SHIFT})"
        f" | (CAST({text} AS bigint) << {DIRECTION_BITS}) | {direction})"
    )
