-- Trackers and who owned a number when. `ledger_number_owner` is shared by all companies.
CREATE TABLE ledger_tracker (
    company_id integer NOT NULL,
    id bigint NOT NULL,
    number text NOT NULL,
    name text NOT NULL,
    source text NOT NULL DEFAULT '',
    destination text NOT NULL DEFAULT '',
    record_calls smallint NOT NULL DEFAULT 0,
    added_at bigint NOT NULL,
    PRIMARY KEY (company_id, id)
);
CREATE TABLE ledger_number_owner (
    number text NOT NULL,
    from_at bigint NOT NULL,
    until_at bigint,
    company_id integer NOT NULL,
    tracker_id bigint NOT NULL,
    PRIMARY KEY (number, from_at)
);

-- Customers. `given_name` is what people wrote (customer_words); `heard_name` what carriers and files
-- said; `name` the one shown. `facts` says of each heard value which delivery it came from.
-- latest_at, latest_inbound: the latest text that is no opt-out or opt-in word; answered_at: the latest answer
-- or answered call; unanswered_since: the first such inbound text after it (see standing.py).
CREATE TABLE ledger_customer (
    company_id integer NOT NULL,
    id bigint NOT NULL,
    number text NOT NULL,
    digits text NOT NULL,
    heard_name text NOT NULL DEFAULT '',
    city text NOT NULL DEFAULT '',
    state text NOT NULL DEFAULT '',
    zip text NOT NULL DEFAULT '',
    country text NOT NULL DEFAULT '',
    facts text,
    name text NOT NULL DEFAULT '',
    folded_name text NOT NULL DEFAULT '',
    sort_name text NOT NULL,
    first_text_at bigint,
    first_text_date integer,
    last_text_at bigint,
    latest_at bigint,
    latest_inbound smallint,
    answered_at bigint,
    unanswered_since bigint,
    waiting_since bigint,
    waiting_date integer,
    opted_out_by bigint,
    PRIMARY KEY (company_id, id)
);
CREATE UNIQUE INDEX ledger_customer_number ON ledger_customer (company_id, number);
CREATE INDEX ledger_customer_sort ON ledger_customer (company_id, sort_name, id);
CREATE INDEX ledger_customer_first ON ledger_customer (company_id, first_text_date);
CREATE INDEX ledger_customer_waiting ON ledger_customer (company_id, waiting_since) WHERE waiting_since IS NOT NULL;

-- What people write by hand; derivation never touches it.
CREATE TABLE ledger_customer_words (
    company_id integer NOT NULL,
    customer_id bigint NOT NULL,
    name text NOT NULL,
    written_by text NOT NULL,
    written_at bigint NOT NULL,
    PRIMARY KEY (company_id, customer_id)
);

