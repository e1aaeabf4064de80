-- The ledger's messages in less room than in schema.sql: columns in the order in which PostgreSQL needs no
-- bytes between them, the index of carriers' names by a mark of 32 bits (see ref_marks.py), and none by time
-- or tracker, for conversations lead there (see reports/selection.py). Columns are told of in schema.sql.
-- ref_mark: of carrier_ref; no two messages of a company have the same carrier and carrier_ref, which
-- `record` sees to, one writer of a company at a time, and `check` proves.
CREATE TABLE ledger_message_made (
    id bigint NOT NULL,
    customer_id bigint NOT NULL,
    tracker_id bigint NOT NULL,
    sent_at bigint NOT NULL,
    spot bigint NOT NULL,
    company_id integer NOT NULL,
    local_date integer NOT NULL,
    ref_mark integer NOT NULL,
    direction smallint NOT NULL,
    sent_at_source smallint NOT NULL,
    local_hour smallint NOT NULL,
    status smallint NOT NULL,
    automatic smallint NOT NULL DEFAULT 0,
    carrier text NOT NULL,
    carrier_ref text NOT NULL,
    body text,
    media text,
    segments integer,
    error_code text,
    agent text,
    opt_out_type text,
    statuses text,
    facts text,
    PRIMARY KEY (company_id, id)
);
