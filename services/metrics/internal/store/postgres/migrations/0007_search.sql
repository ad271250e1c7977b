-- The words that figures are found by. A figure has an entry for each interval in which it had the same words. create_time is the figure's;
-- deprecated is 0, no figure is. words is stored, so that a search for words that very many have can walk the newest entries and need not
-- collect them all. What waits to be sorted into the index is searched one by one, so it may not be much. A tsvector holds 1 MiB at most,
-- which nothing checks: larger texts have the one word ' '.
CREATE TABLE search_entries (
  id          text COLLATE "C" NOT NULL,
  record_from bigint  NOT NULL,
  record_to   bigint  NOT NULL,
  create_time bigint  NOT NULL,
  deprecated  integer NOT NULL DEFAULT 0,
  tokens      text COLLATE "C" NOT NULL,
  words       tsvector NOT NULL GENERATED ALWAYS AS (
    CASE WHEN octet_length(tokens) > 1000000 THEN array_to_tsvector(ARRAY[' '])
    ELSE array_to_tsvector(array_remove(string_to_array(tokens, ' '), '')) END) STORED,
  PRIMARY KEY (id, record_from)
);
CREATE INDEX search_entries_by_word ON search_entries USING gin (words) WITH (gin_pending_list_limit = 128);
CREATE INDEX search_entries_by_record_time ON search_entries (record_from, id);

-- What is there gets its words by tables/derive.go.
INSERT INTO derived VALUES ('figure_words', CASE WHEN EXISTS (SELECT 1 FROM figure_revisions) THEN 0 ELSE 1 END, '', 0);
