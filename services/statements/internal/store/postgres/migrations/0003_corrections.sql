-- Why facts changed. A row never changes, but that erasure takes its words.
CREATE TABLE corrections (
  id            text COLLATE "C"    NOT NULL PRIMARY KEY,
  record_from   bigint  NOT NULL,
  kind          text COLLATE "C"    NOT NULL,
  subject       text COLLATE "C"    NOT NULL, -- a name
  document      text COLLATE "C",             -- a name
  reattribution text COLLATE "C",             -- a name
  notice_document text COLLATE "C",           -- the name of the one that prints the notice
  caller        text COLLATE "C"    NOT NULL,
  snapshot      bytea     NOT NULL
);
CREATE INDEX corrections_by_record_time ON corrections (record_from, id);
CREATE INDEX corrections_by_kind ON corrections (kind, record_from, id);
CREATE INDEX corrections_by_subject ON corrections (subject, record_from, id);
CREATE INDEX corrections_by_document ON corrections (document, record_from, id);
CREATE INDEX corrections_by_reattribution ON corrections (reattribution, record_from, id);
CREATE INDEX corrections_by_notice ON corrections (notice_document) WHERE notice_document IS NOT NULL;
