"""The columns of the file of calls, as the export writes and the import reads them."""

CALLS = (
    "call_id",
    "started_at",
    "local_time",
    "time_zone",
    "direction",
    "outcome",
    "customer_name",
    "customer_number",
    "customer_city",
    "customer_state",
    "number_name",
    "tracking_number",
    "source",
    "duration_seconds",
    "recording_seconds",
    "answered_by_text_at",
    "spoken_with_at",
    "carrier",
    "carrier_ref",
)
