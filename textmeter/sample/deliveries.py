"""Texts and calls of the sample as a carrier's history would give them."""

from __future__ import annotations

from random import Random

from textmeter.carriers.seen import (
    CallSeen,
    Direction,
    LegStatus,
    Media,
    Recording,
    Source,
    Status,
    TextSeen,
)
from textmeter.sample.people import Person
from textmeter.sample.words import segments

CARRIER = "twilio"
_PICTURES = ("image/jpeg", "image/jpeg", "image/jpeg", "image/png", "image/heic")
# Twilio's codes: unreachable, unknown number, landline, filtered as spam.
FAILURES = ("30003", "30005", "30006", "30007")
FAILURE_SHARES = (45, 25, 20, 10)


class Carrier:
    """Gives every text and call of one sample its id; `account_sid` stands in the addresses of media."""

    def __init__(self, rng: Random, account_sid: str) -> None:
        self._rng = rng
        self._api = f"https://api.twilio.com/2010-04-01/Accounts/{account_sid}"

    def ref(self, kind: str) -> str:
        """`SM…`, `MM…`, `CA…`, `RE…`: 32 hexadecimal digits, the same for the same seed."""
        return f"{kind}{self._rng.getrandbits(128):032x}"

    def text(
        self,
        who: Person,
        ours: str,
        at: int,
        body: str,
        *,
        agent: str | None = None,
        inbound: bool = False,
        photos: int = 0,
        automatic: bool = False,
        error: str | None = None,
        opt_out: str | None = None,
    ) -> TextSeen:
        """A text at `at` (ms, brought to whole seconds, as Twilio's own times are)."""
        at -= at % 1000
        ref = self.ref("MM" if photos else "SM")
        status = Status.RECEIVED if inbound else Status.DELIVERED
        if error:
            status = Status.FAILED if error == "30006" else Status.UNDELIVERED
        return TextSeen(
            carrier=CARRIER,
            carrier_ref=ref,
            source=Source.HISTORY,
            arrived_at=at,
            carrier_time=at,
            from_number=who.number if inbound else ours,
            to_number=ours if inbound else who.number,
            direction=Direction.INBOUND if inbound else Direction.OUTBOUND,
            status=status,
            body=body,
            media=tuple(
                Media(f"{self._api}/Messages/{ref}/Media/{self.ref('ME')}", self._rng.choice(_PICTURES))
                for _ in range(photos)
            ),
            segments=segments(body),
            error_code=error,
            agent=agent,
            is_automatic=automatic,
            opt_out_type=opt_out,
            customer_name=who.name if who.is_named else None,
            place=who.place,
        )

    def answered_call(
        self, who: Person, ours: str, at: int, seconds: int, *, recorded: bool, inbound: bool = True
    ) -> CallSeen:
        recording = self._recording(seconds) if recorded else None
        return self._call(
            who,
            ours,
            at,
            inbound=inbound,
            dial=LegStatus.COMPLETED,
            seconds=seconds,
            parent_seconds=seconds + 11,
            recording=recording,
        )

    def missed_call(self, who: Person, ours: str, at: int, *, voicemail: int | None = None) -> CallSeen:
        """`voicemail`: its length in seconds, where the caller left one."""
        dial = self._rng.choice((LegStatus.NO_ANSWER, LegStatus.NO_ANSWER, LegStatus.BUSY))
        recording = None if voicemail is None else self._recording(voicemail, is_voicemail=True)
        return self._call(
            who,
            ours,
            at,
            inbound=True,
            dial=dial,
            seconds=None,
            parent_seconds=22 + (voicemail or 0),
            recording=recording,
        )

    def withheld_call(self, ours: str, at: int) -> CallSeen:
        """A missed call of somebody who hides the number: a call without a customer."""
        return CallSeen(
            carrier=CARRIER,
            carrier_ref=self.ref("CA"),
            source=Source.HISTORY,
            arrived_at=at - at % 1000,
            carrier_time=at - at % 1000,
            from_number="anonymous",
            to_number=ours,
            direction=Direction.INBOUND,
            parent_status=LegStatus.COMPLETED,
            dial_status=LegStatus.NO_ANSWER,
            parent_seconds=19,
        )

    def _recording(self, seconds: int, *, is_voicemail: bool = False) -> Recording:
        ref = self.ref("RE")
        return Recording(ref, f"{self._api}/Recordings/{ref}", seconds, is_voicemail)

    def _call(
        self,
        who: Person,
        ours: str,
        at: int,
        *,
        inbound: bool,
        dial: LegStatus,
        seconds: int | None,
        parent_seconds: int,
        recording: Recording | None,
    ) -> CallSeen:
        at -= at % 1000
        return CallSeen(
            carrier=CARRIER,
            carrier_ref=self.ref("CA"),
            source=Source.HISTORY,
            arrived_at=at,
            carrier_time=at,
            from_number=who.number if inbound else ours,
            to_number=ours if inbound else who.number,
            direction=Direction.INBOUND if inbound else Direction.OUTBOUND,
            parent_status=LegStatus.COMPLETED,
            dial_status=dial,
            seconds=seconds,
            parent_seconds=parent_seconds,
            recording=recording,
            customer_name=who.name if who.is_named else None,
            place=who.place,
        )
