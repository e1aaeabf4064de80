-- Every three signs in a row of customers' folded names and digits (see ledger.customer_parts), so that a
-- search for a part of either reads the customers that hold its rarest three alone.
CREATE TABLE ledger_customer_part (
    company_id integer NOT NULL,
    part text NOT NULL,
    customer_id bigint NOT NULL,
    PRIMARY KEY (company_id, part, customer_id)
);
