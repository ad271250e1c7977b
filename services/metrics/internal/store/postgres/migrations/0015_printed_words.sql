-- The number, unit and multiplier that are printed of a figure are words that it is found by, also
-- where they are a part of other words of its passage: 3 in 2023. The words of those on record
-- are made anew by tables/derive.go.
UPDATE derived SET code = 0, id = '', revision = 0 WHERE name = 'figure_words' AND EXISTS (SELECT 1 FROM figure_revisions);
