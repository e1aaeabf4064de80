-- Words of every text, folded in Python; the rowid is the text's spot (see spots.py). Each word begins with its
-- company and month (see ledger.words), so that one index serves all companies and none sees another.
-- The ascii tokenizer splits at the spaces that folding left, and nowhere else.
CREATE VIRTUAL TABLE ledger_message_words USING fts5 (words, content='', detail='none', columnsize=0, tokenize='ascii');
