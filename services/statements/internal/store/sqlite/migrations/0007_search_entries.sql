-- The words of a statement can be corrected, so it has an entry for each interval in
-- which it had them. create_time is the statement's. tokens comes last: what is
-- before it is read without it. Entries hold stems from now on, so the index begins
-- anew: tables/derive.go fills it, and what the entries have for tokens. What is
-- erased leaves the index of words at once.
DROP INDEX search_entries_by_id;
ALTER TABLE search_entries RENAME TO old_search_entries;
CREATE TABLE search_entries (
  rowid       INTEGER PRIMARY KEY,
  id          TEXT    NOT NULL,
  record_from INTEGER NOT NULL,
  record_to   INTEGER NOT NULL,
  create_time INTEGER NOT NULL,
  deprecated  INTEGER NOT NULL,
  tokens      TEXT    NOT NULL
) STRICT;
INSERT INTO search_entries SELECT rowid, id, record_from, record_to, record_from, 0, '' FROM old_search_entries ORDER BY rowid;
DROP TABLE old_search_entries;
CREATE UNIQUE INDEX search_entries_by_id ON search_entries (id, record_from);
DROP TABLE search_words;
CREATE VIRTUAL TABLE search_words USING fts5(tokens, content='', tokenize='ascii');
INSERT INTO search_words (search_words, rank) VALUES ('secure-delete', 1);
