-- The words of a statement can be corrected, so it has an entry for each interval in
-- which it had them. create_time is the statement's. Entries hold stems from now on;
-- those that are there get theirs by tables/derive.go. words is stored, so that a
-- search for words that very many have can walk the newest entries and need not
-- collect them all. What waits to be sorted into the index is searched one by one, so
-- it may not be much. A tsvector holds 1 MiB at most, which nothing checks: larger
-- texts have the one word ' ', see dialect.go.
DROP INDEX search_entries_by_word;
ALTER TABLE search_entries
  ADD COLUMN create_time bigint NOT NULL DEFAULT 0,
  ADD COLUMN deprecated integer NOT NULL DEFAULT 0,
  ADD COLUMN words tsvector NOT NULL GENERATED ALWAYS AS (
    CASE WHEN octet_length(tokens) > 1000000 THEN array_to_tsvector(ARRAY[' '])
    ELSE array_to_tsvector(array_remove(string_to_array(tokens, ' '), '')) END) STORED,
  DROP CONSTRAINT search_entries_pkey,
  ADD PRIMARY KEY (id, record_from),
  DROP COLUMN place;
UPDATE search_entries SET create_time = record_from;
CREATE INDEX search_entries_by_word ON search_entries USING gin (words) WITH (gin_pending_list_limit = 128);
CREATE INDEX search_entries_by_record_time ON search_entries (record_from, id);
