"""The fields of Twilio's webhooks about a call that is put through
(https://www.twilio.com/docs/voice/twiml/dial)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import formatdate

from textmeter.sample.people import Person

VERSION = "2010-04-01"
RINGS = 18  # seconds until nobody answers


@dataclass(frozen=True, slots=True)
class Call:
    """A customer's call. `ref`, `leg`: ids of the call and of the dialled leg; `at`: ms; `seconds`: how
    long they spoke, None when nobody answered; `recording`: its id where there is one."""

    account_sid: str
    ref: str
    leg: str
    who: Person
    ours: str
    destination: str
    at: int
    seconds: int | None
    recording: str | None

    def callbacks(self) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        """(what, fields) of everything that the carrier tells of it, in its own order."""
        yield "voice", self._voice()
        for status in ("initiated", "ringing"):
            yield "voice-status", self._leg(status)
        if self.seconds is not None:
            yield "voice-status", self._leg("in-progress")
        yield "voice-status", self._leg("no-answer" if self.seconds is None else "completed")
        yield "dial-status", self._dial()
        if self.recording:
            yield "recording", self._recording()
        yield "voice-status", self._ended()

    def _voice(self) -> list[tuple[str, str]]:
        return self._of_parent("ringing")

    def _of_parent(self, status: str, **more: str) -> list[tuple[str, str]]:
        fields = {
            "AccountSid": self.account_sid,
            "ApiVersion": VERSION,
            "CallSid": self.ref,
            "CallStatus": status,
            "Called": self.ours,
            "Caller": self.who.number,
            "Direction": "inbound",
            "From": self.who.number,
            "FromCity": self.who.place.city,
            "FromCountry": self.who.place.country,
            "FromState": self.who.place.state,
            "FromZip": self.who.place.zip,
            "To": self.ours,
        }
        if self.who.is_named:
            fields["CallerName"] = self.who.name
        return list((fields | more).items())

    def _leg(self, status: str) -> list[tuple[str, str]]:
        fields = {
            "AccountSid": self.account_sid,
            "ApiVersion": VERSION,
            "CallSid": self.leg,
            "CallStatus": status,
            "CallbackSource": "call-progress-events",
            "Direction": "outbound-dial",
            "From": self.who.number,
            "ParentCallSid": self.ref,
            "To": self.destination,
        }
        if status in ("completed", "no-answer"):
            fields["CallDuration"] = str(self.seconds or 0)
        return list(fields.items())

    def _dial(self) -> list[tuple[str, str]]:
        if self.seconds is None:
            return self._of_parent("in-progress", DialCallSid=self.leg, DialCallStatus="no-answer")
        return self._of_parent(
            "in-progress",
            DialCallSid=self.leg,
            DialCallStatus="completed",
            DialCallDuration=str(self.seconds),
        )

    def _recording(self) -> list[tuple[str, str]]:
        folder = f"https://api.twilio.com/{VERSION}/Accounts/{self.account_sid}/Recordings"
        return [
            ("AccountSid", self.account_sid),
            ("CallSid", self.ref),
            ("RecordingSid", self.recording or ""),
            ("RecordingUrl", f"{folder}/{self.recording}"),
            ("RecordingStatus", "completed"),
            ("RecordingDuration", str(self.seconds)),
            ("RecordingChannels", "2"),
            ("RecordingSource", "DialVerb"),
        ]

    def _ended(self) -> list[tuple[str, str]]:
        """The whole call's length and end: told at once here, though the call would still go on."""
        whole = RINGS + (self.seconds or 0)
        return self._of_parent(
            "completed",
            CallDuration=str(whole),
            Duration=str(-(-whole // 60)),
            Timestamp=formatdate(self.at / 1000 + whole),
            CallbackSource="call-progress-events",
            SequenceNumber="0",
        )
