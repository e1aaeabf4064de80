-- Words of every text, folded in Python, each once (no positions), each begun with its company and month (see
-- ledger.words), as on SQLite, so that one index serves all companies and none sees another.
CREATE TABLE ledger_message_words (
    company_id integer NOT NULL,
    id bigint NOT NULL,
    words tsvector NOT NULL,
    PRIMARY KEY (company_id, id)
);
-- New words wait in a list that is carried over together; a search reads that list through, so it is kept short.
CREATE INDEX ledger_message_words_found ON ledger_message_words USING gin (words)
    WITH (fastupdate = on, gin_pending_list_limit = 1024);
