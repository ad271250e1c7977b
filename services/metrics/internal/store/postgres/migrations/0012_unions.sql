-- The European Union, the euro area and Kosovo are places that figures are found by: the words
-- of those on record are made anew by tables/derive.go.
UPDATE derived SET code = 0, id = '', revision = 0 WHERE name = 'figure_words' AND EXISTS (SELECT 1 FROM figure_revisions);
