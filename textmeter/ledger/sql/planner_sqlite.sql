-- What SQLite's planner should take for granted of the tables' sizes: without this it holds "all rows of the
-- company" for as few as "all rows of the customer's day", and reads whole companies by their primary key.
-- stat: rows in all, then rows for each longer beginning of the index's columns (an installation of five
-- companies and 10 million messages). For tables without rowid the primary key bears the table's name.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('ledger_tracker', 'ledger_tracker', '1000 200 1'),
    ('ledger_number_owner', 'ledger_number_owner', '1000 1 1'),
    ('ledger_customer', 'ledger_customer', '1000000 200000 1'),
    ('ledger_customer', 'ledger_customer_number', '1000000 200000 1'),
    ('ledger_customer', 'ledger_customer_sort', '1000000 200000 2 1'),
    ('ledger_customer', 'ledger_customer_waiting', '10000 2000 1'),
    ('ledger_customer_words', 'ledger_customer_words', '100000 20000 1'),
    ('ledger_message', 'ledger_message', '10000000 2000000 1'),
    ('ledger_message', 'ledger_message_ref', '10000000 2000000 2000000 1'),
    ('ledger_message', 'ledger_message_customer', '10000000 2000000 12 4 1'),
    ('ledger_message', 'ledger_message_time', '10000000 2000000 1'),
    ('ledger_message', 'ledger_message_tracker', '10000000 2000000 100000 1'),
    ('ledger_call', 'ledger_call', '1000000 200000 1'),
    ('ledger_call', 'ledger_call_ref', '1000000 200000 200000 1'),
    ('ledger_call', 'ledger_call_customer', '1000000 200000 4 2 1'),
    ('ledger_call', 'ledger_call_time', '1000000 200000 1'),
    ('ledger_early', 'ledger_early', '1000 200 200 200 2 1'),
    ('ledger_conversation', 'ledger_conversation', '3000000 600000 3 1'),
    ('ledger_conversation', 'ledger_conversation_latest', '3000000 600000 1 1'),
    ('ledger_conversation', 'ledger_conversation_day', '3000000 600000 1500 700 2'),
    ('ledger_conversation_tracker', 'ledger_conversation_tracker', '3500000 700000 4 2 1'),
    ('ledger_conversation_tracker', 'ledger_conversation_tracker_latest', '3500000 700000 35000 1 1'),
    ('ledger_volume_hour', 'ledger_volume_hour', '100000 20000 12 1'),
    ('ledger_volume_tracker', 'ledger_volume_tracker', '50000 10000 6 1'),
    ('ledger_opt_out', 'ledger_opt_out', '10000 2000 2 1'),
    ('ledger_change', 'ledger_change', '5 1'),
    ('ledger_rebuild', 'ledger_rebuild', '5 1');
