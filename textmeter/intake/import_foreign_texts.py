"""A row of somebody else's file of messages. Pure."""

from __future__ import annotations

import re

from textmeter.carriers.seen import Direction, Status
from textmeter.carriers.twilio_errors import BLOCKED
from textmeter.intake.import_foreign import ForeignRows, plain_word
from textmeter.intake.import_header import Header
from textmeter.intake.import_lines import Cells
from textmeter.intake.import_refusal import BadRow
from textmeter.ledger.parties import key_of
from textmeter.ledger.public_ids import content_ref
from textmeter.lib.days import as_iso, zone
from textmeter.lib.message_columns import MESSAGES
from textmeter.lib.sentences import Sentence

MESSAGES_HEADER = Header(tuple(range(len(MESSAGES))), len(MESSAGES), ())
_AUTOMATIC = "outbound reply"  # Twilio's word for what a machine answered
_STATUSES = {one.name.lower().replace("_", " "): one for one in Status if one} | {
    "error": Status.FAILED,
    "cancelled": Status.CANCELED,
    "not delivered": Status.UNDELIVERED,
    "seen": Status.READ,
}
_COUNT = re.compile(r"[0-9]{1,4}")
_TWILIO = re.compile(r"(SM|MM)[0-9a-f]{32}")
_CALLRAIL = re.compile(r"SCI[0-9a-f]{32}")


class ForeignTexts(ForeignRows):
    def cells(self, row: Cells) -> Cells:
        """In the order of MESSAGES. Raises BadRow."""
        given = self.given_in(row)
        at = self.at(given)
        direction, ours, customer = self.sides(given)
        carrier, ref = _ref(given("ref"))
        body, media = given("body"), _media(given("media_count"))
        if ref and not carrier:
            # Other systems number their rows 1, 2, 3: only with its content does that name a message.
            ref = content_ref("id", ref, str(at), direction.value, key_of(customer), ours, body)
        error = given("error_code")
        if carrier == "twilio" and error == BLOCKED:
            raise BadRow(
                Sentence(
                    "The carrier didn’t send this text, for the customer had opted out (%(code)s): it is no"
                    " message.",
                    code=BLOCKED,
                )
            )
        made = {
            "sent_at": as_iso(at, zone("UTC")),
            "direction": direction.value,
            "customer_name": given("customer_name"),
            "customer_number": customer,
            "number_name": given("number_name"),
            "tracking_number": ours,
            "source": given("source"),
            "agent": given("agent") if direction is Direction.OUTBOUND else "",
            "body": body,
            "media_count": media or ("" if body else "0"),
            "status": self._status(given("status")),
            "error_code": "" if error == "0" else error,
            "segments": given("segments") if _COUNT.fullmatch(given("segments")) else "",
            "carrier": carrier,
            "carrier_ref": ref,
            "automatic": "true" if plain_word(given("direction")) == _AUTOMATIC else "",
        }
        return Cells(row.line, [made.get(name, "") for name in MESSAGES], row.end, True)

    def _status(self, cell: str) -> str:
        status = _STATUSES.get(plain_word(cell))
        if cell and status is None:
            self.leave_out_status(cell)
        return status.name.lower() if status else ""


def _ref(cell: str) -> tuple[str, str]:
    """(carrier, ref) where the id is that of a carrier that is known, else no carrier."""
    if _TWILIO.fullmatch(cell):
        return "twilio", cell
    return ("callrail", cell) if _CALLRAIL.fullmatch(cell) else ("", cell)


def _media(cell: str) -> str:
    """How many attachments: a count, or their addresses."""
    if _COUNT.fullmatch(cell):
        return cell
    return str(len(re.findall(r"https?://", cell))) if "://" in cell else ""
