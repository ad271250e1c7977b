-- Why facts changed. A row never changes, but that erasure takes its words.
CREATE TABLE corrections (
  id            TEXT    NOT NULL PRIMARY KEY,
  record_from   INTEGER NOT NULL,
  kind          TEXT    NOT NULL,
  subject       TEXT    NOT NULL, -- a name
  document      TEXT,             -- a name
  reattribution TEXT,             -- a name
  notice_document TEXT,           -- the name of the one that prints the notice
  caller        TEXT    NOT NULL,
  snapshot      BLOB    NOT NULL
) STRICT;
CREATE INDEX corrections_by_record_time ON corrections (record_from, id);
CREATE INDEX corrections_by_kind ON corrections (kind, record_from, id);
CREATE INDEX corrections_by_subject ON corrections (subject, record_from, id);
CREATE INDEX corrections_by_document ON corrections (document, record_from, id);
CREATE INDEX corrections_by_reattribution ON corrections (reattribution, record_from, id);
CREATE INDEX corrections_by_notice ON corrections (notice_document) WHERE notice_document IS NOT NULL;
