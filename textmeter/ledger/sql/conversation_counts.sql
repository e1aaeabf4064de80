-- How many conversations, so that no page has to count them: by tracker (0: of all) and day, by who wrote in
-- them (kind, see conversation_counts.py) and how long the first response took (bucket, see response_buckets.py).
-- local_date: a day, or a whole month as -YYYYMM.
CREATE TABLE ledger_conversation_count (
    company_id integer NOT NULL,
    tracker_id bigint NOT NULL,
    local_date integer NOT NULL,
    kind smallint NOT NULL,
    bucket smallint NOT NULL,
    conversations integer NOT NULL,
    unanswered integer NOT NULL,
    PRIMARY KEY (company_id, tracker_id, local_date, kind, bucket)
);
-- The first day on which a customer used a tracker, beside the first day of all (the customer's first_text_date).
CREATE TABLE ledger_customer_tracker (
    company_id integer NOT NULL,
    customer_id bigint NOT NULL,
    tracker_id bigint NOT NULL,
    first_date integer NOT NULL,
    first_text_date integer NOT NULL,
    PRIMARY KEY (company_id, customer_id, tracker_id)
);
CREATE INDEX ledger_customer_tracker_new ON ledger_customer_tracker (company_id, tracker_id, first_text_date, first_date, customer_id);
-- How many customers wrote or were written to for the first time on a day.
CREATE TABLE ledger_new_customer (
    company_id integer NOT NULL,
    local_date integer NOT NULL,
    customers integer NOT NULL,
    PRIMARY KEY (company_id, local_date)
);
-- Of the whole conversation: whether it used several trackers, and its first response and its end.
ALTER TABLE ledger_conversation_tracker ADD COLUMN shared smallint NOT NULL DEFAULT 0;
ALTER TABLE ledger_conversation_tracker ADD COLUMN unanswered smallint NOT NULL DEFAULT 0;
ALTER TABLE ledger_conversation_tracker ADD COLUMN first_response_ms bigint;
CREATE INDEX ledger_conversation_tracker_shared ON ledger_conversation_tracker (company_id, tracker_id, local_date, customer_id, first_response_ms, unanswered, shared) WHERE shared = 1;
CREATE INDEX ledger_conversation_tracker_response ON ledger_conversation_tracker (company_id, tracker_id, first_response_ms, local_date, shared) WHERE first_response_ms IS NOT NULL;
CREATE INDEX ledger_conversation_response ON ledger_conversation (company_id, first_response_ms, local_date) WHERE first_response_ms IS NOT NULL;
-- For graphs of chosen trackers; the primary key begins with the day.
CREATE INDEX ledger_volume_tracker_days ON ledger_volume_tracker (company_id, tracker_id, local_date);
