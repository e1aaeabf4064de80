"""Deliveries by chance: few refs, numbers and instants, so that they meet, tie and contradict."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from textmeter.carriers.seen import (
    CallSeen,
    Direction,
    LegStatus,
    Media,
    Place,
    Recording,
    Seen,
    Source,
    Status,
    TextSeen,
)

OURS = ("+14045550180", "+14045550181", "+18005550182")  # the last one is toll-free: calls only
OTHERS = "+14045550190"  # another company's
HANDED_OVER = "+14045550191"  # ours until the hand-over, then another company's
UNOWNED = "+14045550199"
CUSTOMERS = ("+14045550112", "+14045550113", "24273", "ACME")
MIDNIGHT = 1_772_686_800_000  # 2026-03-05 00:00 in New York
HAND_OVER = MIDNIGHT + 3_600_000
INSTANTS = tuple(MIDNIGHT + step for step in (-3_600_000, -1, 0, 1, 60_000, 3_600_000, 86_400_000))

_ours = st.sampled_from((*OURS, OURS[0], OURS[0], OTHERS, HANDED_OVER, UNOWNED))
_instant = st.sampled_from(INSTANTS)


@st.composite
def _numbers(draw: st.DrawFn, customers: tuple[str, ...]) -> dict[str, Any]:
    if draw(st.integers(0, 5)) == 0:
        return {}
    pair = [draw(_ours), draw(st.sampled_from((*customers, OURS[1])))]
    if draw(st.booleans()):
        pair.reverse()
    return {
        "from_number": pair[0],
        "to_number": pair[1],
        "direction": draw(st.sampled_from([None, *Direction])),
    }


@st.composite
def texts(draw: st.DrawFn) -> TextSeen:
    maybe = st.none()
    fields = draw(_numbers(CUSTOMERS))
    return TextSeen(
        carrier=draw(st.sampled_from(["twilio", "twilio", "telnyx"])),
        carrier_ref=draw(st.sampled_from(["SM1", "SM2", "SM3", "SM4"])),
        source=draw(st.sampled_from(Source)),
        arrived_at=draw(_instant),
        carrier_time=draw(maybe | _instant),
        status=draw(st.sampled_from(Status)),
        body=draw(st.sampled_from([None, None, "", "hi", "Stop.", "start", "Ünter den\0 Linden", "yes"])),
        media=draw(st.sampled_from([None, None, (), (Media("https://x/1", "image/jpeg"),)])),
        segments=draw(maybe | st.integers(1, 2)),
        error_code=draw(st.sampled_from([None, None, "30003", "30007"])),
        agent=draw(st.sampled_from([None, None, "Ann", "Bo"])),
        is_automatic=draw(st.integers(0, 3)) == 0,
        is_blocked=draw(st.integers(0, 7)) == 0,
        customer_name=draw(st.sampled_from([None, None, "Cy", "Di"])),
        place=draw(st.sampled_from([None, Place("Atlanta"), Place("", "GA", "30303", "US")])),
        **fields,
    )


@st.composite
def calls(draw: st.DrawFn) -> CallSeen:
    maybe = st.none()
    recording = st.builds(
        Recording,
        carrier_ref=st.sampled_from(["RE1", "RE2"]),
        url=st.sampled_from(["", "https://x/r"]),
        seconds=maybe | st.integers(1, 2),
        is_voicemail=st.booleans(),
    )
    return CallSeen(
        carrier="twilio",
        carrier_ref=draw(st.sampled_from(["CA1", "CA2"])),
        source=draw(st.sampled_from(Source)),
        arrived_at=draw(_instant),
        carrier_time=draw(maybe | _instant),
        parent_status=draw(st.sampled_from(LegStatus)),
        dial_status=draw(st.sampled_from(LegStatus)),
        seconds=draw(maybe | st.integers(0, 2)),
        parent_seconds=draw(maybe | st.integers(0, 2)),
        recording=draw(maybe | recording),
        customer_name=draw(st.sampled_from([None, "Cy"])),
        **draw(_numbers((*CUSTOMERS, "anonymous", "+266696687"))),
    )


def deliveries(min_size: int = 1, max_size: int = 12) -> st.SearchStrategy[list[Seen]]:
    return st.lists(st.one_of(texts(), texts(), calls()), min_size=min_size, max_size=max_size)
