-- The number of an entry in the index of words says what the entry is like from now on,
-- as wordindex.Place has it, and the index says which words an entry has more than once:
-- a search of what stands now reads only entries that may be on its page. So the entries
-- get other numbers, in the order of their time, and the index begins anew:
-- tables/derive.go fills it, and what the entries have for tokens. columnsize=0: nobody
-- asks for the length of a row there. 4096 is wordindex.PlaceStep, 1024 says that an
-- entry ended.
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
INSERT INTO search_entries
SELECT row_number() OVER (ORDER BY record_from, rowid) * 4096 + deprecated * 256 + iif(record_to < 9223372036854775807, 1024, 0),
  id, record_from, record_to, create_time, deprecated, ''
FROM old_search_entries;
DROP TABLE old_search_entries;
CREATE UNIQUE INDEX search_entries_by_id ON search_entries (id, record_from);
DROP TABLE search_words;
CREATE VIRTUAL TABLE search_words USING fts5(tokens, content='', tokenize='ascii', columnsize=0);
-- What follows from printed digits is made anew too, by the rules as they are now: 3.000 that
-- is 3000 has 1 to 4 significant digits, 2½ none.
UPDATE derived SET code = 0, id = '', revision = 0 WHERE name IN ('figures', 'figure_words') AND EXISTS (SELECT 1 FROM figure_revisions);
