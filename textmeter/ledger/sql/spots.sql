-- Where the search index knows a text (see spots.py). nth: the customer's number within the company; texts: how many
-- numbers of texts were given out to it.
ALTER TABLE ledger_customer ADD COLUMN nth integer NOT NULL DEFAULT 0;
ALTER TABLE ledger_customer ADD COLUMN texts integer NOT NULL DEFAULT 0;
ALTER TABLE ledger_message ADD COLUMN spot bigint NOT NULL DEFAULT 0;
-- Of its texts, without their numbers and directions.
ALTER TABLE ledger_conversation ADD COLUMN spot bigint NOT NULL DEFAULT 0;
-- How many numbers of customers were given out.
ALTER TABLE ledger_change ADD COLUMN customers integer NOT NULL DEFAULT 0;
