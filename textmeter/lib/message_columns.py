"""The columns of the file of messages, as the export writes and the import reads them."""

MESSAGES = (
    "message_id",
    "sent_at",
    "local_time",
    "time_zone",
    "direction",
    "customer_name",
    "customer_number",
    "number_name",
    "tracking_number",
    "source",
    "agent",
    "body",
    "media_count",
    "status",
    "error_code",
    "segments",
    "carrier",
    "carrier_ref",
    "automatic",
)
