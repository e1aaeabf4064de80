-- One row a delivery, as it came. state: 0 waits, 1 applied, 2 quarantined (then with a reason).
CREATE TABLE intake_receipt (
    id bigint NOT NULL PRIMARY KEY,
    connection_id bigint NOT NULL,
    company_id integer NOT NULL,
    what text NOT NULL,
    url text NOT NULL,
    headers text NOT NULL,
    body BYTES NOT NULL,
    received_at bigint NOT NULL,
    state smallint NOT NULL,
    reason text,
    detail text,
    settled_at bigint
);
CREATE INDEX intake_receipt_waiting ON intake_receipt (company_id, received_at, id) WHERE state = 0;
CREATE INDEX intake_receipt_quarantine ON intake_receipt (connection_id, reason, received_at) WHERE state = 2;

-- Texts known only by their status, to be asked for at the carrier.
CREATE TABLE intake_fetch (
    connection_id bigint NOT NULL,
    company_id integer NOT NULL,
    carrier_ref text NOT NULL,
    attempts integer NOT NULL,
    next_at bigint NOT NULL,
    error text,
    PRIMARY KEY (connection_id, carrier_ref)
);
CREATE INDEX intake_fetch_due ON intake_fetch (next_at);
