-- Places have more names that figures are found by: the words of those on record are made
-- anew by tables/derive.go. On SQLite the script of this number does it.
-- What follows from printed digits is made anew too, by the rules as they are now: 3.000 that
-- is 3000 has 1 to 4 significant digits, 2½ none.
UPDATE derived SET code = 0, id = '', revision = 0 WHERE name IN ('figures', 'figure_words') AND EXISTS (SELECT 1 FROM figure_revisions);