-- The ledger itself. direction: 0 inbound, 1 outbound. status: carriers.seen.Status.
-- statuses: each with its earliest instant (see text_times.py). media: JSON [[url, type], ...]. body: NULL until its words are known.
-- facts: which delivery each value came from (see text_times.py).
CREATE TABLE ledger_message (
    company_id integer NOT NULL,
    id bigint NOT NULL,
    customer_id bigint NOT NULL,
    tracker_id bigint NOT NULL,
    carrier text NOT NULL,
    carrier_ref text NOT NULL,
    direction smallint NOT NULL,
    sent_at bigint NOT NULL,
    sent_at_source smallint NOT NULL,
    local_date integer NOT NULL,
    local_hour smallint NOT NULL,
    status smallint NOT NULL,
    automatic smallint NOT NULL DEFAULT 0,
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
CREATE UNIQUE INDEX ledger_message_ref ON ledger_message (company_id, carrier, carrier_ref);
CREATE INDEX ledger_message_customer ON ledger_message (company_id, customer_id, local_date, sent_at);
CREATE INDEX ledger_message_time ON ledger_message (company_id, sent_at);
CREATE INDEX ledger_message_tracker ON ledger_message (company_id, tracker_id, sent_at);

-- outcome: 0 going on, 1 answered, 2 missed, 3 voicemail. Statuses: carriers.seen.LegStatus.
-- customer_id: NULL where the caller withheld the number. facts: JSON of all that was seen (see calls.py).
CREATE TABLE ledger_call (
    company_id integer NOT NULL,
    id bigint NOT NULL,
    customer_id bigint,
    tracker_id bigint NOT NULL,
    carrier text NOT NULL,
    carrier_ref text NOT NULL,
    direction smallint NOT NULL,
    started_at bigint NOT NULL,
    started_at_source smallint NOT NULL,
    local_date integer NOT NULL,
    local_hour smallint NOT NULL,
    parent_status smallint NOT NULL,
    dial_status smallint NOT NULL,
    outcome smallint NOT NULL,
    seconds integer,
    recording_ref text,
    recording_url text,
    recording_seconds integer,
    facts text,
    PRIMARY KEY (company_id, id)
);
CREATE UNIQUE INDEX ledger_call_ref ON ledger_call (company_id, carrier, carrier_ref);
CREATE INDEX ledger_call_customer ON ledger_call (company_id, customer_id, local_date, started_at);
CREATE INDEX ledger_call_time ON ledger_call (company_id, started_at);

-- Deliveries about a message or call that is not known yet and that don't say whose it is. kind: text, call.
CREATE TABLE ledger_early (
    company_id integer NOT NULL,
    kind text NOT NULL,
    carrier text NOT NULL,
    carrier_ref text NOT NULL,
    mark text NOT NULL,
    arrived_at bigint NOT NULL,
    seen text NOT NULL,
    PRIMARY KEY (company_id, kind, carrier, carrier_ref, mark)
);

-- Derived from the ledger, in the transaction that writes it; `rebuild` makes them again.
-- agents: JSON [name, ...] in the order of their first message, NULL when there are none.
CREATE TABLE ledger_conversation (
    company_id integer NOT NULL,
    customer_id bigint NOT NULL,
    local_date integer NOT NULL,
    tracker_id bigint NOT NULL,
    total integer NOT NULL,
    inbound integer NOT NULL,
    failed integer NOT NULL,
    first_at bigint NOT NULL,
    last_at bigint NOT NULL,
    last_message_id bigint NOT NULL,
    first_response_ms bigint,
    unanswered smallint NOT NULL,
    opted_out smallint NOT NULL,
    agents text,
    PRIMARY KEY (company_id, customer_id, local_date)
);
CREATE INDEX ledger_conversation_latest ON ledger_conversation (company_id, last_at, customer_id);
CREATE INDEX ledger_conversation_day ON ledger_conversation (company_id, local_date, unanswered, first_response_ms);

CREATE TABLE ledger_conversation_tracker (
    company_id integer NOT NULL,
    customer_id bigint NOT NULL,
    local_date integer NOT NULL,
    tracker_id bigint NOT NULL,
    inbound integer NOT NULL,
    outbound integer NOT NULL,
    last_at bigint NOT NULL,
    PRIMARY KEY (company_id, customer_id, local_date, tracker_id)
);
CREATE INDEX ledger_conversation_tracker_latest ON ledger_conversation_tracker (company_id, tracker_id, last_at, customer_id);

CREATE TABLE ledger_volume_hour (
    company_id integer NOT NULL,
    local_date integer NOT NULL,
    local_hour smallint NOT NULL,
    inbound integer NOT NULL,
    outbound integer NOT NULL,
    PRIMARY KEY (company_id, local_date, local_hour)
);
CREATE TABLE ledger_volume_tracker (
    company_id integer NOT NULL,
    local_date integer NOT NULL,
    tracker_id bigint NOT NULL,
    inbound integer NOT NULL,
    outbound integer NOT NULL,
    PRIMARY KEY (company_id, local_date, tracker_id)
);

-- The opt-out ledger: each word with the message that proves it. opted_in: 0 out, 1 in again.
CREATE TABLE ledger_opt_out (
    company_id integer NOT NULL,
    customer_id bigint NOT NULL,
    message_id bigint NOT NULL,
    at bigint NOT NULL,
    opted_in smallint NOT NULL,
    PRIMARY KEY (company_id, customer_id, message_id)
);

-- Rises with every transaction that changes what a company's pages show.
CREATE TABLE ledger_change (
    company_id integer NOT NULL,
    number bigint NOT NULL,
    PRIMARY KEY (company_id)
);

-- How far a change of zone or a rebuild has come; taken up again after a crash.
CREATE TABLE ledger_rebuild (
    company_id integer NOT NULL,
    zone text NOT NULL,
    done_to bigint NOT NULL,
    moved integer NOT NULL,
    PRIMARY KEY (company_id)
);
