-- The languages in which entries have stems: a search looks for the stems of no others,
-- since each stem that is looked for costs as much as a word. A language stays when
-- its last entry goes.
CREATE TABLE search_languages (
  language TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE search_terms USING fts5vocab(search_words, row);
WITH known (language) AS (
  VALUES ('ar'), ('da'), ('de'), ('en'), ('es'), ('fi'), ('fr'), ('ga'), ('hu'), ('it'), ('nl'), ('no'), ('pt'), ('ro'), ('ru'), ('sv'), ('ta'), ('tr')
)
INSERT INTO search_languages
SELECT language FROM known WHERE EXISTS (SELECT 1 FROM search_terms WHERE term >= '§' || language AND term < '§' || language || char(1114111));
DROP TABLE search_terms;
