-- The list of calls of chosen trackers, and the counts of the days, each from an index alone.
CREATE INDEX ledger_call_tracker ON ledger_call (company_id, tracker_id, started_at);
CREATE INDEX ledger_call_day ON ledger_call (company_id, local_date, local_hour, outcome, direction, tracker_id, seconds);
