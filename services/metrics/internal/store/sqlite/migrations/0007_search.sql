-- The words that figures are found by. A figure has an entry for each interval in which it had the same words; rowid grows with the record
-- time: the newest matches come first from the full-text index. create_time is the figure's; deprecated is 0, no figure is. tokens comes
-- last: what is before it is read without it. Languages are those in which entries have stems.
CREATE TABLE search_entries (
  rowid       INTEGER PRIMARY KEY,
  id          TEXT    NOT NULL,
  record_from INTEGER NOT NULL,
  record_to   INTEGER NOT NULL,
  create_time INTEGER NOT NULL,
  deprecated  INTEGER NOT NULL,
  tokens      TEXT    NOT NULL
) STRICT;
CREATE UNIQUE INDEX search_entries_by_id ON search_entries (id, record_from);
CREATE VIRTUAL TABLE search_words USING fts5(tokens, content='', tokenize='ascii');
CREATE TABLE search_languages (
  language TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- What is there gets a place in the order of time, and its words by tables/derive.go.
INSERT INTO search_entries (id, record_from, record_to, create_time, deprecated, tokens)
SELECT id, record_from, record_to, create_time, 0, '' FROM figure_revisions WHERE deleted = 0 AND record_from < record_to ORDER BY record_from, id;
INSERT INTO derived VALUES ('figure_words', CASE WHEN EXISTS (SELECT 1 FROM figure_revisions) THEN 0 ELSE 1 END, '', 0);
