-- The number, unit and multiplier that are printed of a figure are words that it is found by, also
-- where they are a part of other words of its passage: 3 in 2023. So the index begins anew:
-- tables/derive.go fills it, and what the entries have for tokens. To take the words of an entry
-- that is there out of it, as 0012 has them leave, takes as long as many entries have them.
DROP TABLE search_words;
CREATE VIRTUAL TABLE search_words USING fts5(tokens, content='', tokenize='ascii', columnsize=0);
INSERT INTO search_words (search_words, rank) VALUES ('secure-delete', 1);
UPDATE search_entries SET tokens = '' WHERE tokens <> '';
UPDATE derived SET code = 0, id = '', revision = 0 WHERE name = 'figure_words' AND EXISTS (SELECT 1 FROM figure_revisions);
